// What staff send to the city's WeCom app: citizens' words they pass on. Their own identity proves nothing about a citizen.

import Value from 'typebox/value';
import { Unreadable } from '../../core/errors.ts';
import { type Incoming, Part } from '../../core/message.ts';
import { asSent, cut, fieldsOf as objectOf } from '../../core/payload.ts';
import { toRfc3339 } from '../../core/time.ts';
import { type Fields, fieldsOf, textOf } from '../common/push.ts';

/** A callback after it was opened, with the medium it names, when that could be had. */
export interface WecomPayload {
  readonly body: string;
  readonly part?: Part | null | undefined;
}

const CHINA_MINUTES = 480;
const MOST_TEXT = 100_000;
const NAMES: Readonly<Record<string, string>> = {
  ...{ image: '图片', voice: '语音', video: '视频', shortvideo: '视频', file: '文件', location: '位置' },
};

export const isEvent = (fields: Fields): boolean => textOf(fields, 'MsgType')?.toLowerCase() === 'event';

export function readWecom(payload: unknown, corpId: string): Incoming[] {
  const { body, part } = objectOf(payload);
  if (typeof body !== 'string') throw new Unreadable('a callback has a body', 'body');
  const fields = fieldsOf(body);
  const from = textOf(fields, 'FromUserName');
  if (isEvent(fields) || from === undefined) return [];
  const kept = Value.Check(Part, part) ? part : undefined;
  const text = cut(wordsOf(fields, kept !== undefined), MOST_TEXT);
  if (text === '' && !kept) return [];
  const seconds = Number(textOf(fields, 'CreateTime'));
  const address = placeOf(fields);
  return [
    {
      externalId: cut(textOf(fields, 'MsgId') ?? `${from}-${textOf(fields, 'CreateTime') ?? ''}`, 256),
      // Stated, not proved: two citizens' words passed on by one clerk are not one person's.
      sender: {
        keys: [{ kind: 'wecom_staff', scope: corpId, value: cut(from, 256), proved: false }],
        ...{ anonymous: false, secret: false },
      },
      ...(seconds > 0 && seconds < 4e9 ? { sentAt: toRfc3339(seconds * 1000, CHINA_MINUTES) } : {}),
      text,
      ...asSent(wordsOf(fields, false), [textOf(fields, 'MediaId') ?? '']),
      ...(address ? { address: cut(address, 500) } : {}),
      ...(kept ? { parts: [kept] } : {}),
      raw: { mediaType: body.trim().startsWith('{') ? 'application/json' : 'application/xml', content: body },
      verified: 'signature',
    },
  ];
}

function wordsOf(fields: Fields, kept: boolean): string {
  const type = textOf(fields, 'MsgType')?.toLowerCase() ?? '';
  const label = NAMES[type];
  if (label !== undefined) return kept ? '' : `〔${label}〕`;
  if (type === 'text') return textOf(fields, 'Content') ?? '';
  // Links, and kinds nobody knows yet, are kept when words came with them.
  const told = ['Content', 'Title', 'Description', 'Url'].map((name) => textOf(fields, name));
  return told.filter((words) => words !== undefined).join('\n');
}

function placeOf(fields: Fields): string | undefined {
  const [latitude, longitude] = [textOf(fields, 'Location_X'), textOf(fields, 'Location_Y')];
  const at = latitude && longitude ? `(${latitude},${longitude})` : undefined;
  return [textOf(fields, 'Label'), at].filter((words) => words !== undefined).join(' ') || undefined;
}
