// The Weibo channel keeps every channel's promises, in JSON and in XML, and answers with the receipt.
import { describe, expect, it } from 'vitest';
import { parseWeibo, readWeibo, type WeiboPayload } from '../../src/channels/weibo/read.ts';
import { weibo, weiboSignature } from '../../src/channels/weibo/weibo.ts';
import { Unreadable } from '../../src/core/errors.ts';
import { channelContract, jsonAnswer, type TestDoor, testDoor } from '../contract/channel.ts';
import { call } from './call.ts';
import { vectors } from './vectors.ts';

const block = { channel: 'weibo', appSecret: 'a-secret-for-tests' };
const settings = weibo.settings(block);
const NOW = Date.UTC(2026, 10, 24);
const proof = (timestamp = String(NOW), secret = block.appSecret) => ({
  query: { timestamp, nonce: 'n', signature: weiboSignature(secret, timestamp, 'n') },
});
const bodyOf = (payload: unknown): string => {
  const { push } = payload as { push: { xml?: Record<string, string> } };
  if (!push.xml) return JSON.stringify(push);
  const fields = Object.entries(push.xml).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  return `<xml>${fields.join('')}</xml>`;
};
const opened = (): TestDoor => {
  const door = testDoor(weibo, settings);
  weibo.open(settings, door);
  return door;
};

channelContract(weibo, {
  settings: block,
  badSettings: { block: { channel: 'weibo' }, names: 'appSecret' },
  arrive: (door, payload) => call(door, bodyOf(payload), proof()),
  strangers: {
    'somebody with another secret': (door, payload) => call(door, bodyOf(payload), proof(String(NOW), 'other')),
    'last week’s push': (door, payload) => call(door, bodyOf(payload), proof(String(NOW - 604_800_000))),
    'somebody without a signature': (door, payload) => call(door, bodyOf(payload)),
  },
});

