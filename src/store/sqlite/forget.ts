// Forget: what retention asks for: which cases are over, and the end of what lies in the store outside any case.
import { SETTLED_STATUS } from '../../core/status.ts';
import type { Direct } from '../direct.ts';
import { FORGET_AT_ONCE } from '../forgetting.ts';
import { dropBlobsOf } from './blobs.ts';
import type { Claims } from './claims.ts';
import type { Ground } from './ground.ts';
import type { Parties } from './parties.ts';
import type { Seals } from './seals.ts';
import { noteGone } from './tally.ts';
import type { Waiting } from './waiting.ts';

/** Epoch ms of a time written with its offset; null, which is before nothing, when it is no time. */
const ms = (column: string): string => `round(unixepoch(${column}, 'subsec') * 1000)`;

/** The condition is that of the index `cases_settled`, word by word, or SQLite would walk the table. */
export const EXPIRED = `SELECT no FROM cases
  WHERE erased = 0 and status in (${SETTLED_STATUS.map((status) => `'${status}'`).join(', ')})
    AND last_at < ? AND ${ms('updated_at')} < ? ORDER BY last_at, id LIMIT ?`;
export const LOOSE = 'SELECT id, vault FROM messages WHERE case_id is null AND at < ? ORDER BY at LIMIT ?';

export const DROP_CODES = `DELETE FROM outgoing WHERE id IN
  (SELECT id FROM outgoing WHERE case_no = '' AND at < ? ORDER BY at LIMIT ?)`;

interface Loose<Id> {
  readonly id: Id;
  readonly vault: number;
}

export interface ForgetParts {
  readonly ground: Ground;
  readonly seals: Seals;
  readonly claims: Claims;
  readonly parties: Parties;
  readonly waiting: Waiting;
}

export function openForget({
  ground,
  seals,
  claims,
  parties,
  waiting,
}: ForgetParts): Pick<Direct, 'expired' | 'forgetLoose'> {
  const { db } = ground;
  const expired = db.prepare<[number, number, number], string>(EXPIRED).pluck();
  const loose = db.prepare<[number, number], Loose<number>>(LOOSE);
  const aside = db.prepare<[number, number], Loose<string>>(
    `SELECT id, vault FROM quarantine WHERE ${ms('received_at')} < ? ORDER BY received_at LIMIT ?`,
  );
  const dropMessage = db.prepare<[number]>('DELETE FROM messages WHERE id = ?');
  const calls = db.prepare<[number, number], Loose<Buffer>>(
    'SELECT id, vault FROM calls WHERE at < ? ORDER BY at LIMIT ?',
  );
  const dropCall = db.prepare<[Buffer]>('DELETE FROM calls WHERE id = ?');
  // Codes that proved a key: the one kind of message out that belongs to no case and so goes with none.
  const dropCodes = db.prepare<[number, number]>(DROP_CODES);
  const dropAside = db.prepare<[string]>('DELETE FROM quarantine WHERE id = ?');

  function forget(vault: number): void {
    dropBlobsOf(ground, vault);
    seals.destroy(vault);
  }

  return {
    expired: (before, limit) => expired.all(before, before, limit),
    forgetLoose(before) {
      const count = ground.commit(() => {
        const messages = loose.all(before, FORGET_AT_ONCE);
        for (const { id, vault } of messages) {
          dropMessage.run(id);
          waiting.forget(id);
          forget(vault);
        }
        noteGone(db, messages.length, ground.last('message'));
        const others = aside.all(before, FORGET_AT_ONCE - messages.length);
        for (const { id, vault } of others) {
          dropAside.run(id);
          forget(vault);
        }
        const told = calls.all(before, FORGET_AT_ONCE - messages.length - others.length);
        for (const { id, vault } of told) {
          dropCall.run(id);
          seals.destroy(vault);
        }
        const rest = FORGET_AT_ONCE - messages.length - others.length - told.length;
        const hints = claims.forgetBefore(before, rest);
        const people = parties.forgetBefore(before, rest - hints);
        const codes = dropCodes.run(before, rest - hints - people).changes;
        return messages.length + others.length + told.length + hints + people + codes;
      });
      // As after an erasure: older copies lie in the WAL until it is cut.
      if (count > 0) ground.cutWal();
      return count;
    },
  };
}
