// Words: what a unit says in a report, as a message of the case: out to the citizen, or a note of the house. Sealed like all words.
import { hash as digest } from 'node:crypto';
import type { Case, UnitRef } from '../case.ts';
import type { Message } from '../message.ts';
import { type ActGiven, at } from './record.ts';

/** A key of this kind says which unit speaks in an outgoing message. */
const UNIT = 'unit';

/**
 * `title` says of a note which report it belongs to. An outgoing message has the channel and the account of its case: whoever
 * sends for that account takes it from the case's messages, `messageId` of the event that tells of it naming it.
 */
export function wordsOf(
  c: Case,
  direction: 'out' | 'note',
  text: string,
  from: UnitRef,
  given: ActGiven,
  title?: string,
): Message {
  const id = `msg_${given.ulid()}`;
  return {
    id,
    tenant: c.tenant,
    level: c.level,
    channel: c.channel,
    account: c.account,
    direction,
    externalId: id,
    externalIdGiven: false,
    contentHash: `sha256:${digest('sha256', JSON.stringify([from.code, text]))}`,
    receivedAt: at(given),
    sentAt: at(given),
    sender: {
      keys: [{ kind: UNIT, scope: c.tenant, value: from.code, proved: true }],
      name: from.name.slice(0, 100),
      anonymous: false,
      secret: false,
    },
    ...(title === undefined ? {} : { title }),
    text,
    parts: [],
    verified: 'token',
  };
}

/** What the units told the citizen, oldest first. */
export function repliesIn(messages: readonly Message[]): { text: string; from: string; at: string }[] {
  return messages
    .filter((m) => m.direction === 'out' && m.sender.keys.some((key) => key.kind === UNIT))
    .map((m) => ({ text: m.text, from: m.sender.name ?? '', at: m.sentAt }));
}
