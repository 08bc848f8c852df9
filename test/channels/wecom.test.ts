// The WeCom channel keeps every channel's promises: sealed in, sealed out, and a clerk is not taken for a citizen.
import { describe, expect, it, vi } from 'vitest';
import { workKey } from '../../src/channels/common/work-callback.ts';
import { readWecom, type WecomPayload } from '../../src/channels/wecom/read.ts';
import { wecom } from '../../src/channels/wecom/wecom.ts';
import type { Outgoing } from '../../src/core/channel.ts';
import { wechatDecrypt } from '../../src/core/wechat-crypt.ts';
import { channelContract, jsonAnswer, type TestDoor, testDoor } from '../contract/channel.ts';
import { call, statusOf } from './call.ts';
import { type Vector, vectors } from './vectors.ts';
import { NOW_SECONDS, sealed, WORK } from './work.ts';

const block = { channel: 'wecom', agentId: '1000002', ...WORK };
const settings = wecom.settings(block);
const bodyOf = (payload: unknown): string => (payload as WecomPayload).body;
const opened = (own = settings): TestDoor => {
  const door = testDoor(wecom, own);
  wecom.open(own, door);
  return door;
};
const post = (door: TestDoor, { body, query }: ReturnType<typeof sealed>) => call(door, body, { query });

channelContract(wecom, {
  settings: block,
  badSettings: { block: { ...block, encodingAesKey: 'short' }, names: 'encodingAesKey' },
  arrive: (door, payload) => post(door, sealed(bodyOf(payload))),
  strangers: {
    'somebody with another token': (door, p) => post(door, sealed(bodyOf(p), { token: 'other' })),
    'a callback for another corporation': (door, p) => post(door, sealed(bodyOf(p), { corpId: 'ww-other' })),
    'last week’s callback': (door, p) => post(door, sealed(bodyOf(p), {}, String(Number(NOW_SECONDS) - 604_800))),
    'somebody who sends it in the clear': (door, p) => call(door, bodyOf(p), { query: sealed('').query }),
  },
});

const TEXT =
  '<xml><ToUserName>ww</ToUserName><FromUserName>staff-1</FromUserName><CreateTime>1795440000</CreateTime><MsgType>text</MsgType><Content>路灯不亮</Content><MsgId>9</MsgId></xml>';

describe('WeCom callbacks', () => {
  it('are answered with the receipt, sealed for the platform', async () => {
    const answer = await post(opened(), sealed(TEXT));
    const encrypted = /<Encrypt><!\[CDATA\[(.+?)\]\]>/.exec(String(answer.body))?.[1] ?? '';
    const plain = wechatDecrypt(workKey(WORK.encodingAesKey), encrypted, WORK.corpId);
    expect(plain).toContain('<Content><![CDATA[收到 26112400382715]]></Content>');
    expect(plain).toContain('<ToUserName><![CDATA[staff-1]]></ToUserName>');
  });

  it('never take the clerk for a citizen who proved to be one', () => {
    expect(readWecom({ body: TEXT }, WORK.corpId)[0]?.sender.keys).toMatchObject([{ proved: false }]);
  });

  it('that open but say nothing we know are acknowledged', async () => {
    const door = opened();
    expect(await post(door, sealed('1616140317555161061'))).toMatchObject({ status: 200, body: 'success' });
    expect(door.payloads).toEqual([]);
  });

  it('of very many elements are refused before anybody takes them apart', async () => {
    const many = `<xml><ToUserName>x</ToUserName>${'<a/>'.repeat(3_000)}</xml>`;
    expect(await statusOf(post(opened(), { body: many, query: {} }))).toBe(400);
  });

  it('answer with as much of a long receipt as one text holds, and send the rest once', async () => {
    const note = Array.from({ length: 80 }, (_, n) => `第${n}条：请携带身份证、户口簿和不动产权证到窗口办理。`).join(
      '\n',
    );
    const door = testDoor(wecom, settings, { outcome: 'noted', note });
    const sent: string[] = [];
    door.network = (url, { body }) => {
      if (url.includes('/gettoken')) return jsonAnswer({ errcode: 0, access_token: 'T', expires_in: 7200 });
      sent.push(JSON.parse(String(body)).text.content);
      return jsonAnswer({ errcode: 0, msgid: 'w1' });
    };
    wecom.open(settings, door);
    const [answer] = await Promise.all([post(door, sealed(TEXT)), post(door, sealed(TEXT))]);
    const encrypted = /<Encrypt><!\[CDATA\[(.+?)\]\]>/.exec(String(answer.body))?.[1] ?? '';
    const plain = wechatDecrypt(workKey(WORK.encodingAesKey), encrypted, WORK.corpId);
    const first = /<Content><!\[CDATA\[(.*)\]\]><\/Content>/s.exec(plain)?.[1];
    await vi.waitFor(() => expect([first, ...sent].join('\n')).toBe(note));
  });

  it('keep the message when its medium cannot be had', async () => {
    const door = opened();
    const image = TEXT.replace('<MsgType>text', '<MediaId>m</MediaId><MsgType>image');
    expect((await post(door, sealed(image))).status).toBe(200);
    expect(door.payloads).toMatchObject([{ part: null }]);
  });

  it('fetch a medium with the app’s token', async () => {
    const door = opened();
    door.network = (url) =>
      url.includes('/gettoken')
        ? jsonAnswer({ errcode: 0, access_token: 'T', expires_in: 7200 })
        : { status: 200, headers: {}, bytes: Buffer.from('#!AMR\n....') };
    await post(door, sealed(TEXT.replace('<MsgType>text', '<MediaId>m</MediaId><MsgType>voice')));
    expect(door.payloads).toMatchObject([{ part: { kind: 'audio', mediaType: 'audio/amr' } }]);
    expect(door.asked.at(-1)?.url).toContain('/cgi-bin/media/get?access_token=T&media_id=m');
  });
});

