// The phone channel keeps every channel's promises; every format of transcript, every proof, and who is who in a call.
import { createHmac, sign, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { answerIn } from '../../src/channels/phone/answered.ts';
import { phone } from '../../src/channels/phone/phone.ts';
import { twilioSignature } from '../../src/channels/phone/proof.ts';
import { NOTHING_TOLD, numberOf, timeOf } from '../../src/channels/phone/told.ts';
import type { Turn } from '../../src/core/call.ts';
import type { Incoming } from '../../src/core/message.ts';
import { channelContract, testDoor } from '../contract/channel.ts';
import { call, statusOf } from './call.ts';
import { vectors } from './vectors.ts';

const TOKEN = 'a-token-for-tests-only';
const SECRET = 'a-secret-for-tests-only';
const speech = { name: 'speech', token: TOKEN, speakers: { '0': 'agent', '1': 'citizen' } };
const block = {
  channel: 'phone',
  sources: [
    speech,
    { name: 'signed', secret: SECRET },
    { name: 'twilio', twilio: { authToken: 'twilio-token-for-tests' } },
  ],
};
const own = phone.settings(block);
const bearer = (token = TOKEN) => ({ headers: { authorization: `Bearer ${token}` } });
const bodyOf = (payload: unknown): string => (payload as { body: string }).body;
const fixture = (file: string): string => readFileSync(new URL(`../fixtures/phone/${file}`, import.meta.url), 'utf8');

const NOW = Date.UTC(2026, 10, 24) / 1000;
const signedBy = (secret: string, time: number) => (body: string) => ({
  headers: {
    'x-civicline-timestamp': String(time),
    'x-civicline-signature': `sha256=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`,
  },
});

channelContract(phone, {
  settings: block,
  badSettings: { block: { ...block, sources: [{ name: 'x', token: 'short' }] }, names: 'sources[0].token' },
  arrive: (door, payload) => call(door, bodyOf(payload), bearer()),
  strangers: {
    'somebody without a token': (door, payload) => call(door, bodyOf(payload)),
    'somebody with another token': (door, payload) => call(door, bodyOf(payload), bearer('another-token-for-tests')),
    'somebody who signs with another secret': (door, payload) =>
      call(door, bodyOf(payload), signedBy('another-secret-for-tests', NOW)(bodyOf(payload))),
    'who plays back what was signed last week': (door, payload) =>
      call(door, bodyOf(payload), signedBy(SECRET, NOW - 604_800)(bodyOf(payload))),
  },
});

const read = (body: unknown, more: object = {}): Incoming[] =>
  phone.read(
    { body: typeof body === 'string' ? body : JSON.stringify(body), source: 'speech', ...more },
    own,
  ) as Incoming[];
const turnsOf = (body: unknown) => read(body)[0]?.call?.turns.map(({ speaker, text }) => [speaker, text]);

describe('a hand-in', () => {
  const body = '坐席：您好\n市民：路灯坏了';
  it('signed over time and bytes is taken in, and a changed byte is not', async () => {
    const door = testDoor(phone, own);
    await phone.open(own, door);
    expect(await statusOf(call(door, body, signedBy(SECRET, NOW)(body)))).toBe(200);
    expect(await statusOf(call(door, `${body}。`, signedBy(SECRET, NOW)(body)))).toBe(403);
    expect(door.payloads).toHaveLength(1);
  });

  it('that is signed is not given a caller by the address, which nobody signed', async () => {
    const door = testDoor(phone, own);
    await phone.open(own, door);
    const query = { caller: '13800000001' };
    await call(door, body, { ...signedBy(SECRET, NOW)(body), query });
    await call(door, body, { ...bearer(), query });
    expect(door.payloads.map((one) => (one as { call?: object }).call)).toEqual([undefined, query]);
  });

  it('never tells the exchange the citizen’s query code', async () => {
    const door = testDoor(phone, own);
    await phone.open(own, door);
    expect((await call(door, body, bearer())).body).toEqual({
      accepted: 1,
      outcome: 'opened',
      caseNo: '26112400382715',
    });
  });

  it('in parts brings the sound along with its words', async () => {
    const door = testDoor(phone, own);
    await phone.open(own, door);
    const form = new FormData();
    form.set(
      'transcript',
      new Blob([JSON.stringify({ turns: [{ speaker: '市民', text: '停水了' }] })], { type: 'application/json' }),
      't.json',
    );
    form.set('recording', new Blob([new Uint8Array(8)], { type: 'audio/wav' }), 'call.wav');
    const sent = new Response(form);
    const type = sent.headers.get('content-type') ?? '';
    const bytes = new Uint8Array(await sent.arrayBuffer());
    await call(door, bytes, { headers: { ...bearer().headers, 'content-type': type } });
    expect(door.payloads).toMatchObject([{ parts: [{ kind: 'audio', name: 'call.wav' }] }]);
    expect(door.blobs).toHaveLength(1);
  });

  it('without an id of the call is the same when it comes again', () => {
    expect(read(body)[0]?.externalId).toBe(read(body)[0]?.externalId);
    expect(read(body)[0]?.externalId).not.toBe(read(`${body}了`)[0]?.externalId);
  });

  it.each([
    ['truncated JSON', '{"call": {'],
    ['a time that is none', { call: { start: 'yesterday' }, text: '市民：停水' }],
    ['nothing but spaces', '   \n '],
    ['turns nobody fills', { turns: [{ speaker: 'a', text: ' ' }] }],
    ['an object nobody knows', { hello: 'world' }],
    ['bytes of a sound', 'RIFF\u0000\u0001\u0002WAVEfmt'],
    [
      'a task that failed',
      { Response: { Data: { TaskId: 1, Status: 3, ErrorMsg: 'Failed to download', Result: '' } } },
    ],
  ])('of %s is refused', (_, broken) => {
    expect(() => read(broken)).toThrow(expect.objectContaining({ code: 'unreadable' }));
  });

  it.each(['null', 'true', '5', '"abc"'])('of the bare JSON %s opens no case', (bare) => {
    const mediaType = 'application/json; charset=utf-8';
    expect(() => read(bare, { mediaType })).toThrow(expect.objectContaining({ code: 'unreadable' }));
  });

  it('of five megabytes is taken in, its words cut and the original kept whole', () => {
    const long = Array.from({ length: 60_000 }, (_, i) => `市民：第${i}次说路灯坏了，请派人来修一修，谢谢你们了`).join(
      '\n',
    );
    const [message] = read(long);
    expect(Buffer.byteLength(long)).toBeGreaterThan(4_000_000);
    expect(message?.text.length).toBeLessThanOrEqual(100_000);
    expect(message?.call?.turns.length).toBeLessThanOrEqual(5_000);
    expect(message?.raw?.content).toBe(long);
    expect(message?.doubts).toEqual(['words_cut', 'call_shortened']);
  });
});

describe('the formats of transcripts', () => {
  const told: [string, unknown, [string, string][]][] = [
    [
      'Tencent',
      {
        Data: {
          ResultDetail: [
            { FinalSentence: '您好请讲', SpeakerId: 0, StartMs: 0, EndMs: 900 },
            { FinalSentence: '停水了', SpeakerId: 1 },
          ],
        },
      },
      [
        ['agent', '您好请讲'],
        ['citizen', '停水了'],
      ],
    ],
    [
      'Tencent in lines',
      { TaskId: 1, Result: '[0:0.020,0:2.380,0]  您好。\n[0:2.400,0:4.000,1]  停水了。\n' },
      [
        ['agent', '您好。'],
        ['citizen', '停水了。'],
      ],
    ],
    [
      'Aliyun',
      {
        TaskId: 'x',
        StatusCode: 21050000,
        Result: {
          Sentences: [
            { Text: '停水了', ChannelId: 1, BeginTime: 900, EndTime: 2000 },
            { Text: '您好', ChannelId: 0, BeginTime: 1, EndTime: 800 },
          ],
        },
      },
      [
        ['agent', '您好'],
        ['citizen', '停水了'],
      ],
    ],
    [
      'Aliyun paraformer',
      {
        output: {
          transcripts: [
            { channel_id: 1, sentences: [{ text: '停水了', begin_time: 900, end_time: 2000 }] },
            { channel_id: 0, sentences: [{ text: '您好', begin_time: 1, end_time: 800 }] },
          ],
        },
      },
      [
        ['agent', '您好'],
        ['citizen', '停水了'],
      ],
    ],
    [
      'iFlytek',
      {
        code: '000000',
        content: {
          orderResult: JSON.stringify({
            lattice: [
              {
                json_1best: JSON.stringify({
                  st: {
                    bg: '0',
                    ed: '900',
                    rl: '1',
                    rt: [
                      {
                        ws: [
                          { cw: [{ w: '停水', wp: 'n' }] },
                          { cw: [{ w: '嗯', wp: 's' }] },
                          { cw: [{ w: '了', wp: 'n' }] },
                        ],
                      },
                    ],
                  },
                }),
              },
            ],
          }),
        },
      },
      [['citizen', '停水了']],
    ],
    [
      'iFlytek of the first edition',
      { ok: 0, data: JSON.stringify([{ bg: '0', ed: '900', onebest: '停水了', speaker: '1' }]) },
      [['citizen', '停水了']],
    ],
    [
      'Volcengine',
      {
        reqid: 'x',
        result: [
          {
            text: '您好停水了',
            utterances: [
              { text: '您好', start_time: 0, end_time: 500, additions: { speaker: '0' } },
              { text: '停水了', start_time: 600, end_time: 900, additions: { speaker: '1' } },
            ],
          },
        ],
      },
      [
        ['agent', '您好'],
        ['citizen', '停水了'],
      ],
    ],
    [
      'FunASR',
      [
        {
          key: 'a',
          text: '您好停水了',
          sentence_info: [
            { text: '您好', start: 0, end: 500, spk: 0 },
            { text: '停水了', start: 600, end: 900, spk: 1 },
          ],
        },
      ],
      [
        ['agent', '您好'],
        ['citizen', '停水了'],
      ],
    ],
    [
      'FunASR offline',
      {
        mode: 'offline',
        wav_name: 'x',
        text: '正是因为',
        timestamp: '[[1,2]]',
        stamp_sents: [{ text_seg: '正 是 因 为', punc: '，', start: 430, end: 1130 }],
      },
      [['unknown', '正是因为，']],
    ],
    [
      'Whisper',
      { text: '停水了', language: 'chinese', duration: 3, segments: [{ id: 0, start: 0, end: 3, text: '停水了' }] },
      [['unknown', '停水了']],
    ],
    [
      'WTF',
      {
        transcript: { text: '您好停水了', language: 'zh-CN', duration: 3 },
        segments: [
          { id: 0, start: 0, end: 1, text: '您好', speaker: 0 },
          { id: 1, start: 1, end: 3, text: '停水了', speaker: 1 },
        ],
        metadata: {},
      },
      [
        ['agent', '您好'],
        ['citizen', '停水了'],
      ],
    ],
    [
      'SRT',
      '1\r\n00:00:00,000 --> 00:00:01,000\r\n坐席：您好\r\n\r\n2\r\n00:00:01,200 --> 00:00:03,000\r\n市民：停水了\r\n',
      [
        ['agent', '您好'],
        ['citizen', '停水了'],
      ],
    ],
    [
      'WebVTT',
      '\ufeffWEBVTT\n\nNOTE made up\n\n1\n00:00.000 --> 00:01.000\n<v 话务员>您好</v>\n\n00:01.200 --> 00:03.000\n<v 来电人>停水&amp;停电了\n',
      [
        ['agent', '您好'],
        ['citizen', '停水&停电了'],
      ],
    ],
    [
      'lines with times',
      '[00:01] 坐席：您好\n[00:04] 市民：停水了\n已经三天了',
      [
        ['agent', '您好'],
        ['citizen', '停水了 已经三天了'],
      ],
    ],
  ];
  it.each(told)('%s is read, each word with who said it', (_, body, turns) => {
    expect(turnsOf(body)).toEqual(turns);
  });

  it('a sentence still being heard is acknowledged and kept by nobody', () => {
    expect(read({ mode: '2pass-online', text: '停', wav_name: 'x' })).toEqual([]);
  });

  it('overlapping speakers keep the times each of them has', () => {
    const [message] = read({
      turns: [
        { speaker: '1', text: '停水', start: 1, end: 9 },
        { speaker: '0', text: '好的', start: 2, end: 3 },
      ],
    });
    expect(message?.call?.turns).toMatchObject([
      { at: 1, to: 9 },
      { at: 2, to: 3 },
    ]);
  });
});

describe('who is who', () => {
  it('the one who greets for the hotline is the operator, the other one the citizen', () => {
    const words = [
      ['spk5', '您好，12345，工号8001为您服务'],
      ['spk6', '我们小区停水了'],
      ['spk5', '好的'],
    ];
    expect(turnsOf({ turns: words.map(([speaker, text]) => ({ speaker, text })) })?.map(([who]) => who)).toEqual([
      'agent',
      'citizen',
      'agent',
    ]);
  });

  it('who is connected and says from which office they are is the department', () => {
    const words = [
      ['a', '您好，12345热线'],
      ['b', '我们小区停水了'],
      ['a', '我帮您转接一下'],
      ['c', '您好，这里是水务局'],
      ['b', '什么时候来水'],
    ];
    expect(turnsOf({ turns: words.map(([speaker, text]) => ({ speaker, text })) })?.map(([who]) => who)).toEqual([
      'agent',
      'citizen',
      'agent',
      'department',
      'citizen',
    ]);
  });

  it('where nothing tells them apart nobody is guessed, and a person is told', () => {
    const [message] = read({
      turns: [
        { speaker: 'x', text: '停水了' },
        { speaker: 'y', text: '是的' },
      ],
    });
    expect(message).toMatchObject({ text: '停水了\n是的', doubts: ['speakers_unknown'] });
  });

  it('a number the exchange reports is proved, one that is only said is not a key', () => {
    const [message] = read({
      call: { caller: '+8613800000001' },
      text: '坐席：您好\n市民：我的电话是13900000002，停水了',
    });
    expect(message?.sender.keys).toEqual([{ kind: 'phone', scope: '', value: '13800000001', proved: true }]);
    expect(read({ call: { caller: 'anonymous' }, text: '市民：停水了' })[0]?.sender.keys).toEqual([]);
  });

  it.each([
    ['013800000001', '13800000001'],
    ['+86 574 8765 4321', '057487654321'],
    ['sip:13800000001@pbx.example', '13800000001'],
    ['"A" <13800000001>', '13800000001'],
    ['Restricted', undefined],
    ['0000', undefined],
  ])('%s is dialled as %s', (given, digits) => {
    expect(numberOf(given)).toBe(digits);
  });

  it.each([
    ['2026-11-24 09:30:00', 1795483800000],
    ['1795483800', 1795483800000],
    ['20261124093000', 1795483800000],
    ['20260230093000', undefined],
    ['2026/11/24 9:30:00', 1795483800000],
    ['Tue, 24 Nov 2026 01:30:00 +0000', 1795483800000],
    ['1970-01-01', undefined],
    ['soon', undefined],
  ])('the time %s is read as %s', (given, ms) => {
    expect(timeOf(given)).toBe(ms);
  });
});

describe('answered on the line', () => {
  const turns = (department: string): Turn[] => [
    { speaker: 'citizen', text: '什么时候来水' },
    { speaker: 'department', text: department },
  ];
  it('is what a department explained, and not what it promises to do', () => {
    expect(answerIn(turns('主管道检修，今天下午六点前恢复供水。'), NOTHING_TOLD)).toMatchObject({ by: 'department' });
    expect(answerIn(turns('这个情况我们核实以后给您回复，请您等一下。'), NOTHING_TOLD)).toBeUndefined();
    expect(answerIn(turns('好的。'), NOTHING_TOLD)).toBeUndefined();
  });

  it('is never guessed from the operator alone, but believed where the desk says so', () => {
    const talk: Turn[] = [
      { speaker: 'agent', text: '您好请讲' },
      { speaker: 'citizen', text: '几点开门' },
      { speaker: 'agent', text: '九点开门，周末不开。' },
    ];
    expect(answerIn(talk, NOTHING_TOLD)).toBeUndefined();
    expect(answerIn(talk, { ...NOTHING_TOLD, answered: true })).toEqual({
      by: 'operator',
      text: '九点开门，周末不开。',
    });
    expect(
      answerIn(turns('主管道检修，今天下午六点前恢复供水。'), { ...NOTHING_TOLD, answered: false }),
    ).toBeUndefined();
  });
});

describe('a signed vCon', () => {
  const [, key = '', certificate = ''] =
    /(-----BEGIN PRIVATE.*?END PRIVATE KEY-----\n)([\s\S]*)/s.exec(fixture('signer.pem')) ?? [];
  const vcon = JSON.parse(bodyOf(JSON.parse(fixture('a-three-way-call.in.json'))));
  const jws = (payload: object, alg = 'ES256') => {
    const head = Buffer.from(JSON.stringify({ alg })).toString('base64url');
    const words = Buffer.from(JSON.stringify(payload)).toString('base64url');
    const signature = sign('sha256', Buffer.from(`${head}.${words}`), { key, dsaEncoding: 'ieee-p1363' });
    const x5c = [new X509Certificate(certificate).raw.toString('base64')];
    return {
      payload: words,
      signatures: [{ header: { x5c }, protected: head, signature: signature.toString('base64url') }],
    };
  };
  const trusting = phone.settings({ channel: 'phone', sources: [{ ...speech, trust: [fixture('signer-root.pem')] }] });
  const trusted = (body: object) =>
    phone.read({ body: JSON.stringify(body), source: 'speech', proof: 'token' }, trusting) as Incoming[];

  it('is read, and its signature believed where the city trusts who signed', () => {
    expect(read(jws(vcon))).toMatchObject([{ externalId: vcon.uuid, verified: 'none' }]);
    expect(trusted(jws(vcon))).toMatchObject([{ externalId: vcon.uuid, verified: 'signature' }]);
  });

  it('of which a word was changed, or whose algorithm is none, is refused', () => {
    const payload = Buffer.from(JSON.stringify({ ...vcon, subject: '别的' })).toString('base64url');
    expect(() => read({ ...jws(vcon), payload })).toThrow('signature');
    expect(() => read(jws(vcon, 'none'))).toThrow('signature');
    expect(() => read(jws(vcon, 'HS256'))).toThrow('signature');
  });

  it('of somebody the city does not trust is refused', () => {
    const { signatures, payload } = jws(vcon);
    const stranger = { payload, signatures: signatures.map((one) => ({ ...one, header: {} })) };
    expect(() => read(stranger)).toThrow('x5c');
    expect(() => trusted(stranger)).toThrow('signature');
  });

  it('and an encrypted one is refused with the reason', () => {
    expect(() => read({ protected: 'e', ciphertext: 'x', recipients: [], iv: 'x', tag: 'y' })).toThrow('encrypted');
  });

  it.each([
    ['without a uuid', { uuid: undefined }, 'uuid'],
    ['without the parties', { parties: undefined }, 'parties'],
    ['that needs what nobody knows', { critical: ['mystery'] }, 'critical'],
    [
      'whose dialog names a party that is not there',
      { dialog: [{ type: 'text', start: '2026-11-24T09:00:00Z', parties: [9], body: 'x', encoding: 'none' }] },
      'dialog[0].parties',
    ],
    [
      'of an unknown type of dialog',
      { dialog: [{ type: 'telepathy', start: '2026-11-24T09:00:00Z' }] },
      'dialog[0].type',
    ],
    ['whose dialog has a broken time', { dialog: [{ type: 'text', start: '24th', parties: [0] }] }, 'dialog[0].start'],
    [
      'whose analysis speaks of nothing',
      { analysis: [{ type: 'transcript', dialog: 7, body: 'x' }] },
      'analysis[0].dialog',
    ],
  ])('%s is refused at that place', (_, change, place) => {
    expect(() => read({ ...vcon, ...change })).toThrow(place);
  });
});

describe('Twilio’s signature', () => {
  const door = async () => {
    const one = testDoor(phone, own);
    await phone.open(own, one);
    return one;
  };
  const form = 'CallSid=CA1&From=%2B8613800000001&TranscriptionText=%E5%81%9C%E6%B0%B4%E4%BA%86';
  const headers = (signature: string) => ({
    headers: {
      'x-twilio-signature': signature,
      host: 'localhost',
      'content-type': 'application/x-www-form-urlencoded',
    },
  });
  it('is checked over address and fields, with and without the usual port', async () => {
    for (const url of ['http://localhost/in/phone', 'http://localhost:80/in/phone']) {
      const signature = twilioSignature('twilio-token-for-tests', url, new URLSearchParams(form));
      expect(await statusOf(call(await door(), form, headers(signature)))).not.toBe(403);
    }
    expect(await statusOf(call(await door(), form, headers('WRONG')))).toBe(403);
  });
});

describe('the peers’ telephone vectors', () => {
  const given = vectors('phone') as unknown as readonly {
    name: string;
    vendor: string;
    input?: Record<string, never>;
    expected?: Record<string, unknown>;
  }[];
  it.skipIf(given.length === 0)('are there to be walked', () => expect(given).not.toEqual([]));
  for (const { name, vendor, input, expected } of given) {
    if (!input || !/asr|lfasr|nls|volcengine|funasr/.test(vendor)) continue;
    it(`${name} of ${vendor} is read as the peer reads it`, () => {
      const turns = read(input, { source: 'nobody' })[0]?.call?.turns ?? [];
      expect(turns.length).toBeGreaterThan(0);
      const segments = expected?.segments as { text: string; start_ms?: number; start_s?: number }[] | undefined;
      if (segments)
        expect(turns.map(({ text, at }) => [text, at])).toEqual(
          segments.map((one) => [one.text, one.start_s ?? (one.start_ms ?? 0) / 1000]),
        );
    });
  }
  for (const { name, vendor, input, expected } of given.filter(
    (one) => one.vendor === 'twilio' && one.input && 'url' in one.input,
  ))
    it(`${name} of ${vendor} is judged as the peer judges it`, () => {
      const { authToken, url, params, signature } = input as unknown as {
        authToken: string;
        url: string;
        params: Record<string, string>;
        signature?: string;
      };
      const own = twilioSignature(authToken, url, new URLSearchParams(params));
      if (signature) expect(own).not.toBe(signature);
      else expect(own).toBe(expected?.signature);
    });
});

describe('the peers’ conversations', () => {
  const folder = (name: string) => fileURLToPath(new URL(`../../../shared/data/phone/${name}/`, import.meta.url));
  const files = (name: string, like: RegExp) =>
    existsSync(folder(name)) ? readdirSync(folder(name)).filter((file) => like.test(file)) : [];
  const vcons = files('vcon-ietf', /\.vcon$/);
  if (vcons.length === 0) console.warn('SKIPPED: no vCons of peers beside the repository');
  it.skipIf(vcons.length === 0)('of the IETF are read; encrypted and unfinished ones are refused', () => {
    const refused = vcons.filter((file) => {
      try {
        return read(readFileSync(folder('vcon-ietf') + file, 'utf8')).length !== 1;
      } catch (error) {
        expect(error).toMatchObject({ code: 'unreadable' });
        return true;
      }
    });
    expect(refused).toEqual(['ab.vcon', 'ab_call_ext_rec_encrypted.vcon', 'simple-vcon.vcon']);
  });
  const pairs = files('wtf', /_sample\.json$/);
  it.skipIf(pairs.length === 0)('of six vendors say the same as their WTF', () => {
    for (const file of pairs.filter((one) => one !== 'wtf_sample.json')) {
      const bare = (name: string) =>
        (read(readFileSync(folder('wtf') + name, 'utf8'))[0]?.text ?? '').toLowerCase().replace(/[^a-z]/g, '');
      const whole = bare(file.replace('.json', '.wtf.json'));
      expect(whole).not.toBe('');
      // Deepgram's sample gives words of its first sentence alone.
      expect(whole.startsWith(bare(file))).toBe(true);
    }
  });
});
