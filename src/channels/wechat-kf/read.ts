// One row of WeChat customer service's list: what a citizen said; rows of the system and of servicers are no messages.
// Source: WeCom developer documentation, 微信客服 读取消息 (path 94670); rows of events may lack msgid and send_time.

import Value from 'typebox/value';
import { Unreadable } from '../../core/errors.ts';
import { type Incoming, Part } from '../../core/message.ts';
import { asSent, cut, type Fields, fieldsOf, isFields, listOf, textOf } from '../../core/payload.ts';
import { toRfc3339 } from '../../core/time.ts';

export interface KfPayload {
  readonly row: unknown;
  readonly part?: Part | null | undefined;
}

export const FROM_CITIZEN = 3;
const CHINA_MINUTES = 480;
const MOST_TEXT = 100_000;
const NAMES: Readonly<Record<string, string>> = {
  ...{ image: '图片', voice: '语音', video: '视频', file: '文件', location: '位置', business_card: '名片' },
  ...{ miniprogram: '小程序', channels: '视频号', channels_shop_product: '商品', channels_shop_order: '订单' },
  ...{ merged_msg: '聊天记录', meeting: '会议', schedule: '日程', note: '笔记', link: '链接' },
};

/** The body of a row lies under its type's own name. */
export const contentOf = (row: Fields): Fields => fieldsOf(row[textOf(row.msgtype)]);

export function mediaIdOf(row: Fields): string | undefined {
  if (row.origin !== FROM_CITIZEN) return undefined;
  return ['image', 'voice', 'video', 'file'].includes(textOf(row.msgtype))
    ? textOf(contentOf(row).media_id) || undefined
    : undefined;
}

export function readKf(payload: unknown, corpId: string): Incoming[] {
  const { row, part } = fieldsOf(payload);
  if (!isFields(row) || textOf(row.msgtype) === '') throw new Unreadable('this is no row of sync_msg', 'msgtype');
  const [id, who] = [textOf(row.msgid), textOf(row.external_userid)];
  if (row.origin !== FROM_CITIZEN || row.msgtype === 'event' || id === '' || who === '') return [];
  const kept = Value.Check(Part, part) ? part : undefined;
  const text = cut(wordsOf(row, kept !== undefined), MOST_TEXT);
  if (text === '' && !kept) return [];
  const address = placeOf(row);
  const seconds = Number(row.send_time);
  return [
    {
      externalId: cut(id, 256),
      sender: {
        keys: [{ kind: 'external_userid', scope: corpId, value: cut(who, 256), proved: true }],
        ...{ anonymous: false, secret: false },
      },
      ...(seconds > 0 && seconds < 4e9 ? { sentAt: toRfc3339(seconds * 1000, CHINA_MINUTES) } : {}),
      text,
      ...asSent(wordsOf(row, false), [mediaIdOf(row) ?? '']),
      ...(address ? { address: cut(address, 500) } : {}),
      ...(kept ? { parts: [kept] } : {}),
      raw: { mediaType: 'application/json', content: JSON.stringify(row) },
      verified: 'signature',
    },
  ];
}

function wordsOf(row: Fields, kept: boolean): string {
  const type = textOf(row.msgtype);
  const content = contentOf(row);
  if (type === 'text') return textOf(content.content).trim();
  if (kept) return '';
  const label = `〔${NAMES[type] ?? '其他消息'}〕`;
  if (type === 'location') return label;
  if (type === 'merged_msg') return [label, textOf(content.title), ...mergedOf(content)].filter(Boolean).join('\n');
  // Kinds nobody knows yet are kept by what they are called and what they say.
  const told = ['title', 'desc', 'content', 'url'].map((name) => textOf(content[name]));
  return [label, ...told].filter(Boolean).join(' ');
}

/** The words of a forwarded conversation; each item is JSON in a string. */
function mergedOf(content: Fields): string[] {
  return listOf(content.item).map((item) => {
    const inner = innerOf(textOf(item.msg_content));
    const words = textOf(fieldsOf(inner[textOf(item.msgtype)] ?? inner.text).content) || textOf(inner.content);
    return [textOf(item.sender_name), words || `〔${NAMES[textOf(item.msgtype)] ?? '其他消息'}〕`]
      .filter(Boolean)
      .join('：');
  });
}

function innerOf(json: string): Fields {
  try {
    return fieldsOf(JSON.parse(json));
  } catch {
    // An item that is no JSON has no words we could tell.
    return {};
  }
}

function placeOf(row: Fields): string | undefined {
  if (row.msgtype !== 'location') return undefined;
  const { name, address, latitude, longitude } = contentOf(row);
  return [textOf(name), textOf(address), `(${textOf(latitude)},${textOf(longitude)})`].filter(Boolean).join(' ');
}
