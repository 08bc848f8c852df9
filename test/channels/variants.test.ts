// What platforms send besides what their samples show: other spellings, other kinds, fields left out, and sizes nobody means. Made up here by their documents.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsOf, textOf } from '../../src/channels/common/push.ts';
import { ALIASES, headerOf, namesOf, plainName } from '../../src/channels/letter/columns.ts';
import { onebot } from '../../src/channels/onebot/onebot.ts';
import { actionFor } from '../../src/channels/onebot/send.ts';
import { anyTranscript } from '../../src/channels/phone/formats/index.ts';
import { phone } from '../../src/channels/phone/phone.ts';
import { joined } from '../../src/channels/phone/transcript.ts';
import { qq } from '../../src/channels/qq/qq.ts';
import { telegram } from '../../src/channels/telegram/telegram.ts';
import { wechatOfficial } from '../../src/channels/wechat-official/index.ts';
import { readWecom } from '../../src/channels/wecom/read.ts';
import { MOST_TURNS } from '../../src/core/call.ts';
import type { Outgoing } from '../../src/core/channel.ts';
import { Unreadable } from '../../src/core/errors.ts';
import type { Incoming } from '../../src/core/message.ts';
import { readJsonFields } from '../../src/core/payload.ts';

const AES = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const official = wechatOfficial.settings({
  ...{ channel: 'wechat-official', appId: 'wx1', appSecret: 's', token: 't', encodingAesKey: AES },
});
const oa = (body: string): Incoming[] => wechatOfficial.read({ body }, official) as Incoming[];
const xml = (fields: string): string =>
  `<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1795482000</CreateTime>${fields}</xml>`;

describe('a push of WeChat', () => {
  it('may speak of a document type in its words, and may not declare one', () => {
    const [said] = oa(xml('<MsgType>text</MsgType><Content><![CDATA[网页上写着<!DOCTYPE html>，打不开]]></Content>'));
    expect(said?.text).toBe('网页上写着<!DOCTYPE html>，打不开');
    expect(() => oa(`<!DOCTYPE xml [<!ENTITY a "b">]>${xml('<MsgType>text</MsgType>')}`)).toThrow(Unreadable);
    expect(() => oa(`<!-- <![CDATA[ ]]> --><!doctype xml>${xml('')}`)).toThrow(Unreadable);
    expect(() => oa(`<![CDATA[<!ENTITY${xml('')}`)).toThrow(Unreadable);
  });

  it('in JSON keeps ids wider than a number holds apart', () => {
    const push = (id: string): string =>
      `{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1795482000,"MsgType":"text","Content":"编号\\" 12345678901234567890","MsgId":${id}}`;
    const [one, other] = ['5847060634540564918', '5847060634540564919'].map((id) => oa(push(id))[0]);
    expect(one?.externalId).not.toBe(other?.externalId);
    expect(one?.text).toBe('编号" 12345678901234567890');
  });

  it('of a kind nobody knows yet is kept by what it says', () => {
    const [said] = oa(xml('<MsgType>note</MsgType><Title>投诉清单</Title><Description>三号楼电梯</Description>'));
    expect(said?.text).toBe('投诉清单\n三号楼电梯');
    expect(oa(xml('<MsgType>note</MsgType>'))).toEqual([]);
  });

  it('in WeCom’s JSON has its names in small letters', () => {
    const body =
      '{"tousername":"ww1","fromusername":"li","createtime":1795482000,"msgtype":"text","content":"路灯不亮","msgid":77}';
    expect(readWecom({ body }, 'ww1')).toMatchObject([{ externalId: '77', text: '路灯不亮' }]);
    const enter = '{"tousername":"ww1","fromusername":"li","createtime":1,"msgtype":"event","event":"enter_agent"}';
    expect(readWecom({ body: enter }, 'ww1')).toEqual([]);
  });
});

