// What people say to the account wechaty drives: privately, or naming it in a group.
import Value from 'typebox/value';
import { Unreadable } from '../../core/errors.ts';
import { type Incoming, Part } from '../../core/message.ts';
import { cut, fieldsOf, isFields, textOf } from '../../core/payload.ts';
import { toRfc3339 } from '../../core/time.ts';

/** A message of wechaty as plain data. */
export interface Heard {
  readonly id: string;
  readonly type: number;
  readonly text: string;
  /** Epoch ms. */
  readonly at: number;
  readonly self: boolean;
  readonly from: string;
  readonly name: string;
  readonly room?: string;
  readonly named: boolean;
}

export interface WechatyPayload {
  readonly heard: Heard;
  readonly part?: Part | null | undefined;
}

const CHINA_MINUTES = 480;
const MOST_TEXT = 100_000;
export const TEXT = 7;
/** By the numbers of `types.Message` of wechaty-puppet 1.21; what has a file is fetched. */
const NAMES: Readonly<Record<number, string>> = {
  ...{ 1: '文件', 2: '语音', 3: '名片', 4: '聊天记录', 5: '表情', 6: '图片', 8: '位置', 9: '小程序', 10: '群公告' },
  ...{ 11: '转账', 12: '红包', 14: '链接', 15: '视频', 16: '动态' },
};
const RECALLED = 13;
export const WITH_FILE = [1, 2, 6, 15];

export function readWechaty(payload: unknown, puppet: string): Incoming[] {
  const { heard, part } = fieldsOf(payload);
  if (!isFields(heard) || typeof heard.type !== 'number') throw new Unreadable('this is no message of wechaty', 'type');
  const [id, from, room] = [textOf(heard.id), textOf(heard.from), textOf(heard.room)];
  if (id === '' || from === '' || heard.self === true || heard.type === RECALLED) return [];
  if (room !== '' && heard.named !== true) return [];
  const kept = Value.Check(Part, part) ? part : undefined;
  const label = kept ? '' : `〔${NAMES[heard.type] ?? '其他消息'}〕`;
  const text = heard.type === TEXT ? wordsOf(textOf(heard.text), room !== '') : label;
  if (text === '' && !kept) return [];
  const name = cut(textOf(heard.name), 100);
  return [
    {
      externalId: cut(id, 256),
      sender: {
        keys: [{ kind: 'wechaty_contact', scope: cut(puppet, 128), value: cut(from, 256), proved: true }],
        ...(name ? { name } : {}),
        ...{ anonymous: false, secret: false },
      },
      ...(typeof heard.at === 'number' && heard.at > 0 ? { sentAt: toRfc3339(heard.at, CHINA_MINUTES) } : {}),
      text: cut(text, MOST_TEXT),
      ...(kept ? { parts: [kept] } : {}),
      ...(room === '' ? {} : { group: true }),
      raw: { mediaType: 'application/json', content: JSON.stringify(heard) },
      verified: 'none',
    },
  ];
}

/** WeChat puts a thin space after a name that is called. */
const wordsOf = (text: string, inRoom: boolean): string =>
  (inRoom ? text.replace(/@[^\u2005\s]{1,64}(?:\u2005|\s|$)/g, '') : text).trim();
