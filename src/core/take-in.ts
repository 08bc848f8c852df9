// From what a channel read to a Message: identity, times and hash added; nothing changed but the name of who wants to be nobody.
import { hash as digest } from 'node:crypto';
import type { Incoming, Level, Message, SenderKey } from './message.ts';
import type { Mint } from './mint.ts';
import { withoutKnown } from './text/known.ts';
import { normalise } from './text/normalise.ts';
import { parseTime, toRfc3339 } from './time.ts';

export interface Mouth {
  readonly channel: string;
  readonly account: string;
  readonly tenant: string;
  readonly level: Level;
  readonly utcOffsetMinutes: number;
  /** It comes from a file: nobody is written to about its arrival. */
  readonly quiet?: boolean;
  readonly traceparent?: string | undefined;
}

const hash = (value: unknown): string => `sha256:${digest('sha256', JSON.stringify(value))}`;

/** Everything the sender can change by saying something else; a platform's retry changes none of it. */
function contentHash(said: Incoming): string {
  return hash([
    said.sender.keys.map((k) => [k.kind, k.scope, k.value]),
    said.sender.name,
    said.sender.phone,
    said.sender.email,
    said.sender.anonymous,
    said.sender.secret,
    said.title,
    said.asSent ?? said.text,
    said.address,
    said.occurredAt,
    said.asSent === undefined ? said.parts?.map((p) => p.hash) : undefined,
    said.thread?.caseNo,
  ]);
}

/** A sender's clock may be a zone ahead; what was said next year was said when it came. */
const GRACE_MS = 24 * 3_600_000;

/** Without an id of the channel's own the message gets one nobody else can have: it has no repeat. */
export function takeIn(said: Incoming, mouth: Mouth, mint: Mint, now: number): Message {
  const id = `msg_${mint.ulid()}`;
  const sentAt = said.sentAt === undefined ? undefined : parseTime(said.sentAt, mouth.utcOffsetMinutes);
  const received = toRfc3339(now, mouth.utcOffsetMinutes);
  return {
    id,
    tenant: mouth.tenant,
    level: mouth.level,
    channel: mouth.channel,
    account: mouth.account,
    direction: 'in',
    externalId: said.externalId ?? id,
    externalIdGiven: said.externalId !== undefined,
    contentHash: contentHash(said),
    receivedAt: received,
    sentAt: sentAt === undefined || sentAt > now + GRACE_MS ? received : toRfc3339(sentAt, mouth.utcOffsetMinutes),
    sender: withStatedKeys(said),
    ...wordsOf(said),
    parts: said.parts ?? [],
    ...(said.thread ? { thread: said.thread } : {}),
    ...(said.group ? { group: true } : {}),
    ...(said.answered ? { answered: said.answered } : {}),
    ...(said.call ? { call: said.call } : {}),
    ...(said.doubts ? { doubts: said.doubts } : {}),
    ...(mouth.quiet ? { quiet: true } : {}),
    ...(mouth.traceparent ? { traceparent: mouth.traceparent } : {}),
    ...(said.raw ? { raw: said.raw } : {}),
    verified: said.verified,
  };
}

/** An anonymous sender's name is kept nowhere, so nobody could mask it later: it goes from the words before they are kept. */
function wordsOf(said: Incoming): Pick<Message, 'title' | 'text' | 'address' | 'occurredAt'> {
  const { name, anonymous } = said.sender;
  const names = anonymous && name ? [name, normalise(name)] : [];
  const kept = (words: string): string => withoutKnown(words, names);
  return {
    ...(said.title ? { title: kept(said.title) } : {}),
    text: kept(said.text),
    ...(said.address ? { address: kept(said.address) } : {}),
    ...(said.occurredAt ? { occurredAt: kept(said.occurredAt) } : {}),
  };
}

/** A phone or mail that was merely written down still helps an operator: kept as an unproved key. */
function withStatedKeys(said: Incoming): Message['sender'] {
  const { sender } = said;
  if (sender.anonymous) return { keys: sender.keys.filter((k) => k.proved), anonymous: true, secret: sender.secret };
  const keys: SenderKey[] = [...sender.keys];
  const state = (kind: string, value: string | undefined) => {
    if (value && !keys.some((k) => k.kind === kind && k.value === value))
      keys.push({ kind, scope: '', value, proved: false });
  };
  state('phone', sender.phone?.replace(/[^\d]/g, '').replace(/^86(?=1\d{10}$)/, ''));
  state('email', sender.email?.trim().toLowerCase());
  return { ...sender, keys: keys.slice(0, 8) };
}
