// The OneBot channel keeps every channel's promises, in both versions and both spellings of a message.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCq, segmentsOf, unescapeCq } from '../../src/channels/onebot/cq.ts';
import { onebotSignature } from '../../src/channels/onebot/line.ts';
import { onebot } from '../../src/channels/onebot/onebot.ts';
import { type OnebotPayload, readOnebot } from '../../src/channels/onebot/read.ts';
import { wordsOf } from '../../src/channels/onebot/words.ts';
import type { Outgoing } from '../../src/core/channel.ts';
import { channelContract, jsonAnswer, type TestDoor, testDoor } from '../contract/channel.ts';
import { call, statusOf } from './call.ts';
import { vectors } from './vectors.ts';

const block = { channel: 'onebot', secret: 'a-secret-for-tests', accessToken: 'a-token-for-tests' };
const settings = onebot.settings(block);
const bodyOf = (payload: unknown): string => JSON.stringify((payload as OnebotPayload).event);
const signed = (body: string, secret = block.secret) => ({
  headers: { 'x-self-id': '1', 'x-signature': onebotSignature(secret, Buffer.from(body)) },
});
const bearer = (token = block.accessToken) => ({ headers: { authorization: `Bearer ${token}` } });
const opened = (own = settings): TestDoor => {
  const door = testDoor(onebot, own);
  onebot.open(own, door);
  return door;
};

channelContract(onebot, {
  settings: block,
  badSettings: { block: { channel: 'onebot' }, names: 'secret' },
  arrive: (door, payload) => call(door, bodyOf(payload), signed(bodyOf(payload))),
  strangers: {
    'somebody with another secret': (door, p) => call(door, bodyOf(p), signed(bodyOf(p), 'other')),
    'somebody who changed the words': (door, p) => call(door, `${bodyOf(p)} `, signed(bodyOf(p))),
    'somebody with another token': (door, p) => call(door, bodyOf(p), bearer('other')),
    'somebody without any proof': (door, p) => call(door, bodyOf(p)),
  },
});

const event = (more: object): string =>
  JSON.stringify({
    ...{ time: 1795440000, self_id: 1, post_type: 'message', message_type: 'private', message_id: 5, user_id: 2 },
    ...{ message: '路灯不亮', sender: {}, ...more },
  });

describe('who may report', () => {
  it('shows either proof; without any it is 401, with a wrong one 403', async () => {
    const body = event({});
    expect(await statusOf(call(opened(), body, signed(body)))).toBe(200);
    expect(await statusOf(call(opened(), body, bearer()))).toBe(200);
    expect(await statusOf(call(opened(), body))).toBe(401);
    expect(await statusOf(call(opened(), body, bearer('no')))).toBe(403);
  });

  it('cannot show what is not configured', async () => {
    const own = onebot.settings({ channel: 'onebot', accessToken: 'T' });
    const body = event({});
    expect(await statusOf(call(opened(own), body, signed(body, '')))).toBe(401);
  });
});

describe('what OneBot is answered', () => {
  it('a private message gets its receipt as a quick operation, as plain text', async () => {
    const body = event({});
    const answer = await call(opened(), body, signed(body));
    expect(answer.body).toEqual({ reply: '收到 26112400382715', auto_escape: true, at_sender: false });
  });

  it('a group gets words without number, code or state', async () => {
    const body = event({ message_type: 'group', group_id: 9, message: '[CQ:at,qq=1]路灯不亮' });
    expect((await call(opened(), body, signed(body))).body).toMatchObject({ reply: '群' });
  });

  it('version 12 gets a list of actions', async () => {
    const self = { platform: 'qq', user_id: '1' };
    const message = [{ type: 'text', data: { text: '路灯不亮' } }];
    const v12 = {
      id: 'e',
      self,
      time: 1795440000.5,
      type: 'message',
      detail_type: 'private',
      message_id: 'm',
      message,
    };
    const answer = await call(opened(), JSON.stringify({ ...v12, sub_type: '', user_id: '2' }), bearer());
    expect(answer.body).toMatchObject([{ action: 'send_message', params: { detail_type: 'private', user_id: '2' } }]);
  });

  it('a heartbeat gets nothing, and nothing is stored', async () => {
    const door = opened();
    const body = JSON.stringify({ post_type: 'meta_event', meta_event_type: 'heartbeat', self_id: 1 });
    expect(await call(door, body, signed(body))).toEqual({ status: 204 });
    expect(door.payloads).toEqual([]);
  });
});

