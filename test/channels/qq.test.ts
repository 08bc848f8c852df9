// The QQ channel keeps every channel's promises, checks who calls over the raw bytes, and replies within QQ's window.
import { describe, expect, it } from 'vitest';
import { qq } from '../../src/channels/qq/qq.ts';
import { type QqPayload, readQq } from '../../src/channels/qq/read.ts';
import { qqKeys, qqSign, qqVerify, seedOf } from '../../src/channels/qq/sign.ts';
import type { Outgoing } from '../../src/core/channel.ts';
import { channelContract, jsonAnswer, type TestDoor, testDoor } from '../contract/channel.ts';
import { call, statusOf } from './call.ts';
import { vectors } from './vectors.ts';

const block = { channel: 'qq', appId: '102000001', secret: 'DG5g3B4j9X2KOErG' };
const settings = qq.settings(block);
const NOW = String(Date.UTC(2026, 10, 24) / 1000);

const signed = (body: string, secret = block.secret, at = NOW): Record<string, string> => ({
  'x-signature-timestamp': at,
  'x-signature-ed25519': qqSign(qqKeys(secret), at + body),
});
const bodyOf = (payload: unknown): string => JSON.stringify((payload as QqPayload).event);
const opened = (): TestDoor => {
  const door = testDoor(qq, settings);
  qq.open(settings, door);
  return door;
};

channelContract(qq, {
  settings: block,
  badSettings: { block: { channel: 'qq', appId: 'x', secret: 's' }, names: 'appId' },
  arrive: (door, payload) => call(door, bodyOf(payload), { headers: signed(bodyOf(payload)) }),
  strangers: {
    'somebody with another secret': (door, payload) =>
      call(door, bodyOf(payload), { headers: signed(bodyOf(payload), 'another-secret') }),
    'somebody who changed the words': (door, payload) =>
      call(door, `${bodyOf(payload)} `, { headers: signed(bodyOf(payload)) }),
    'last week’s callback': (door, payload) =>
      call(door, bodyOf(payload), { headers: signed(bodyOf(payload), block.secret, String(Number(NOW) - 604_800)) }),
    'somebody without a signature': (door, payload) => call(door, bodyOf(payload)),
  },
});

describe('QQ’s address check', () => {
  const check = (d: object): string => JSON.stringify({ d, op: 13 });

  it('is answered without any signature, and stores nothing', async () => {
    const door = opened();
    const answer = await call(door, check({ plain_token: 'Arq0D5A61EgUu4OxUvOp', event_ts: '1725442341' }));
    expect(answer.body).toMatchObject({ signature: expect.stringMatching(/^87befc99c42c651b/) });
    expect(door.payloads).toEqual([]);
  });

  it('never signs what could be an event: a stranger would have a forged one signed by us', async () => {
    const forged = '{"op":0,"t":"C2C_MESSAGE_CREATE","d":{}}';
    for (const d of [
      { plain_token: forged, event_ts: NOW },
      { plain_token: 'x', event_ts: `${NOW}{"op":0}` },
    ])
      expect(await statusOf(call(opened(), check(d)))).toBe(400);
  });
});

describe('QQ’s signatures', () => {
  it('are made from secrets of any length', () => {
    for (const secret of ['a', '123456abcdef', 'naOC0ocQE3shWLAfffVLB1rhYPG7', 'x'.repeat(64)]) {
      expect(seedOf(secret)).toHaveLength(32);
      const keys = qqKeys(secret);
      expect(qqVerify(keys, qqSign(keys, '1{}'), '1', Buffer.from('{}'))).toBe(true);
      expect(qqVerify(keys, qqSign(keys, '1{}'), '2', Buffer.from('{}'))).toBe(false);
    }
  });

  it('that are no 64 bytes, or not in their one form, are refused without an error', () => {
    const keys = qqKeys('s');
    for (const wrong of ['', 'zz', 'f'.repeat(128), 'ab'.repeat(63)])
      expect(qqVerify(keys, wrong, '1', Buffer.from('{}'))).toBe(false);
  });
});

