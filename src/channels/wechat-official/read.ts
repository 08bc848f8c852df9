// From a push to messages: every type a citizen can send; events are no messages, and unknown types are kept when they hold words.
import { Unreadable } from '../../core/errors.ts';
import type { Incoming, Part } from '../../core/message.ts';
import { asSent } from '../../core/payload.ts';
import { toRfc3339 } from '../../core/time.ts';
import { type Fields, fieldsOf, textOf } from '../common/push.ts';
import type { OfficialSettings } from './settings.ts';

/** A push after its signature was checked and its encryption opened, with the media it names, as far as they could be had. */
export interface OfficialPayload {
  readonly body: string;
  readonly parts?: readonly Part[];
}

const CHINA_MINUTES = 480;

export function read(payload: unknown, settings: OfficialSettings): Incoming[] {
  const { body, parts } = payloadOf(payload);
  const fields = fieldsOf(body);
  const from = textOf(fields, 'FromUserName');
  if (isEvent(fields) || from === undefined) return [];
  const said = wordsOf(fields);
  if (said.text === '' && parts.length === 0 && !said.kept) return [];
  const unionid = textOf(fields, 'unionid') ?? textOf(fields, 'UnionId');
  const sentAt = sentAtOf(fields);
  return [
    {
      externalId: externalIdOf(fields, from),
      sender: {
        keys: [
          { kind: 'openid', scope: settings.appId, value: from.slice(0, 256), proved: true },
          ...(unionid ? [{ kind: 'unionid', scope: '', value: unionid.slice(0, 256), proved: true }] : []),
        ],
        anonymous: false,
        secret: false,
      },
      ...(sentAt ? { sentAt } : {}),
      text: said.text === '' && parts.length === 0 ? (said.kept ?? '') : said.text,
      ...asSent(said.text, [textOf(fields, 'MediaId') ?? '']),
      ...(said.address ? { address: said.address.slice(0, 500) } : {}),
      ...(parts.length > 0 ? { parts: [...parts] } : {}),
      raw: { mediaType: body.trim().startsWith('{') ? 'application/json' : 'application/xml', content: body },
      verified: 'signature',
    },
  ];
}

function payloadOf(payload: unknown): { readonly body: string; readonly parts: readonly Part[] } {
  if (typeof payload !== 'object' || payload === null) throw new Unreadable('no push', 'payload');
  const { body, parts = [] } = payload as Partial<OfficialPayload>; // its types are looked at here
  if (typeof body !== 'string' || !Array.isArray(parts)) throw new Unreadable('a push has a body', 'body');
  return { body, parts };
}

export const isEvent = (fields: Fields): boolean =>
  textOf(fields, 'MsgType')?.toLowerCase() === 'event' || textOf(fields, 'Event') !== undefined;

/** Messages by their id, what has none by sender and time, as the platform says. */
function externalIdOf(fields: Fields, from: string): string {
  const id = textOf(fields, 'MsgId') ?? textOf(fields, 'MsgID');
  return (id ?? `${from}-${textOf(fields, 'CreateTime') ?? ''}`).slice(0, 256);
}

function sentAtOf(fields: Fields): string | undefined {
  const seconds = Number(textOf(fields, 'CreateTime'));
  return Number.isSafeInteger(seconds) && seconds > 0 && seconds < 4e9
    ? toRfc3339(seconds * 1000, CHINA_MINUTES)
    : undefined;
}

interface Words {
  readonly text: string;
  readonly address?: string;
  /** What stands for a medium that could not be fetched. */
  readonly kept?: string;
}

const join = (...words: readonly (string | undefined)[]): string => words.filter(Boolean).join('\n');

function wordsOf(fields: Fields): Words {
  const at = (name: string) => textOf(fields, name);
  switch (at('MsgType')?.toLowerCase()) {
    case 'image':
      return { text: '', kept: '[图片]' };
    case 'voice':
      return { text: at('Recognition') ?? '', kept: '[语音]' };
    case 'video':
    case 'shortvideo':
      return { text: '', kept: '[视频]' };
    case 'location':
      return { text: '', kept: '[位置]', ...(at('Label') ? { address: at('Label') ?? '' } : {}) };
    case 'link':
      return { text: join(at('Title'), at('Description'), at('Url')) };
    case 'miniprogrampage':
      return { text: join(at('Title')), kept: '[小程序]' };
    case 'file':
      return { text: join(at('Title'), at('Description')), kept: '[文件]' };
    case 'text':
      return { text: at('Content') ?? '' };
    default:
      // Kinds nobody knows yet are kept by what they say.
      return { text: join(at('Content'), at('Title'), at('Description'), at('Url')) };
  }
}
