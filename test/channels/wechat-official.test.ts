// WeChat official accounts keep every channel's promises: proof in every mode, the reply within the answer, one token for all.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { wechatOfficial } from '../../src/channels/wechat-official/index.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { RouteAnswer } from '../../src/core/route.ts';
import { wechatDecrypt, wechatEncrypt, wechatKey, wechatSignature } from '../../src/core/wechat-crypt.ts';
import { channelContract, jsonAnswer, type TestDoor, testDoor } from '../contract/channel.ts';
import { requestOf } from '../web/serve.ts';

const AES = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const key = wechatKey(AES) ?? new Uint8Array();
const plain = { channel: 'wechat-official', appId: 'wx1', appSecret: 's', token: 'tok', mode: 'plain' };
const safe = { ...plain, mode: 'safe', encodingAesKey: AES };
const NOW = Date.UTC(2026, 10, 24) / 1000;

type Query = Record<string, string>;
const signed = (more: Query = {}, at = NOW, token = 'tok'): Query => {
  const [timestamp, nonce] = [String(at), 'n1'];
  return { timestamp, nonce, signature: wechatSignature(token, timestamp, nonce), ...more };
};

async function call(door: TestDoor, method: 'GET' | 'POST', query: Query, body = ''): Promise<RouteAnswer> {
  const route = door.routes.find((one) => one.method === method);
  if (!route) throw new Error('no route');
  const url = new URL(`http://localhost/in/oa?${new URLSearchParams(query)}`);
  return route.handle(requestOf(Buffer.from(body), { 'content-type': 'text/xml' }, url, 1e6, 'raw'));
}

const bodyOf = (payload: unknown): string => String(Reflect.get(Object(payload), 'body'));

channelContract(wechatOfficial, {
  settings: plain,
  badSettings: { block: { ...plain, mode: 'safe' }, names: 'encodingAesKey' },
  arrive: (door, payload) => call(door, 'POST', signed(), bodyOf(payload)),
  strangers: {
    'whoever has no signature': (door, payload) => call(door, 'POST', {}, bodyOf(payload)),
    'whoever knows another token': (door, payload) => call(door, 'POST', signed({}, NOW, 'no'), bodyOf(payload)),
    'a push of last week': (door, payload) => call(door, 'POST', signed({}, NOW - 7 * 86_400), bodyOf(payload)),
  },
});

const opened = (block: Parameters<typeof wechatOfficial.settings>[0]) => {
  const settings = wechatOfficial.settings(block);
  const door = testDoor(wechatOfficial, settings);
  door.network = () => jsonAnswer({ errcode: 40007, errmsg: 'invalid media_id' });
  return { door, account: wechatOfficial.open(settings, door) };
};

const textPush = (text: string, id = '1') =>
  `<xml><ToUserName><![CDATA[gh_city]]></ToUserName><FromUserName><![CDATA[oCitizen_1]]></FromUserName><CreateTime>${NOW}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content><MsgId>${id}</MsgId></xml>`;