describe('JSON of any platform', () => {
  it('is refused when it is nested without end, before anything runs out of stack', () => {
    expect(() => readJsonFields(`{"a":${'['.repeat(500_000)}`)).toThrow('nested deeper');
    expect(() => readJsonFields(`{"a":${'['.repeat(200)}${']'.repeat(200)}}`)).toThrow('nested deeper');
    expect(readJsonFields(`{"a":"${'['.repeat(200)}"}`).a).toHaveLength(200);
  });

  it('with megabytes in one string is read, and costs no square of them where the string has no end', () => {
    const { id, sound } = readJsonFields(`{"sound":"${'1'.repeat(12_000_000)}","id":9007199254740993}`);
    expect([id, String(sound).length]).toEqual(['9007199254740993', 12_000_000]);
    const began = performance.now();
    expect(() => readJsonFields(`{"id":9007199254740993,"a":"${'\\"'.repeat(100_000)}`)).toThrow('not valid JSON');
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('is otherwise what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify({ value });
        if (!/\d{16}/.test(text)) expect(readJsonFields(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('keeps whole numbers of every width, and fractions as the numbers they are', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), (id) => {
        const { id: read, share } = readJsonFields(`{"id":${id},"share":0.12345678901234567890,"far":1e22}`);
        expect([String(read), typeof share]).toEqual([String(id), 'number']);
      }),
    );
  });
});

describe('OneBot', () => {
  const settings = onebot.settings({ channel: 'onebot', secret: 's' });
  const read = (event: object): Incoming[] => onebot.read({ event }, settings) as Incoming[];

  it('is read by its other spelling where a message has only that', () => {
    const shared = { message_id: 1, user_id: 2, self_id: 3, time: 1 };
    const v11 = { ...shared, post_type: 'message', message_type: 'private', raw_message: '路灯&#91;坏&#93;了' };
    expect(read(v11)).toMatchObject([{ text: '路灯[坏]了' }]);
    const self = { platform: 'x', user_id: '3' };
    const v12 = { ...shared, id: 'e', type: 'message', detail_type: 'private', self, alt_message: '路灯坏了' };
    expect(read({ ...v12, message_id: '1', user_id: '2' })).toMatchObject([{ text: '路灯坏了' }]);
  });

  it('is answered in the channel of a guild by both ids', () => {
    const event = {
      ...{ id: 'e', type: 'message', detail_type: 'channel', self: { platform: 'x', user_id: '3' } },
      ...{ message_id: '1', user_id: '2', guild_id: 'g', channel_id: 'c', time: 1.5 },
      message: [
        { type: 'mention', data: { user_id: '3' } },
        { type: 'text', data: { text: '路灯坏了' } },
      ],
    };
    const [said] = read(event);
    expect(said).toMatchObject({ text: '路灯坏了', group: true });
    const outgoing = {
      caseNo: '',
      message: { text: '已收到' },
      to: { keys: [] },
      inReply: { ...said, receivedAt: '' },
    };
    expect(actionFor(outgoing as unknown as Outgoing, 12)).toMatchObject({
      params: { detail_type: 'channel', guild_id: 'g', channel_id: 'c' },
    });
  });
});

describe('QQ', () => {
  it('knows who speaks also where only `id` says it', () => {
    const event = (t: string, d: object) => ({ op: 0, t, d: { id: 'm1', content: '路灯坏了', ...d } });
    const settings = qq.settings({ channel: 'qq', appId: '1', secret: '123456' });
    const keys = (one: object) => (qq.read({ event: one }, settings) as Incoming[])[0]?.sender.keys[0]?.value;
    expect(keys(event('C2C_MESSAGE_CREATE', { author: { id: 'U1' } }))).toBe('U1');
    expect(keys(event('GROUP_AT_MESSAGE_CREATE', { group_openid: 'G', author: { id: 'M1' } }))).toBe('M1');
  });
});

describe('a transcript', () => {
  const said = (value: unknown) => anyTranscript(value)?.said.map(({ label, at, text }) => [label, at, text]);

  it.each([
    [
      'Tingwu',
      {
        Transcription: {
          Paragraphs: [
            {
              SpeakerId: '1',
              Words: [
                { Start: 500, End: 900, Text: '路灯' },
                { Start: 900, End: 1200, Text: '坏了' },
              ],
            },
          ],
        },
      },
      [['1', 0.5, '路灯坏了']],
    ],
    [
      'paraformer without sentences',
      { transcripts: [{ channel_id: 0, text: '路灯坏了' }] },
      [['0', undefined, '路灯坏了']],
    ],
    [
      'Tencent’s fast edition',
      {
        code: 0,
        flash_result: [
          {
            channel_id: 0,
            text: '路灯坏了。',
            sentence_list: [{ text: '路灯坏了。', start_time: 100, end_time: 900, speaker_id: 1 }],
          },
        ],
      },
      [['1', 0.1, '路灯坏了。']],
    ],
    [
      'Tencent’s callback',
      { code: '0', message: 'success', requestId: '7', text: '[0:0.020,0:2.380,1]  路灯坏了。\n', audioTime: '2.4' },
      [['1', 0.02, '路灯坏了。']],
    ],
    [
      'Tencent’s callback with details',
      {
        code: '0',
        requestId: '7',
        resultDetail: '[{"FinalSentence":"路灯坏了。","StartMs":20,"EndMs":900,"SpeakerId":0}]',
      },
      [['0', 0.02, '路灯坏了。']],
    ],
    [
      'Tencent’s single sentence',
      { Response: { RequestId: 'r', Result: '路灯坏了。', AudioDuration: 900 } },
      [['', undefined, '路灯坏了。']],
    ],
    [
      'Volcengine without utterances',
      { audio_info: { duration: 900 }, result: { text: '路灯坏了。' } },
      [['', undefined, '路灯坏了。']],
    ],
    ['SenseVoice', [{ key: 'a', text: '<|zh|><|NEUTRAL|><|Speech|><|woitn|>路灯坏了' }], [['', undefined, '路灯坏了']]],
    [
      'whisper.cpp',
      {
        result: { language: 'zh' },
        transcription: [{ timestamps: { from: '00:00:00,500' }, offsets: { from: 500, to: 900 }, text: ' 路灯坏了' }],
      },
      [['', 0.5, '路灯坏了']],
    ],
    [
      'OpenAI’s bare answer',
      { text: '路灯坏了', usage: { type: 'duration', seconds: 3 } },
      [['', undefined, '路灯坏了']],
    ],
    [
      'two voices in one cue',
      'WEBVTT\n\n00:01.000 --> 00:02.000\n<v 坐席>请讲</v> <v.loud 市民>路灯&quot;坏&quot;了</v>\n',
      [
        ['坐席', 1, '请讲'],
        ['市民', 1, '路灯"坏"了'],
      ],
    ],
    [
      'SRT without fractions, with places on the picture',
      '0\n00:00:01 --> 00:00:02\n{\\an8}市民：路灯坏了\n\n\n1\n00:00:03,5 --> 00:00:04,5\n<i>坐席：好的</i>',
      [
        ['市民', 1, '路灯坏了'],
        ['坐席', 3.5, '好的'],
      ],
    ],
    [
      'speakers on lines of their own',
      '说话人 1  00:01\n您好，请讲。\n\n说话人 2 (01:02:03)\n路灯坏了：三天了\n在人民路\n',
      [
        ['说话人 1', 1, '您好，请讲。'],
        ['说话人 2', 3723, '路灯坏了：三天了 在人民路'],
      ],
    ],
  ])('as %s gives it is read', (_, value, expected) => {
    expect(said(value)).toEqual(expected);
  });

  it('does not take a time of day at the end of a line for a speaker', () => {
    expect(said('市民：路灯坏了\n昨天晚上 8:30\n没有人来')).toEqual([
      ['市民', undefined, '路灯坏了 昨天晚上 8:30 没有人来'],
    ]);
  });

  it('of a recognition that failed says why', () => {
    const callback = { code: '10001', message: 'audio download failed', requestId: '7', text: '' };
    expect(() => anyTranscript(callback)).toThrow('audio download failed');
  });

  it('joins words as it did when it looked at all of them', () => {
    const word = fc.oneof(fc.constantFrom('路灯', 'lamp', '3', ',', '。', "'s", '(', '', '😀', 'é'), fc.string());
    const slow = (words: readonly string[]): string =>
      words.reduce((text, one) => {
        const gap =
          /[\p{L}\p{N},.?!;:)'"]$/u.test(text) && /^[A-Za-z0-9('"]/.test(one) && !/\p{Script=Han}$/u.test(text);
        return text + (gap ? ` ${one}` : one);
      }, '');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (words) => {
        expect(joined(words)).toBe(slow(words));
      }),
    );
  });
});