describe('what Weibo pushes', () => {
  it('answers the address check with its own word, and only to the platform', async () => {
    const { query } = proof();
    const asked = { method: 'GET' as const, query: { ...query, echostr: 'vIuz5ekD' } };
    expect(await call(opened(), '', asked)).toMatchObject({ status: 200, body: 'vIuz5ekD' });
    await expect(call(opened(), '', { method: 'GET', query: { echostr: 'x' } })).rejects.toMatchObject({ status: 403 });
  });

  it('is answered in its own spelling, sender and receiver changed', async () => {
    const push = { type: 'text', receiver_id: '1', sender_id: '2', created_at: 'x', text: '路灯不亮' };
    const answer = await call(opened(), JSON.stringify(push), proof());
    expect(answer.body).toMatchObject({ result: true, receiver_id: '2', sender_id: '1', type: 'text' });
    const { data } = answer.body as { data: string };
    expect(JSON.parse(decodeURIComponent(data))).toEqual({ text: '收到 26112400382715' });
    const xml = { ToUserName: '1', FromUserName: '2', CreateTime: '1795440000', MsgType: 'text', Content: '路灯不亮' };
    const inXml = await call(opened(), bodyOf({ push: { xml } }), proof());
    expect(inXml.body).toContain('<ToUserName><![CDATA[2]]></ToUserName>');
  });

  it('is read in XML with the five signs that XML spells out, and without any others of its own', () => {
    const push = (more: string): string =>
      `<xml><FromUserName>1</FromUserName><ToUserName>2</ToUserName><MsgType>text</MsgType>${more}</xml>`;
    expect(readWeibo({ push: parseWeibo(push('<Content>灯 &lt;3 &amp; 坏</Content>')) })[0]?.text).toBe('灯 <3 & 坏');
    for (const bad of ['<!DOCTYPE a [<!ENTITY x "y">]>', '<a/>'.repeat(3_000)])
      expect(() => parseWeibo(push(bad))).toThrow(Unreadable);
  });

  it('fetches a picture once, however often the platform asks again meanwhile', async () => {
    const own = weibo.settings({ channel: 'weibo', appSecret: 's', accessToken: 'T' });
    const door = testDoor(weibo, own);
    door.network = () => ({ status: 200, headers: {}, bytes: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1') });
    weibo.open(own, door);
    const at = String(door.now() / 1000);
    const query = { timestamp: at, nonce: 'n', signature: weiboSignature('s', at, 'n') };
    const body = JSON.stringify({ type: 'image', sender_id: 1, receiver_id: 2, created_at: 'x', data: { tovfid: 9 } });
    await Promise.all([1, 2, 3].map(() => call(door, body, { query })));
    expect([door.asked.length, door.payloads.length]).toEqual([1, 1]);
  });

  it('keeps numbers that JavaScript would round', () => {
    const body =
      '{"type":"text","sender_id": 9007199254740993123,"receiver_id":1,"text":"号码 \\"sender_id\\": 12","created_at":"x"}';
    const [message] = readWeibo({ push: parseWeibo(body) } satisfies WeiboPayload);
    expect(message?.sender.keys[0]?.value).toBe('9007199254740993123');
    expect(message?.text).toBe('号码 "sender_id": 12');
  });

  it.each([
    ['a document type', '<!DOCTYPE xml [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>'],
    ['64 KiB and more', `<xml><Content>${'x'.repeat(65_536)}</Content></xml>`],
    ['another element', '<html><xml></xml></html>'],
    ['no end', '<xml><MsgType>text'],
  ])('refuses XML with %s', (_, body) => {
    expect(() => readWeibo({ push: parseWeibo(body) })).toThrow(Unreadable);
  });

  it('fetches a picture with the account’s token, and keeps its name in the words when it cannot be had', async () => {
    const own = weibo.settings({ ...block, accessToken: 'T' });
    const door = testDoor(weibo, own);
    await weibo.open(own, door);
    const push = { type: 'image', sender_id: 2, receiver_id: 1, created_at: 'x', text: '', data: { tovfid: 9 } };
    door.network = () => ({ status: 200, headers: {}, bytes: Buffer.from('GIF89a') });
    await call(door, JSON.stringify(push), proof());
    expect(door.asked[0]?.url).toContain('/2/mss/msget?access_token=T&fid=9');
    const [kept] = readWeibo(door.payloads[0]);
    expect(kept).toMatchObject({ text: '', parts: [{ kind: 'image', mediaType: 'image/gif' }] });
    door.network = () => jsonAnswer({ error_code: 20101 }, 404);
    await call(door, JSON.stringify({ ...push, created_at: 'y' }), proof());
    expect(readWeibo(door.payloads[1])[0]).toMatchObject({ text: '〔图片〕' });
  });

  it('writes later with the account’s token, where it has one', async () => {
    const own = weibo.settings({ ...block, accessToken: 'T' });
    const door = testDoor(weibo, own);
    door.network = () => jsonAnswer({ result: true });
    const { send } = await weibo.open(own, door);
    const to = { keys: [{ kind: 'weibo_uid', scope: '', value: '2', proved: true }], anonymous: false, secret: false };
    await send?.({ to, message: { text: '已修好' } } as unknown as Parameters<typeof send>[0]);
    const form = new URLSearchParams(String(door.asked[0]?.options.body));
    expect([form.get('receiver_id'), form.get('type'), form.get('access_token')]).toEqual(['2', 'text', 'T']);
    expect(JSON.parse(decodeURIComponent(form.get('data') ?? ''))).toEqual({ text: '已修好' });
    door.network = () => jsonAnswer({ error_code: 21327 }, 403);
    const late = { to, message: { text: 'x' } } as unknown as Parameters<NonNullable<typeof send>>[0];
    await expect(send?.(late), 'the token is over').rejects.toMatchObject({ retryable: true });
    door.network = () => jsonAnswer({ error_code: 10023 }, 403);
    await expect(send?.({ to, message: { text: 'x' } } as unknown as Parameters<typeof send>[0])).rejects.toMatchObject(
      {
        retryable: true,
      },
    );
  });
});

describe('the peers’ Weibo vectors', () => {
  it.skipIf(vectors('weibo').length === 0)('are there to be walked', () => expect(vectors('weibo')).not.toEqual([]));
  for (const { name, inputs } of vectors('weibo'))
    it(`${name} is acknowledged, and its words are the platform’s own`, async () => {
      const answer = await call(opened(), JSON.stringify(inputs.body), proof());
      expect(answer.status).toBe(200);
      expect(readWeibo({ push: inputs.body })).toHaveLength(inputs.body.type === 'event' ? 0 : 1);
    });
});