const wrapped = (text: string, receiver = 'wx1') => {
  const encrypted = wechatEncrypt(key, textPush(text), receiver, randomBytes(16));
  const query = signed();
  const msg_signature = wechatSignature('tok', query.timestamp ?? '', query.nonce ?? '', encrypted);
  const body = `<xml><ToUserName>gh_city</ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
  return { query: { ...query, encrypt_type: 'aes', msg_signature }, body };
};

describe('the callback of an official account', () => {
  it('shakes hands with the platform, in every mode, and with nobody else', async () => {
    for (const block of [plain, safe]) {
      const { door } = opened(block);
      expect(await call(door, 'GET', signed({ echostr: 'echo' }))).toMatchObject({ status: 200, body: 'echo' });
      await expect(call(door, 'GET', signed({ echostr: 'echo', signature: 'f'.repeat(40) }))).rejects.toMatchObject({
        status: 403,
      });
    }
  });

  it('answers the citizen in the same answer, from the account to the sender', async () => {
    const { door } = opened(plain);
    const answer = await call(door, 'POST', signed(), textPush('路灯不亮'));
    expect(answer.headers?.['content-type']).toContain('xml');
    expect(answer.body).toContain('<ToUserName><![CDATA[oCitizen_1]]></ToUserName>');
    expect(answer.body).toContain('收到 26112400382715');
  });

  it('is refused in another encoding than UTF-8: what was said would be kept as nobody said it', async () => {
    const { door } = opened(plain);
    const route = door.routes.find((one) => one.method === 'POST') ?? expect.fail('no route');
    const url = new URL(`http://localhost/in/oa?${new URLSearchParams(signed())}`);
    const gbk = Buffer.concat([
      Buffer.from(textPush('').split(']]></Content>')[0] ?? ''),
      Buffer.from('c2b7b5c6', 'hex'),
    ]);
    const asked = route.handle(
      requestOf(Buffer.concat([gbk, Buffer.from(']]></Content></xml>')]), {}, url, 1e6, 'raw'),
    );
    await expect(Promise.resolve(asked)).rejects.toMatchObject({ code: 'unreadable' });
    expect(door.payloads).toEqual([]);
  });

  it('encrypts its answer in safe mode, signed anew', async () => {
    const { door } = opened(safe);
    const { query, body } = wrapped('路灯不亮');
    const answer = String((await call(door, 'POST', query, body)).body);
    const part = (name: string) => new RegExp(`<${name}><!\\[CDATA\\[(.*?)\\]\\]>`).exec(answer)?.[1] ?? '';
    expect(part('MsgSignature')).toBe(wechatSignature('tok', part('TimeStamp'), part('Nonce'), part('Encrypt')));
    expect(wechatDecrypt(key, part('Encrypt'), 'wx1')).toContain('收到 26112400382715');
  });

  it.each([
    ['plain words beside no encryption', () => ({ query: signed(), body: textPush('假的') })],
    ['an encrypted message for another account', () => wrapped('假的', 'wx2')],
    ['an encrypted message that was signed for another', () => ({ ...wrapped('假的'), query: wrapped('别的').query })],
  ])('refuses %s in safe mode', async (_, push) => {
    const { door } = opened(safe);
    const { query, body } = push();
    await expect(call(door, 'POST', query, body)).rejects.toMatchObject({ status: 403 });
    expect(door.payloads).toEqual([]);
  });

  it('greets who follows, answers menu buttons, and makes no message of either', async () => {
    const { door } = opened({ ...plain, menu: { V1: '办事指南请看……' } });
    const event = (words: string) =>
      `<xml><ToUserName>gh</ToUserName><FromUserName>o1</FromUserName><CreateTime>${NOW}</CreateTime><MsgType>event</MsgType>${words}</xml>`;
    const answers = ['<Event>subscribe</Event>', '<Event>CLICK</Event><EventKey>V1</EventKey>', '<Event>VIEW</Event>'];
    const bodies = await Promise.all(answers.map(async (one) => (await call(door, 'POST', signed(), event(one))).body));
    expect(bodies[0]).toContain('欢迎');
    expect(bodies[1]).toContain('办事指南');
    expect(bodies[2]).toBe('success');
  });

  it.each([
    ['entities', '<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Content>&a;</Content></xml>'],
    ['more than 64 KiB', textPush('x'.repeat(70_000))],
    ['no XML', 'hello'],
    ['a list', '[1]'],
  ])('refuses %s', async (_, body) => {
    const { door } = opened(plain);
    await expect(call(door, 'POST', signed(), body)).rejects.toBeInstanceOf(GatewayError);
    expect(door.payloads).toEqual([]);
  });
});

it('sends the receipt by the API when the store was slower than all tries of the platform', async () => {
  const { door } = opened(plain);
  const sent: string[] = [];
  door.network = (url, { body }) => {
    if (url.includes('stable_token')) return jsonAnswer({ access_token: 't', expires_in: 7200 });
    sent.push(JSON.parse(String(body)).text.content);
    return jsonAnswer({ errcode: 0 });
  };
  const accept = door.accept;
  let now = door.now();
  door.now = () => now;
  door.accept = async (payload) => {
    now += 16_000;
    return accept(payload);
  };
  expect(await call(door, 'POST', signed(), textPush('路灯不亮'))).toMatchObject({ status: 200, body: 'success' });
  await vi.waitFor(() => expect(sent).toEqual(['收到 26112400382715']));
});