describe('replies over QQ', () => {
  const event = (t: string, d: object): string => JSON.stringify({ op: 0, t, d });
  const outgoing = (raw: string, more: Partial<Outgoing> = {}): Outgoing => {
    const message = { text: '您的件已收到', receivedAt: '2026-11-24T08:00:00+08:00', externalId: 'm-1' };
    const inReply = { ...message, raw: { mediaType: 'application/json', content: raw } };
    const to = { keys: [], anonymous: false, secret: false };
    return {
      id: 'o1',
      message,
      inReply,
      caseNo: '26112400382715',
      to,
      purpose: 'receipt',
      earlier: 0,
      ...more,
    } as unknown as Outgoing;
  };
  const sending = (answers: (path: string, body: string) => ReturnType<typeof jsonAnswer>) => {
    const door = testDoor(qq, settings);
    door.network = (url, { body }) =>
      url.endsWith('/app/getAppAccessToken')
        ? jsonAnswer({ access_token: 'T', expires_in: '7200' })
        : answers(new URL(url).pathname, String(body));
    const { send } = qq.open(settings, door) as Required<Awaited<ReturnType<typeof qq.open>>>;
    return { door, send };
  };
  const PRIVATE = event('C2C_MESSAGE_CREATE', { author: { user_openid: 'U1' } });
  const GROUP = event('GROUP_AT_MESSAGE_CREATE', { group_openid: 'G1', author: { member_openid: 'M' } });

  it('name the message they answer and number themselves, with one token for all', async () => {
    const { door, send } = sending((path, body) => {
      expect(path).toBe('/v2/users/U1/messages');
      expect(JSON.parse(body)).toMatchObject({ msg_id: 'm-1', msg_type: 0, content: '您的件已收到' });
      return jsonAnswer({ id: JSON.parse(body).msg_seq });
    });
    const [first, second, again] = [
      await send(outgoing(PRIVATE)),
      await send(outgoing(PRIVATE, { id: 'o2' })),
      await send(outgoing(PRIVATE)),
    ];
    expect(again, 'an attempt made again').toBe(first);
    expect(second, 'the answer about another case, or a greeting’s reply, to the same message').not.toBe(first);
    for (const seq of [first, second]) expect(Number(seq)).toBeGreaterThanOrEqual(1);
    expect(door.asked.filter(({ url }) => url.includes('AccessToken'))).toHaveLength(1);
  });

  it('count as sent when QQ says it has them already', async () => {
    const { send } = sending(() => jsonAnswer({ code: 40054005 }, 400));
    expect(await send(outgoing(PRIVATE))).toBeUndefined();
  });

  it('come again when QQ finds them too many just now, and fail when it refuses them', async () => {
    for (const [code, retryable] of [
      [22009, true],
      [304082, false],
    ] as const) {
      const { send } = sending(() => jsonAnswer({ code }, 400));
      await expect(send(outgoing(PRIVATE))).rejects.toMatchObject({ code: 'platform_refused', retryable });
    }
  });

  it('are tried with a fresh token when the old one is refused', async () => {
    let first = true;
    const { send } = sending(() => {
      const answer = first ? jsonAnswer({ code: 11244 }, 401) : jsonAnswer({ id: 'sent' });
      first = false;
      return answer;
    });
    expect(await send(outgoing(PRIVATE))).toBe('sent');
  });

  it('wait while QQ refuses the account’s token, fresh as it is', async () => {
    const { send } = sending(() => jsonAnswer({ code: 11244 }, 401));
    await expect(send(outgoing(PRIVATE))).rejects.toMatchObject({ code: 'platform_refused', retryable: true });
  });

  it('wait for the citizen’s next word once the window has closed, sooner in a group', async () => {
    const { send } = sending(() => jsonAnswer({ id: 'sent' }));
    const sentAgo = (minutes: number, raw: string) => {
      const late = outgoing(raw);
      const at = new Date(Date.UTC(2026, 10, 24) - minutes * 60_000).toISOString();
      return { ...late, inReply: { ...late.inReply, receivedAt: at } } as Outgoing;
    };
    await expect(send(sentAgo(61, PRIVATE))).rejects.toMatchObject({ code: 'window_closed' });
    await expect(send(sentAgo(6, GROUP))).rejects.toMatchObject({ code: 'window_closed' });
    expect(await send(sentAgo(59, PRIVATE))).toBe('sent');
    expect(await send(sentAgo(4, GROUP))).toBe('sent');
  });

  it('find a citizen’s private chat when their last word came without its original', async () => {
    const { send, door } = sending(() => jsonAnswer({ id: 'sent' }));
    const key = { kind: 'qq_openid', scope: block.appId, value: 'U7', proved: true };
    const light = outgoing(PRIVATE, { to: { keys: [key], anonymous: false, secret: false } });
    const { raw: _raw, ...inReply } = light.inReply ?? expect.fail('no message');
    expect(await send({ ...light, inReply })).toBe('sent');
    expect(door.asked.at(-1)?.url).toContain('/v2/users/U7/messages');
    await expect(send({ ...light, inReply: { ...inReply, group: true } })).rejects.toMatchObject({
      code: 'window_closed',
    });
  });

  it('never tell a group a case number', async () => {
    const { send, door } = sending(() => jsonAnswer({ id: 'sent' }));
    const message = { text: '您的件 261124-0038-2715 已办结' };
    await expect(send(outgoing(GROUP, { message } as unknown as Outgoing))).rejects.toMatchObject({
      code: 'not_in_a_group',
    });
    expect(door.asked).toEqual([]);
  });
});

describe('the peers’ QQ vectors', () => {
  it.skipIf(vectors('qq-onebot').length === 0)('are there to be walked', () =>
    expect(vectors('qq-onebot')).not.toEqual([]),
  );
  for (const { name, kind, channel, inputs, expected } of vectors('qq-onebot')) {
    if (!channel?.startsWith('qq')) continue;
    it(name, async () => {
      if (kind === 'op13') {
        const own = qq.settings({ channel: 'qq', appId: inputs.appid, secret: inputs.secret });
        const door = testDoor(qq, own);
        qq.open(own, door);
        expect((await call(door, inputs.body)).body).toEqual(expected.response);
      } else if (kind === 'seed') {
        const jwk = qqKeys(inputs.secret).publicKey.export({ format: 'jwk' });
        expect(seedOf(inputs.secret).toString()).toBe(expected.seed);
        expect([...Buffer.from(String(jwk.x), 'base64url')]).toEqual(expected.publicKey);
      } else if (kind === 'ed25519') {
        const { secret, timestamp, body } = inputs;
        expect(qqVerify(qqKeys(secret), expected.signature, timestamp, Buffer.from(body))).toBe(expected.valid ?? true);
      } else {
        const event = { op: 0, t: inputs.t, d: inputs.d };
        const body = JSON.stringify(event);
        expect(await statusOf(call(opened(), body, { headers: signed(body) }))).toBe(200);
        const said = /^(?:C2C_MESSAGE|GROUP_AT_MESSAGE|DIRECT_MESSAGE|AT_MESSAGE)_CREATE$/.test(inputs.t ?? '');
        const [message] = readQq({ event }, '1');
        expect(message?.text).toBe(said ? inputs.d.content.trim() : undefined);
      }
    });
  }
});
