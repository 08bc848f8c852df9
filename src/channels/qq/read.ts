// What citizens say to a QQ bot: private chats, groups and channels where the bot is addressed; everything else is no message.

import Value from 'typebox/value';
import { Unreadable } from '../../core/errors.ts';
import type { FileAt } from '../../core/media/fetch-file.ts';
import { type Incoming, Part, type SenderKey } from '../../core/message.ts';
import { asSent, cut, type Fields, fieldsOf, isFields, listOf, textOf } from '../../core/payload.ts';
import { parseTime, toRfc3339 } from '../../core/time.ts';

/** A callback as QQ sends it, beside the files that were fetched for it; `undefined` (in JSON null) is one that could not be. */
export interface QqPayload {
  readonly event: unknown;
  readonly files?: readonly (Part | null | undefined)[];
}

const CHINA_MINUTES = 480;
const MOST_TEXT = 100_000;

/** Where a reply goes, by the kind of event; nothing where nobody speaks to the bot. */
export interface Where {
  readonly kind: 'user' | 'group' | 'channel' | 'dms';
  readonly id: string;
}

export function whereOf(event: unknown): Where | undefined {
  const { t, d } = fieldsOf(event);
  const said = fieldsOf(d);
  const to = (kind: Where['kind'], id: unknown): Where | undefined =>
    textOf(id) === '' ? undefined : { kind, id: textOf(id) };
  if (t === 'C2C_MESSAGE_CREATE') return to('user', openidOf(fieldsOf(said.author)));
  if (t === 'GROUP_AT_MESSAGE_CREATE') return to('group', said.group_openid);
  if (t === 'DIRECT_MESSAGE_CREATE') return to('dms', said.guild_id);
  // In a private-domain channel the bot hears everybody: only what names it is said to the city.
  if (t === 'AT_MESSAGE_CREATE' || (t === 'MESSAGE_CREATE' && namesBot(said))) return to('channel', said.channel_id);
  return undefined;
}

/** `id` says the same, and stands alone in some of the platform's own samples. */
const openidOf = (author: Fields): string => textOf(author.user_openid) || textOf(author.id);

const namesBot = (said: Fields): boolean => listOf(said.mentions).some((one) => one.bot === true);

export function filesOf(event: unknown): FileAt[] {
  if (!whereOf(event)) return [];
  return listOf(fieldsOf(fieldsOf(event).d).attachments).map((file) => ({
    url: withScheme(textOf(file.url)),
    mediaType: textOf(file.content_type),
    name: textOf(file.filename) || undefined,
  }));
}

const withScheme = (url: string): string => (/^https?:\/\//.test(url) ? url : `https://${url.replace(/^\/+/, '')}`);

export function readQq(payload: unknown, appId: string): Incoming[] {
  const { event, files } = fieldsOf(payload);
  if (!isFields(event) || typeof event.op !== 'number') throw new Unreadable('this is no callback of QQ', 'op');
  const where = whereOf(event);
  const said = fieldsOf(event.d);
  const author = fieldsOf(said.author);
  const id = textOf(said.id);
  if (event.op !== 0 || !where || id === '' || id.length > 256 || author.bot === true) return [];
  const kept = Array.isArray(files) ? files : [];
  const parts = kept.filter((file): file is Part => Value.Check(Part, file));
  const text = wordsOf(said, kept);
  if (text === '' && parts.length === 0) return [];
  const at = parseTime(textOf(said.timestamp), CHINA_MINUTES);
  const name = cut(textOf(author.username), 100);
  return [
    {
      externalId: id,
      sender: { keys: keysOf(where, said, author, appId), ...(name ? { name } : {}), anonymous: false, secret: false },
      ...(at === undefined ? {} : { sentAt: toRfc3339(at, CHINA_MINUTES) }),
      text,
      ...asSent(
        wordsOf(said, []),
        filesOf(event).map(({ name, mediaType }) => name ?? mediaType ?? ''),
      ),
      ...(parts.length > 0 ? { parts } : {}),
      ...(where.kind === 'group' || where.kind === 'channel' ? { group: true } : {}),
      raw: { mediaType: 'application/json', content: JSON.stringify(event) },
      verified: 'signature',
    },
  ];
}

/** An openid is another one for every bot, and in every group: nobody can be joined across them. */
function keysOf(where: Where, said: Fields, author: Fields, appId: string): SenderKey[] {
  const key = (kind: string, scope: string, value: unknown): SenderKey[] => {
    const text = textOf(value);
    return text === '' || text.length > 256 || scope.length > 128 ? [] : [{ kind, scope, value: text, proved: true }];
  };
  if (where.kind === 'user') return key('qq_openid', appId, openidOf(author));
  if (where.kind === 'group')
    return key('qq_member', `${appId}/${textOf(said.group_openid)}`, textOf(author.member_openid) || author.id);
  return key('qq_guild_user', appId, author.id);
}

/** The words as a person would read them: mentions gone, QQ's own faces as 〔表情〕, what could not be fetched by its name. */
function wordsOf(said: Fields, files: readonly unknown[]): string {
  const words = textOf(said.content)
    .replace(/<@!?[0-9A-Za-z_-]{1,64}>/g, '')
    .replace(/<faceType=[^>]{0,500}>|<emoji:\d{1,6}>/g, '〔表情〕')
    .trim();
  const told = listOf(said.attachments).flatMap((file, i) => [
    textOf(file.asr_refer_text).trim(),
    files[i] ? '' : `〔${labelOf(textOf(file.content_type))}〕`,
  ]);
  return cut([words, ...told].filter((line) => line !== '').join('\n'), MOST_TEXT);
}

function labelOf(contentType: string): string {
  if (contentType.startsWith('image')) return '图片';
  if (contentType.startsWith('video')) return '视频';
  return contentType.startsWith('voice') || contentType.startsWith('audio') ? '语音' : '文件';
}
