// Pushes in files: a city's logs of what its platforms pushed, one a line, read as they were when they came.
import { describe, expect, it } from 'vitest';
import { onebot } from '../../src/channels/onebot/onebot.ts';
import { qq } from '../../src/channels/qq/qq.ts';
import { telegram } from '../../src/channels/telegram/telegram.ts';
import { wechatKf } from '../../src/channels/wechat-kf/wechat-kf.ts';
import { wechatOfficial } from '../../src/channels/wechat-official/index.ts';
import { wecom } from '../../src/channels/wecom/wecom.ts';
import { weibo } from '../../src/channels/weibo/weibo.ts';
import type { FileItem, SourceFile } from '../../src/core/archive.ts';
import type { AccountBlock, Channel } from '../../src/core/channel.ts';
import type { Incoming } from '../../src/core/message.ts';
import { testDoor } from '../contract/channel.ts';
import { WORK } from './work.ts';

const XML =
  '<xml><ToUserName>gh</ToUserName><FromUserName>o1</FromUserName><CreateTime>1790000000</CreateTime><MsgType>text</MsgType><Content><![CDATA[灯坏了]]></Content><MsgId>5847060634540564918</MsgId></xml>';

/** Block, one push as it came, and the id it is known by. */
const KINDS: readonly (readonly [Channel<unknown>, AccountBlock, string, string])[] = [
  [
    wechatOfficial,
    { channel: 'wechat-official', appId: 'wx1', appSecret: 's', token: 't', mode: 'plain' },
    XML,
    '5847060634540564918',
  ],
  [wecom, { channel: 'wecom', agentId: '1000002', ...WORK }, XML, '5847060634540564918'],
  [
    wechatKf,
    { channel: 'wechat-kf', openKfId: 'wk1', ...WORK },
    '{"msgid":"k1","origin":3,"external_userid":"u","msgtype":"text","text":{"content":"灯坏了"}}',
    'k1',
  ],
  [
    qq,
    { channel: 'qq', appId: '1', secret: 's' },
    '{"op":0,"t":"C2C_MESSAGE_CREATE","d":{"id":"q1","content":"灯坏了","author":{"user_openid":"U"}}}',
    'q1',
  ],
  [
    onebot,
    { channel: 'onebot', secret: 's' },
    '{"post_type":"message","message_type":"private","self_id":1,"user_id":9007199254740993123,"message_id":-3,"message":"灯坏了"}',
    'qq:1:-3',
  ],
  [
    telegram,
    { channel: 'telegram', botToken: '12:ABC', secretToken: 's' },
    '{"update_id":5,"message":{"from":{"id":9},"chat":{"id":9,"type":"private"},"text":"灯坏了"}}',
    '5',
  ],
  [
    weibo,
    { channel: 'weibo', appSecret: 's' },
    '{"type":"text","sender_id":"1","receiver_id":"2","created_at":"x","text":"灯坏了"}',
    '1:x',
  ],
];

/** In chunks of three bytes, so that characters and lines are cut anywhere. */
function fileOf(text: string): SourceFile {
  const bytes = Buffer.from(text);
  return {
    ...{ path: '/a.jsonl', name: 'a.jsonl', size: bytes.length, bytes: async () => bytes },
    async *chunks() {
      for (let at = 0; at < bytes.length; at += 3) yield bytes.subarray(at, at + 3);
    },
  };
}

describe('an archive of pushes', () => {
  it.each(KINDS)(
    'of $name is read line by line, wrong lines are told by their number',
    async (channel, block, push, id) => {
      const settings = channel.settings(block);
      const items: FileItem[] = [];
      const file = fileOf(`${push}\r\n\n{"half": \n${push}`);
      for await (const item of channel.files?.(file, settings, testDoor(channel, settings)) ?? []) items.push(item);
      const read = await Promise.all(
        items.map(async (item): Promise<[number | undefined, string | undefined]> => {
          if (!('payload' in item) || item.payload === undefined) return [item.row, undefined];
          const reading = async () => channel.read(item.payload, settings);
          const [said] = await reading().catch((): Incoming[] => []);
          return [item.row, said?.externalId];
        }),
      );
      expect(read).toEqual([
        [1, id],
        [3, undefined],
        [4, id],
      ]);
    },
  );
});