describe('replies over OneBot’s API', () => {
  const own = onebot.settings({ ...block, apiBase: 'http://127.0.0.1:5700' });
  const outgoing = (content: string, text = '已修好'): Outgoing =>
    ({
      message: { text },
      inReply: { raw: { mediaType: 'application/json', content } },
      caseNo: '26112400382715',
    }) as unknown as Outgoing;
  const sending = async (answer: object) => {
    const door = testDoor(onebot, own);
    door.network = () => jsonAnswer(answer);
    const { send } = await onebot.open(own, door);
    return { door, send: send ?? expect.fail('no send') };
  };

  it('go to the person, or to the group without a number', async () => {
    const { door, send } = await sending({ status: 'ok', retcode: 0, data: { message_id: 77 } });
    expect(await send(outgoing(event({})))).toBe('77');
    expect(door.asked[0]).toMatchObject({ url: 'http://127.0.0.1:5700/send_private_msg', options: { api: true } });
    expect(JSON.parse(String(door.asked[0]?.options.body))).toEqual({
      user_id: 2,
      message: '已修好',
      auto_escape: true,
    });
    const group = event({ message_type: 'group', group_id: 9, message: '[CQ:at,qq=1]路灯不亮' });
    await expect(send(outgoing(group, '件 26112400382715 已办结'))).rejects.toMatchObject({ code: 'not_in_a_group' });
  });

  it('find a private chat in the version last heard, when the last word came without its original', async () => {
    const { door, send } = await sending({ status: 'ok', retcode: 0, data: { message_id: 'm' } });
    const to = { keys: [{ kind: 'im_user', scope: 'qq', value: '2', proved: true }] };
    const light = { message: { text: '已修好' }, inReply: {}, caseNo: '26112400382715', to } as unknown as Outgoing;
    await send(light);
    expect(door.asked.at(-1)?.url).toContain('/send_private_msg');
    const self = { platform: 'qq', user_id: '1' };
    const message = [{ type: 'text', data: { text: '路灯不亮' } }];
    const v12 = {
      id: 'e',
      self,
      time: 1,
      type: 'message',
      detail_type: 'private',
      message_id: 'm',
      message,
      user_id: '2',
    };
    await call(door, JSON.stringify(v12), bearer());
    await send(light);
    expect(JSON.parse(String(door.asked.at(-1)?.options.body))).toMatchObject({ action: 'send_message' });
  });

  it('and files of v12 are asked for by their id, with their bytes in the answer', async () => {
    const data = Buffer.from('GIF89a').toString('base64');
    const { door } = await sending({ status: 'ok', retcode: 0, data: { name: 'a.gif', data } });
    const v12 = {
      ...{ id: 'e', self: { platform: 'qq', user_id: '1' }, time: 1, type: 'message', detail_type: 'private' },
      ...{ message_id: 'm', user_id: '2', message: [{ type: 'image', data: { file_id: 'f1' } }] },
    };
    await call(door, JSON.stringify(v12), bearer());
    const asked = JSON.parse(String(door.asked[0]?.options.body));
    expect(asked).toEqual({ action: 'get_file', params: { file_id: 'f1', type: 'data' } });
    expect(door.payloads).toMatchObject([{ files: [{ kind: 'image', mediaType: 'image/gif' }] }]);
  });

  it('wait while the implementation refuses the access token', async () => {
    const { send, door } = await sending({});
    door.network = () => jsonAnswer({}, 403);
    await expect(send(outgoing(event({})))).rejects.toMatchObject({ code: 'platform_refused', retryable: true });
  });

  it('that fail are told', async () => {
    const { send } = await sending({ status: 'failed', retcode: 1404 });
    await expect(send(outgoing(event({})))).rejects.toMatchObject({ code: 'platform_refused' });
  });
});

describe('CQ codes', () => {
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('[', '&#91;').replaceAll(']', '&#93;').replaceAll(',', '&#44;');

  it('bring back every text that was escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'&[],=#;91amp路😀\n') }), (text) => {
        expect(unescapeCq(escaped(text))).toBe(text);
        expect(readCq(`[CQ:share,title=${escaped(text)}]`)).toEqual([{ type: 'share', data: { title: text } }]);
      }),
      { numRuns: 200 },
    );
  });

  it('say the same as the list of segments', () => {
    const line = '&#91;第一部分&#93;[CQ:image,file=123.jpg]图片之后的部分，表情：[CQ:face,id=123]';
    const list = [
      { type: 'text', data: { text: '[第一部分]' } },
      { type: 'image', data: { file: '123.jpg' } },
      { type: 'text', data: { text: '图片之后的部分，表情：' } },
      { type: 'face', data: { id: '123' } },
    ];
    expect(readCq(line)).toEqual(list);
    expect(wordsOf(segmentsOf(list))).toBe('[第一部分]〔图片〕图片之后的部分，表情：〔表情〕');
  });

  it('take no time to speak of, whatever is written', () => {
    for (const heavy of ['[CQ:'.repeat(20_000), `[CQ:a${',b=c'.repeat(20_000)}`, '&amp;'.repeat(20_000)])
      expect(readCq(heavy).length).toBeGreaterThan(0);
  });
});

describe('the peers’ OneBot vectors', () => {
  it.skipIf(vectors('qq-onebot').length === 0)('are there to be walked', () =>
    expect(vectors('qq-onebot')).not.toEqual([]),
  );
  for (const [i, { name, channel, inputs }] of vectors('qq-onebot').entries()) {
    if (!channel?.startsWith('onebot')) continue;
    it(`${name} (${i})`, async () => {
      const json = inputs.event ?? inputs.json;
      if (json?.post_type || (json?.type && json?.detail_type)) {
        const body = JSON.stringify(json);
        expect([200, 204]).toContain(await statusOf(call(opened(), body, json.post_type ? signed(body) : bearer())));
        return;
      }
      // A message or segment by itself: said privately it becomes words, with nothing of the code left in them.
      const message = json?.message ?? json ?? String(inputs.raw).trim();
      const body = JSON.parse(event({ message }));
      const [said] = readOnebot({ event: body });
      expect(said?.text ?? '').not.toMatch(/\[CQ:|&#9[13];|&amp;/);
      const silent = segmentsOf(message).every(({ type }) => ['at', 'reply', 'anonymous'].includes(type));
      expect(said === undefined).toBe(silent);
    });
  }
});
