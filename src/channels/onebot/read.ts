// What OneBot v11 and v12 report: messages said to the city's account, privately or by naming it; the rest is no message.
import Value from 'typebox/value';
import { Unreadable } from '../../core/errors.ts';
import type { FileAt } from '../../core/media/fetch-file.ts';
import { type Incoming, Part, type SenderKey } from '../../core/message.ts';
import { asSent, cut, type Fields, fieldsOf, isFields, textOf } from '../../core/payload.ts';
import { toRfc3339 } from '../../core/time.ts';
import { type Segment, segmentsOf } from './cq.ts';
import { isFile, placeOf, wordsOf } from './words.ts';

/** An event as OneBot reports it, beside the files that were fetched for it; null is one that could not be. */
export interface OnebotPayload {
  readonly event: unknown;
  readonly files?: readonly (Part | null | undefined)[];
}

const CHINA_MINUTES = 480;
const MOST_TEXT = 100_000;

/** What both versions tell, under one set of names. */
export interface Said {
  readonly version: 11 | 12;
  readonly private: boolean;
  /** `qq` in v11; in v12 whatever the implementation drives. */
  readonly platform: string;
  readonly self: string;
  readonly messageId: string;
  readonly user: string;
  readonly group: string;
  /** Of v12, where `group` is a channel. */
  readonly guild: string;
  readonly name: string;
  readonly segments: readonly Segment[];
  /** Epoch seconds. */
  readonly time: number;
  readonly anonymous: boolean;
}

/** Undefined for notices, requests, heartbeats, our own words, and what a group says to itself. Throws Unreadable. */
export function saidIn(event: unknown): Said | undefined {
  if (!isFields(event) || !(textOf(event.post_type) || (textOf(event.type) && event.detail_type !== undefined)))
    throw new Unreadable('this is no event of OneBot', 'post_type');
  const said = event.post_type === undefined ? said12(event) : said11(event);
  if (!said || said.messageId === '' || said.user === '' || said.user === said.self) return undefined;
  return said.private || namesUs(said) ? said : undefined;
}

function said11(event: Fields): Said | undefined {
  if (event.post_type !== 'message') return undefined;
  const sender = fieldsOf(event.sender);
  return {
    version: 11,
    private: event.message_type === 'private',
    platform: 'qq',
    self: textOf(event.self_id),
    messageId: textOf(event.message_id),
    user: textOf(event.user_id),
    group: textOf(event.group_id),
    name: textOf(sender.nickname),
    guild: '',
    segments: segmentsOf(event.message ?? event.raw_message),
    time: Number(event.time),
    anonymous: event.sub_type === 'anonymous',
  };
}

function said12(event: Fields): Said | undefined {
  if (event.type !== 'message') return undefined;
  const self = fieldsOf(event.self);
  return {
    version: 12,
    private: event.detail_type === 'private',
    platform: textOf(self.platform) || 'unknown',
    self: textOf(self.user_id),
    messageId: textOf(event.message_id),
    user: textOf(event.user_id),
    // A channel of a guild is a group by another name; its reply is addressed by both.
    group: textOf(event.group_id) || textOf(event.channel_id),
    guild: textOf(event.guild_id),
    name: '',
    segments: segmentsOf(event.message ?? [{ type: 'text', data: { text: event.alt_message } }]),
    time: Number(event.time),
    anonymous: false,
  };
}

/** An account sits in groups where people talk to each other: only who names it speaks to the city. */
const namesUs = ({ segments, self }: Said): boolean =>
  segments.some(
    ({ type, data }) =>
      (type === 'at' && textOf(data.qq) === self) || (type === 'mention' && textOf(data.user_id) === self),
  );

/** One entry a file of the message; where no address stands, an empty one, so that entries keep their places. */
export function filesOf({ segments }: Said): (FileAt & { readonly id: string })[] {
  return segments.filter(isFile).map(({ data }) => ({
    url: [textOf(data.url), textOf(data.file)].find((url) => /^https?:\/\//.test(url)) ?? '',
    name: textOf(data.name) || undefined,
    id: textOf(data.file_id),
  }));
}

/** The message's own id is unique only under the account that heard it. */
export function readOnebot(payload: unknown): Incoming[] {
  const { event, files } = fieldsOf(payload);
  const said = saidIn(event);
  if (!said) return [];
  const kept = Array.isArray(files) ? files : [];
  const parts = kept.filter((file): file is Part => Value.Check(Part, file));
  const text = cut(wordsOf(said.segments, kept), MOST_TEXT);
  if (text === '' && parts.length === 0) return [];
  const address = placeOf(said.segments);
  const name = said.anonymous ? '' : cut(said.name, 100);
  return [
    {
      externalId: cut(`${said.platform}:${said.self}:${said.messageId}`, 256),
      sender: { keys: keysOf(said), ...(name ? { name } : {}), anonymous: said.anonymous, secret: false },
      ...(said.time > 0 && said.time < 1e11 ? { sentAt: toRfc3339(Math.round(said.time * 1000), CHINA_MINUTES) } : {}),
      text,
      ...asSent(wordsOf(said.segments), said.segments.filter(isFile).map(nameOf)),
      ...(address ? { address: cut(address, 500) } : {}),
      ...(parts.length > 0 ? { parts } : {}),
      ...(said.private ? {} : { group: true }),
      raw: { mediaType: 'application/json', content: JSON.stringify(event) },
      verified: 'signature',
    },
  ];
}

/** Of its address without what changes from day to day. */
const nameOf = ({ data }: Segment): string =>
  textOf(data.file_id) || textOf(data.file).replace(/\?.*/s, '') || textOf(data.name) || '〔文件〕';

/** An account number is the same for every bot; whoever hides behind a group's anonymity shares one with all others. */
function keysOf({ platform, user, anonymous }: Said): SenderKey[] {
  if (anonymous || user.length > 256) return [];
  return [{ kind: 'im_user', scope: cut(platform, 128), value: user, proved: true }];
}