describe('replies over WeCom', () => {
  const to = { keys: [{ kind: 'wecom_staff', scope: WORK.corpId, value: 'staff-1', proved: false }] };
  const outgoing = { to, message: { text: '已修好' } } as unknown as Outgoing;
  const sending = async (answers: (body: string) => object) => {
    const door = testDoor(wecom, settings);
    let tokens = 0;
    door.network = (url, { body }) =>
      url.includes('/gettoken')
        ? jsonAnswer({ errcode: 0, access_token: `T${++tokens}`, expires_in: 7200 })
        : jsonAnswer(answers(String(body) + url));
    const { send } = await wecom.open(settings, door);
    return { door, send: send ?? expect.fail('no send') };
  };

  it('go to the clerk who passed it on', async () => {
    const { send } = await sending((asked) => {
      expect(asked).toContain('"touser":"staff-1"');
      return { errcode: 0, msgid: 'sent' };
    });
    expect(await send(outgoing)).toBe('sent');
  });

  it('are tried with a fresh token when the old one is refused', async () => {
    const { send } = await sending((asked) => (asked.endsWith('T1') ? { errcode: 42001 } : { errcode: 0, msgid: 's' }));
    expect(await send(outgoing)).toBe('s');
  });

  it('come again later when the platform is busy, and not when it refuses', async () => {
    const busy = await sending(() => ({ errcode: 45009 }));
    await expect(busy.send(outgoing)).rejects.toMatchObject({ retryable: true });
    const no = await sending(() => ({ errcode: 60011 }));
    await expect(no.send(outgoing)).rejects.toMatchObject({ retryable: false, code: 'platform_refused' });
  });
});

describe('the peers’ WeCom vectors', () => {
  const all = vectors('wechat-crypto');
  it.skipIf(all.length === 0)('are there to be walked', () => expect(all).not.toEqual([]));
  const work = ({ name, kind, inputs }: Vector): boolean =>
    /^(wecom|work|tencent)/.test(name) && /verify-url|decrypt/.test(kind) && inputs.encodingAESKey !== undefined;
  for (const { name, kind, inputs, expected } of vectors('wechat-crypto').filter(work))
    it(name, async () => {
      const { token, encodingAESKey: encodingAesKey, timestamp, nonce, encrypt, echostr, msg_signature } = inputs;
      const corpId = inputs.receiveId ?? expected.computed_receiveId;
      const own = wecom.settings({ ...block, token, encodingAesKey, corpId, maxSkewSeconds: 0 });
      const query = { timestamp, nonce, msg_signature };
      if (kind === 'verify-url') {
        const asked = call(opened(own), '', { method: 'GET', query: { ...query, echostr } });
        if (expected.valid === false) expect(await statusOf(asked)).toBe(403);
        else expect((await asked).body).toBe(expected.computed_body);
        return;
      }
      const door = opened(own);
      expect((await call(door, `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`, { query })).status).toBe(200);
      const said = readWecom(door.payloads[0], corpId)[0];
      expect([said?.text, said?.sender.keys[0]?.value]).toEqual([
        expected.fields.Content,
        expected.fields.FromUserName,
      ]);
    });

  const pushes = vectors('wechat-messages').filter((v) => v.channel === 'wecom' && v.direction === 'inbound');
  for (const [i, { name, input = '' }] of pushes.entries())
    it(`${name} (${i}) is acknowledged, and kept when it says something`, async () => {
      const door = opened();
      expect((await post(door, sealed(input))).status).toBe(200);
      const said = door.payloads.flatMap((payload) => readWecom(payload, WORK.corpId));
      const text = /<Content><!\[CDATA\[([^\]]+)\]\]>/.exec(input)?.[1];
      if (text !== undefined && /<MsgType><!\[CDATA\[text/.test(input)) expect(said[0]?.text).toBe(text.trim());
      if (/<MsgType><!\[CDATA\[event/.test(input)) expect(said).toEqual([]);
    });
});