describe('a hand-in of the line without end', () => {
  const settings = phone.settings({ channel: 'phone' });
  const read = (body: string): Incoming[] => phone.read({ body }, settings) as Incoming[];

  it('is cut where a call would have ended, and the case says so', () => {
    const cues = '00:01.000 --> 00:02.000\n<v 市民>路灯坏了\n\n'.repeat(MOST_TURNS + 50);
    const segments = Array.from({ length: MOST_TURNS + 50 }, (_, at) => ({
      start: at,
      text: '路灯坏了',
      speaker: `S${at}`,
    }));
    for (const body of [`WEBVTT\n\n${cues}`, JSON.stringify({ language: 'zh', segments })]) {
      const [said] = read(body);
      expect(said?.call?.turns).toHaveLength(MOST_TURNS);
      expect(said?.doubts).toContain('call_shortened');
    }
  });

  it('is refused in plain words where it is a register of parties rather than a call', () => {
    const vcon = (parties: number) =>
      JSON.stringify({
        ...{ vcon: '0.0.2', uuid: '01928e10-193e-8231-b9a2-279e0d16bc46', created_at: '2026-11-24T09:00:00Z' },
        parties: Array.from({ length: parties }, () => ({ name: '某局', dept: '某局' })),
        dialog: Array.from({ length: 30 }, () => ({
          ...{ type: 'text', start: '2026-11-24T09:00:00Z', parties: [0, 1, 2, 3], body: '路灯坏了', encoding: 'none' },
        })),
      });
    expect(() => read(vcon(501))).toThrow('parties has 501 entries');
    expect(read(vcon(500))[0]?.call?.transfers?.length).toBeLessThanOrEqual(20);
  });
});

