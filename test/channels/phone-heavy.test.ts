// Hand-ins of some megabytes are read aside, in a thread, and come to the same as those that are read here.
import { createHmac, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HEAVY } from '../../src/channels/phone/aside.ts';
import { readPayload } from '../../src/channels/phone/body.ts';
import { phone } from '../../src/channels/phone/phone.ts';
import { proveSource, twilioSignature } from '../../src/channels/phone/proof.ts';
import { payloadOf } from '../../src/channels/phone/take.ts';
import { Unreadable } from '../../src/core/errors.ts';
import type { Incoming } from '../../src/core/message.ts';
import { testDoor } from '../contract/channel.ts';
import { requestOf } from '../web/serve.ts';

const fixture = (file: string): string => readFileSync(new URL(`../fixtures/phone/${file}`, import.meta.url), 'utf8');
const [, key = '', certificate = ''] =
  /(-----BEGIN PRIVATE.*?END PRIVATE KEY-----\n)([\s\S]*)/s.exec(fixture('signer.pem')) ?? [];
const source = { name: 'speech', token: 'a-token-for-tests-only', speakers: { '1': 'citizen', '0': 'agent' } };
const own = phone.settings({ channel: 'phone', sources: [{ ...source, trust: [fixture('signer-root.pem')] }] });

const WORDS = '鄞州区东部新城小区楼下餐馆油烟太大，已经一个月了，没有人来管';
const most = Math.ceil(HEAVY / Buffer.byteLength(WORDS)) + 10;
const segments = Array.from({ length: most }, (_, i) => ({
  start: i,
  end: i + 1,
  text: WORDS,
  speaker: String(i % 2),
}));
const vcon = () => JSON.parse(JSON.parse(fixture('a-three-way-call.in.json')).body);
const withSound = () => {
  const sound = Buffer.alloc(HEAVY, 7).toString('base64url');
  const recording = { type: 'recording', start: '2026-11-24T09:00:00+08:00', mediatype: 'audio/wav', parties: [0] };
  const { dialog, ...rest } = vcon();
  return { ...rest, dialog: [...dialog, { ...recording, encoding: 'base64url', body: sound, filename: 'call.wav' }] };
};
function signed() {
  const head = Buffer.from(JSON.stringify({ alg: 'ES256' })).toString('base64url');
  const payload = Buffer.from(JSON.stringify({ ...vcon(), attachments: [{ note: 'x'.repeat(HEAVY) }] })).toString(
    'base64url',
  );
  const signature = sign('sha256', Buffer.from(`${head}.${payload}`), { key, dsaEncoding: 'ieee-p1363' });
  const x5c = [new X509Certificate(certificate).raw.toString('base64')];
  return { payload, signatures: [{ header: { x5c }, protected: head, signature: signature.toString('base64url') }] };
}
const rows = (count: number) =>
  `通话编号,主叫号码,呼入时间,接听时间,结束时间\n${Array.from(
    { length: count },
    (_, i) => `c${i},13800000001,2026-11-24 09:00:00,2026-11-24 09:00:05,2026-11-24 09:01:00`,
  ).join('\n')}`;

const came = (body: string, mediaType: string) => ({
  ...{ bytes: Buffer.from(body), mediaType, source: 'speech', proof: 'token' as const },
});

it('proves what is heavy a piece a turn: anybody may send it under a signature that is none', async () => {
  const signing = phone.settings({
    channel: 'phone',
    sources: [{ name: 'exchange', secret: 'a-secret-for-tests-only' }],
  });
  const bytes = Buffer.alloc(4 * 2 ** 20, 'x');
  const [door, time] = [testDoor(phone, signing), String(Date.UTC(2026, 10, 24) / 1000)];
  const signature = createHmac('sha256', 'a-secret-for-tests-only').update(`${time}.`).update(bytes).digest('hex');
  const shown = (hex: string) => ({ 'x-civicline-timestamp': time, 'x-civicline-signature': `sha256=${hex}` });
  const proving = (hex: string) => {
    const request = requestOf(bytes, shown(hex), new URL('http://localhost/in/hotline'), undefined, 'raw');
    return proveSource(request, bytes, signing, door.now());
  };
  let turns = 0;
  const turning = setInterval(() => {
    turns += 1;
  }, 0);
  expect((await proving(signature)).by).toBe('signature');
  await expect(proving('0'.repeat(64))).rejects.toMatchObject({ status: 403 });
  clearInterval(turning);
  expect(turns).toBeGreaterThan(0);
});

