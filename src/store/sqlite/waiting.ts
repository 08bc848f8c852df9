// Waiting: files that came alone. Words of the same sender take them into their case, or a person gets them; either way they are sealed anew with it.

import { type Known, waitingOf } from '../../core/draft.ts';
import type { Message } from '../../core/message.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Ask, Decision } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import type { BlobKeeper } from './blobs.ts';
import { Refused } from './follow.ts';
import type { Ground } from './ground.ts';
import { casePlace, type DataKey, messagePlace, openEnvelope, type Seals, sealJson } from './seals.ts';

interface Row {
  readonly ref: string;
  readonly message: number;
}

interface Lying {
  readonly id: number;
  readonly vault: number;
  readonly sealed: Buffer;
}

export interface Waiting extends Pick<Direct, 'overdue'> {
  /** Those of this sender since then, oldest first, and the one that is named. */
  known(asked: NonNullable<Ask['waiting']>, proved: readonly Buffer[]): NonNullable<Known['waiting']>;
  /** Inside a transaction, as the two below. */
  put(message: number, ref: string, waits: NonNullable<Decision['waits']>, proved: readonly Buffer[]): void;
  /** Throws Refused when one is gone: somebody else took it. `more`: messages the case has not counted yet; `receipt` replaces what its sender was told. */
  adopt(
    refs: readonly string[],
    to: { readonly caseId: number; readonly key: DataKey; readonly more: number },
    receipt?: Receipt,
  ): void;
  forget(message: number): void;
}

const NOBODY = Buffer.alloc(0);

export function openWaiting(ground: Ground, seals: Seals, keepBlobs: BlobKeeper): Waiting {
  const { db } = ground;
  const any = db.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM waiting)').pluck();
  const insert = db.prepare('INSERT INTO waiting (blind, ref, message, at, due) VALUES (?, ?, ?, ?, ?)');
  const ofSender = db.prepare<[Buffer, number, number], Row>(
    'SELECT ref, message FROM waiting WHERE blind = ? AND at BETWEEN ? AND ? ORDER BY at, message',
  );
  const byRef = db.prepare<[string], Row>('SELECT ref, message FROM waiting WHERE ref = ? LIMIT 1');
  const due = db.prepare<[number, number], Row>(
    'SELECT ref, message FROM waiting WHERE due <= ? GROUP BY ref ORDER BY min(due), message LIMIT ?',
  );
  const drop = db.prepare('DELETE FROM waiting WHERE message = ?');
  const lying = db.prepare<[number], Lying>('SELECT id, vault, sealed FROM messages WHERE id = ? AND case_id IS NULL');
  const move = db.prepare('UPDATE messages SET case_id = ?, vault = ?, sealed = ? WHERE id = ?');
  const secretOf = db.prepare<[number], { no: string; sealed: Buffer | null }>(
    'SELECT no, sealed FROM cases WHERE id = ?',
  );
  const first = db.prepare<[number], { id: number; sealed: Buffer }>(
    'SELECT id, sealed FROM messages WHERE case_id = ? ORDER BY id LIMIT 1',
  );
  const sealCase = db.prepare('UPDATE cases SET sealed = ?, messages = messages + ? WHERE id = ?');
  // Most messages find nothing waiting anywhere: they pay nothing for the look-up.
  let some = any.get() === 1;

  function opened(message: number): Message | undefined {
    const row = lying.get(message);
    const key = row && seals.find(row.vault);
    return row && key ? openEnvelope(key.key, row.sealed, row.id).message : undefined;
  }

  /** A file that came before the first words would stand first: the case keeps its secret itself from now on. */
  function ownSecret(caseId: number, key: DataKey): Buffer | null {
    const row = secretOf.get(caseId);
    if (!row || row.sealed) return row?.sealed ?? null;
    const message = first.get(caseId);
    const secret = message && openEnvelope(key.key, message.sealed, message.id).opened;
    return secret ? sealJson(key.key, secret, casePlace(row.no)) : null;
  }

  return {
    known({ since, until, ref }, proved) {
      if (!some) return [];
      const named = ref === undefined ? undefined : byRef.get(ref);
      const rows = [...proved.flatMap((blind) => ofSender.all(blind, since, until)), ...(named ? [named] : [])];
      const found = new Map(rows.map((row) => [row.ref, row]));
      return [...found.values()].flatMap(({ ref: id, message }) => {
        const lies = opened(message);
        return [lies ? waitingOf(lies) : { id }];
      });
    },
    put(message, ref, { at, due: until }, proved) {
      for (const blind of proved.length > 0 ? proved : [NOBODY]) insert.run(blind, ref, message, at, until);
      some = true;
    },
    adopt(refs, { caseId, key, more }, receipt) {
      if (refs.length === 0) return;
      sealCase.run(ownSecret(caseId, key), more, caseId);
      for (const ref of refs) {
        const row = byRef.get(ref);
        const message = row && lying.get(row.message);
        const old = message && seals.find(message.vault);
        if (!message || !old) throw new Refused();
        const envelope = openEnvelope(old.key, message.sealed, message.id);
        const told = receipt ? { ...envelope, receipt } : envelope;
        keepBlobs(
          envelope.message.parts.map((part) => part.blob),
          key,
          message.vault,
        );
        move.run(caseId, key.vault, sealJson(key.key, told, messagePlace(message.id)), message.id);
        seals.destroy(message.vault);
        drop.run(message.id);
      }
    },
    forget(message) {
      if (some) drop.run(message);
    },
    overdue: (now, limit) => (some ? due.all(now, limit).flatMap(({ message }) => opened(message) ?? []) : []),
  };
}