describe('a list of fields', () => {
  it('gives the field as written before one in small letters', () => {
    expect(textOf(fieldsOf('{"MsgType":"a","msgtype":"b"}'), 'MsgType')).toBe('a');
  });
});

describe('Telegram', () => {
  const settings = telegram.settings({ channel: 'telegram', botToken: '1:a', secretToken: 's' });
  const read = (update: object): Incoming[] =>
    telegram.read({ update: { update_id: 1, ...update } }, settings) as Incoming[];
  const chat = { id: 20, type: 'private' };
  const said = { message_id: 1, date: 1_795_482_000, chat, from: { id: 20, first_name: '张' } };

  it('by a business account is what the citizen writes there, never what its owner answers', () => {
    const business = { ...said, business_connection_id: 'b1', text: '路灯坏了' };
    expect(read({ business_message: business })).toMatchObject([{ text: '路灯坏了' }]);
    expect(read({ edited_business_message: { ...business, text: '路灯坏了三天' } })).toMatchObject([
      { text: '路灯坏了三天' },
    ]);
    expect(read({ business_message: { ...business, from: { id: 99 }, text: '已经派人' } })).toEqual([]);
  });

  it('tells what a vote, a list and somebody’s card say', () => {
    const words = (message: object) => read({ message: { ...said, ...message } })[0]?.text;
    expect(words({ poll: { question: '路灯要不要修？' } })).toBe('〔投票〕路灯要不要修？');
    expect(words({ checklist: { title: '小区问题', tasks: [{ id: 1, text: '路灯' }] } })).toBe('〔清单〕小区问题 路灯');
    expect(words({ contact: { user_id: 7, first_name: '物业', phone_number: '057400000' } })).toBe(
      '〔名片〕物业 057400000',
    );
    const own = read({ message: { ...said, contact: { user_id: 20, phone_number: '13800000000' } } })[0];
    expect([own?.text, own?.sender.phone]).toEqual(['〔名片〕', '13800000000']);
  });
});

describe('a register of letters', () => {
  const names = namesOf({});
  it.each([
    ['工单号,写信人,手机号码,信件内容,收信日期', ['number', 'name', 'phone', 'text', 'receivedAt']],
    [
      '信访件编号,反映人姓名,联系人电话,现住址,问题描述,受理日期',
      ['number', 'name', 'phone', 'address', 'text', 'receivedAt'],
    ],
    [
      '案由,诉求描述,问题发生地,接访时间,附件材料,是否要求保密',
      ['title', 'text', 'place', 'receivedAt', 'files', 'secret'],
    ],
  ])('is known by the headers %s', (line, fields) => {
    expect(headerOf(line.split(','), names)?.map(({ field }) => field)).toEqual(fields);
  });

  it('calls no column by two names of different fields', () => {
    const all = Object.values(ALIASES).flat().map(plainName);
    expect(all.filter((name, at) => all.indexOf(name) !== at)).toEqual([]);
  });
});