it('sorts no stranger’s megabytes to see that Twilio did not send them', async () => {
  const twilio = { authToken: 'a-token-for-tests-only' };
  const account = phone.settings({ channel: 'phone', sources: [{ name: 'twilio', twilio }] });
  const bytes = Buffer.from('a=b&'.repeat(100_000));
  const url = new URL('http://localhost/in/hotline');
  const signature = twilioSignature(
    twilio.authToken,
    'http://localhost/in/hotline',
    new URLSearchParams(bytes.toString()),
  );
  const headers = {
    ...{ host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' },
    'x-twilio-signature': signature,
  };
  const proving = proveSource(requestOf(bytes, headers, url, undefined, 'raw'), bytes, account, 0);
  await expect(proving).rejects.toMatchObject({ status: 403 });
});

it('takes no form of very many parts apart', async () => {
  const means = { blob: async () => ({ ref: 'b', hash: 'h', size: 1 }), now: () => 0 };
  const form = (parts: number): Buffer =>
    Buffer.from(`${'--b1\r\nContent-Disposition: form-data; name="text"\r\n\r\n灯坏了\r\n'.repeat(parts)}--b1--\r\n`);
  const came = (parts: number) =>
    payloadOf({ bytes: form(parts), mediaType: 'multipart/form-data; boundary="b1"', proof: 'token' }, means);
  expect((await came(10)).body).toBe('灯坏了');
  await expect(came(100)).rejects.toThrow(Unreadable);
});

describe('what is heavy', () => {
  it.each([
    ['a result of speech recognition', JSON.stringify({ text: '', language: 'zh', segments }), 'application/json'],
    ['plain text', `市民：${WORDS}\n`.repeat(most), 'text/plain'],
    ['a vCon with its recording', JSON.stringify(withSound()), 'application/vcon+json'],
    ['a signed vCon', JSON.stringify(signed()), 'application/json'],
    ['a list of calls', rows(4_900), 'text/csv'],
  ])('is the same as read here, and the loop goes on meanwhile: %s', async (_, body, mediaType) => {
    expect(Buffer.byteLength(body)).toBeGreaterThan(HEAVY);
    const here = testDoor(phone, own);
    const inline = await payloadOf(came(body, mediaType), here);
    const door = testDoor(phone, own);
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 0);
    const aside = await payloadOf(came(body, mediaType), door, own);
    clearInterval(turning);
    expect(turns).toBeGreaterThan(0);
    const plain = (found: Incoming[]) => found.map(({ raw: _raw, ...rest }) => rest);
    expect(plain(phone.read(aside, own) as Incoming[])).toEqual(plain(phone.read(inline, own) as Incoming[]));
    expect(readPayload(aside, own).rows).toEqual(readPayload(inline, own).rows);
    const texts = (blobs: readonly Uint8Array[]) => blobs.map((one) => Buffer.from(one).toString('base64'));
    expect(texts(door.blobs)).toEqual(texts(here.blobs));
    // Handed over from thread to thread, copied by nobody whom others wait for.
    expect(door.blobs.every(({ buffer }) => buffer instanceof SharedArrayBuffer)).toBe(true);
  });

  it('keeps its original whole, packed', async () => {
    const body = `市民：${WORDS}\n`.repeat(most);
    const [message] = phone.read(
      await payloadOf(came(body, 'text/plain'), testDoor(phone, own), own),
      own,
    ) as Incoming[];
    expect(message?.raw?.mediaType).toBe('text/plain; encoding=gzip+base64');
    expect(gunzipSync(Buffer.from(message?.raw?.content ?? '', 'base64')).toString()).toBe(body);
    expect(message).toMatchObject({ verified: 'token' });
  });

  it.each([
    ['JSON without an end', `{"segments": [${'"x",'.repeat(HEAVY)}`, 'begins like JSON'],
    ['a list too long for here', rows(5_010), 'at most 5000 calls'],
  ])('is refused with its reason: %s', async (_, body, why) => {
    const refused = payloadOf(came(body, 'text/csv'), testDoor(phone, own), own);
    await expect(refused).rejects.toMatchObject({
      code: 'unreadable',
      field: 'body',
      message: expect.stringContaining(why),
    });
  });
});