describe('a reply that is longer than a text may be', () => {
  const LINE = '请携带身份证、户口簿和不动产权证到窗口办理。';
  const long = (word: string): string => Array.from({ length: 60 }, (_, n) => `${word}${n}：${LINE}`).join('\n');

  it('goes in pieces, what the answer does not hold by the API, once however often the platform asks', async () => {
    const settings = wechatOfficial.settings(plain);
    const door = testDoor(wechatOfficial, settings, { outcome: 'noted', note: long('第') });
    const sent: string[] = [];
    door.network = (url, { body }) => {
      if (url.includes('stable_token')) return jsonAnswer({ access_token: 't', expires_in: 7200 });
      sent.push(JSON.parse(String(body)).text.content);
      return jsonAnswer({ errcode: 0 });
    };
    wechatOfficial.open(settings, door);
    const answers = await Promise.all([1, 2, 3].map(() => call(door, 'POST', signed(), textPush('怎么办理'))));
    const [passive = ''] = answers.map(
      ({ body }) => /<Content><!\[CDATA\[(.*)\]\]><\/Content>/s.exec(String(body))?.[1],
    );
    await vi.waitFor(() => expect([passive, ...sent].join('\n')).toBe(long('第')));
    for (const one of [passive, ...sent]) expect(Buffer.byteLength(one)).toBeLessThanOrEqual(2_048);
  });

  it('answers a menu button nobody gave words with the welcome, whatever it is called', async () => {
    const { door } = opened(plain);
    const push = `<xml><ToUserName>gh</ToUserName><FromUserName>o1</FromUserName><CreateTime>${NOW}</CreateTime><MsgType>event</MsgType><Event>CLICK</Event><EventKey>constructor</EventKey></xml>`;
    expect(String((await call(door, 'POST', signed(), push)).body)).toContain('欢迎');
  });
});

describe('what a citizen sends besides words', () => {
  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const FILM = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom0000isomiso2mp41')]);
  const bytesAnswer = (bytes: Uint8Array) => ({ status: 200, headers: {}, bytes });
  const push = (type: string, more = '') =>
    `<xml><ToUserName>gh</ToUserName><FromUserName>o1</FromUserName><CreateTime>${NOW}</CreateTime><MsgType>${type}</MsgType><MediaId>m1</MediaId>${more}<MsgId>7</MsgId></xml>`;

  it('is fetched with the shared token; a film lies where the platform says', async () => {
    const { door } = opened(plain);
    door.network = (url) => {
      if (url.includes('stable_token')) return jsonAnswer({ access_token: 't', expires_in: 7200 });
      if (url.includes('media/get')) return jsonAnswer({ video_url: 'https://films.example/1' });
      return bytesAnswer(FILM);
    };
    await call(door, 'POST', signed(), push('video'));
    expect(door.asked.at(-1)).toMatchObject({ url: 'https://films.example/1' });
    expect(door.asked.at(-1)?.options.api).toBeUndefined();
    expect(door.payloads).toMatchObject([{ parts: [{ kind: 'video', mediaType: 'video/mp4' }] }]);
  });

  it('comes from its own address when the platform hands out an error', async () => {
    const { door } = opened(plain);
    door.network = (url) => {
      if (url.includes('stable_token')) return jsonAnswer({ access_token: 't', expires_in: 7200 });
      return url.includes('media/get') ? jsonAnswer({ errcode: 40007 }) : bytesAnswer(PNG);
    };
    await call(door, 'POST', signed(), push('image', '<PicUrl>https://pics.example/1</PicUrl>'));
    expect(door.payloads).toMatchObject([{ parts: [{ kind: 'image', mediaType: 'image/png' }] }]);
  });

  it('is asked for again when the token turns out to be dead', async () => {
    const { door } = opened(plain);
    let given = 0;
    door.network = (url) => {
      if (url.includes('stable_token')) return jsonAnswer({ access_token: `t${++given}`, expires_in: 7200 });
      return url.includes('access_token=t1') ? jsonAnswer({ errcode: 40001 }) : bytesAnswer(FILM);
    };
    await call(door, 'POST', signed(), push('video'));
    expect(door.payloads).toMatchObject([{ parts: [{ kind: 'video' }] }]);
  });

  it('is asked for by https where its address by http is not let out', async () => {
    const { door } = opened(plain);
    door.network = (url) => {
      if (url.includes('stable_token')) return jsonAnswer({ access_token: 't', expires_in: 7200 });
      if (url.includes('media/get')) return jsonAnswer({ video_url: 'http://films.example/1?to=http:' });
      if (url.startsWith('http:')) throw new GatewayError({ code: 'address_refused', message: 'no', retryable: false });
      expect(url).toBe('https://films.example/1?to=http:');
      return bytesAnswer(FILM);
    };
    await call(door, 'POST', signed(), push('video'));
    expect(door.payloads).toMatchObject([{ parts: [{ kind: 'video' }] }]);
  });

  it('is waited for no longer than the platform waits for us', async () => {
    const { door } = opened(plain);
    door.fetch = () => new Promise(() => {});
    vi.useFakeTimers();
    try {
      const answer = call(door, 'POST', signed(), push('voice'));
      await vi.advanceTimersByTimeAsync(4_900);
      expect(await answer).toMatchObject({ status: 200 });
    } finally {
      vi.useRealTimers();
    }
    expect(door.payloads).toMatchObject([{ parts: [] }]);
  });

  it('is fetched once, however often the platform asks again meanwhile', async () => {
    const { door } = opened(plain);
    await Promise.all([1, 2, 3].map(() => call(door, 'POST', signed(), push('voice'))));
    expect(door.payloads).toHaveLength(1);
  });
});

