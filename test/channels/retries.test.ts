// Retries: what a platform sends again is the same message, whether or not its file could be had the first time; other files are other words.
import { describe, expect, it } from 'vitest';
import { readOnebot } from '../../src/channels/onebot/read.ts';
import { readQq } from '../../src/channels/qq/read.ts';
import { readTelegram } from '../../src/channels/telegram/read.ts';
import { readKf } from '../../src/channels/wechat-kf/read.ts';
import { wechatOfficial } from '../../src/channels/wechat-official/index.ts';
import { readWecom } from '../../src/channels/wecom/read.ts';
import { readWeibo } from '../../src/channels/weibo/read.ts';
import type { Incoming, Part } from '../../src/core/message.ts';
import { takeIn } from '../../src/core/take-in.ts';
import { openMint } from '../../src/mint.ts';

const part: Part = { kind: 'image', mediaType: 'image/png', size: 3, hash: 'sha256:abc', blob: 'b1' };
const oa = wechatOfficial.settings({
  channel: 'wechat-official',
  appId: 'wx1',
  appSecret: 's',
  token: 't',
  mode: 'plain',
});
const xml = (media: string): string =>
  `<xml><ToUserName>gh</ToUserName><FromUserName>o1</FromUserName><CreateTime>1790000000</CreateTime><MsgType>image</MsgType><MediaId>${media}</MediaId><MsgId>7</MsgId></xml>`;

/** What each channel reads of a picture called `media`, with the picture or without. */
const READS: Readonly<Record<string, (media: string, had: Part | undefined) => Incoming[] | Promise<Incoming[]>>> = {
  'wechat-official': (media, had) => wechatOfficial.read({ body: xml(media), parts: had ? [had] : [] }, oa),
  'wechat-kf': (media, had) =>
    readKf(
      {
        row: { msgid: 'k1', origin: 3, external_userid: 'u', msgtype: 'image', image: { media_id: media } },
        part: had ?? null,
      },
      'ww1',
    ),
  wecom: (media, had) => readWecom({ body: xml(media), part: had ?? null }, 'ww1'),
  qq: (media, had) =>
    readQq(
      {
        event: {
          ...{ op: 0, t: 'C2C_MESSAGE_CREATE' },
          d: {
            ...{ id: 'q1', content: '路灯', author: { user_openid: 'U1' } },
            attachments: [{ content_type: 'image/png', filename: media, url: `https://f.example/${Math.random()}` }],
          },
        },
        files: [had ?? null],
      },
      '1',
    ),
  onebot: (media, had) =>
    readOnebot({
      event: {
        ...{ post_type: 'message', message_type: 'private', self_id: 1, user_id: 2, message_id: 3 },
        message: [{ type: 'image', data: { file: media, url: `https://f.example/${Math.random()}` } }],
      },
      files: [had ?? null],
    }),
  telegram: (media, had) =>
    readTelegram(
      {
        update: {
          update_id: 5,
          message: { from: { id: 9 }, chat: { id: 9, type: 'private' }, photo: [{ file_id: media }] },
        },
        file: had ?? null,
      },
      '1',
    ),
  weibo: (media, had) =>
    readWeibo({
      push: {
        type: 'image',
        sender_id: '1',
        receiver_id: '2',
        created_at: 'Mon Jul 16 18:09:20 +0800 2012',
        data: { tovfid: media },
      },
      file: had ?? null,
    }),
};

const mint = openMint(480);
const mouth = { channel: 'c', account: 'a', tenant: '330200', level: 'city' as const, utcOffsetMinutes: 480 };

describe('a picture sent again', () => {
  it.each(Object.entries(READS))('over %s is the same message, fetched or not', async (_, read) => {
    const hashOf = async (media: string, had: Part | undefined): Promise<string> => {
      const [said] = await read(media, had);
      return takeIn(said ?? expect.fail('nothing was read'), mouth, mint, 1_790_000_000_000).contentHash;
    };
    const first = await hashOf('m1', undefined);
    expect(await hashOf('m1', part)).toBe(first);
    expect(await hashOf('m2', undefined), 'another picture').not.toBe(first);
  });
});