describe('the API of an official account', () => {
  const outgoing = (text: string) =>
    ({
      ...{ id: 'o1', caseNo: '1', purpose: 'answer', earlier: 0, message: { text } },
      to: { keys: [{ kind: 'openid', scope: 'wx1', value: 'oCitizen_1', proved: true }] },
    }) as unknown as Parameters<NonNullable<Awaited<ReturnType<typeof wechatOfficial.open>>['send']>>[0];

  it('asks for one token however many send at once, keeps it, and asks anew when the platform calls it dead', async () => {
    const { door, account } = opened(plain);
    let given = 0;
    const dead = new Set<string>();
    door.network = (url) => {
      if (url.includes('stable_token')) {
        given += 1;
        return jsonAnswer({ access_token: `t${given}`, expires_in: 7200 });
      }
      return jsonAnswer(
        dead.has(new URL(url).searchParams.get('access_token') ?? '') ? { errcode: 40001 } : { errcode: 0 },
      );
    };
    const { send } = await account;
    await Promise.all(['一', '二', '三'].map((text) => send?.(outgoing(text))));
    expect(given).toBe(1);
    const again = await wechatOfficial.open(wechatOfficial.settings(plain), door);
    await again.send?.(outgoing('四'));
    expect(given).toBe(1);
    dead.add('t1');
    await send?.(outgoing('五'));
    expect(given).toBe(2);
  });

  it.each([40164, 40125, 45009])(
    'lets words wait while the platform gives no token (%d): somebody mends that',
    async (errcode) => {
      const { door, account } = opened(plain);
      door.network = () => jsonAnswer({ errcode, errmsg: 'no token' });
      await expect((await account).send?.(outgoing('一'))).rejects.toMatchObject({ code: 'no_token', retryable: true });
    },
  );

  it.each([
    [40001, 'platform_refused', true],
    [45015, 'window_closed', false],
    [45047, 'window_closed', false],
    [-1, 'platform_refused', true],
    [43004, 'platform_refused', false],
  ])('reads the refusal %d as %s', async (errcode, code, retryable) => {
    const { door, account } = opened(plain);
    door.network = (url) =>
      jsonAnswer(url.includes('stable_token') ? { access_token: 't', expires_in: 7200 } : { errcode });
    await expect((await account).send?.(outgoing('一'))).rejects.toMatchObject({ code, retryable });
  });
});

interface Vector {
  readonly name: string;
  readonly kind: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

const file = new URL('../../../shared/vectors/channels/wechat-crypto.json', import.meta.url);
const known = existsSync(file);
if (!known) console.warn("SKIPPED: the peers' vectors are not beside the project");

describe.runIf(known)('the WeChat encryption agrees with its peers', () => {
  const { vectors: list }: { vectors: Vector[] } = known ? JSON.parse(readFileSync(file, 'utf8')) : { vectors: [] };
  it.each(list.filter((v) => v.kind === 'encrypt').map((v) => [v.name, v] as const))('%s', (_, v) => {
    const { encodingAESKey = '', receiveId = '', random16 = '', plaintext = '' } = v.inputs;
    const own = wechatKey(encodingAESKey) ?? new Uint8Array();
    expect(wechatEncrypt(own, plaintext, receiveId, Buffer.from(random16))).toBe(v.expected.encrypt);
  });
});
