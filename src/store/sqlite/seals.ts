// Seals: data keys in the vaults table, and what is sealed under them as JSON.
import type { Case, Said } from '../../core/case.ts';
import type { Message } from '../../core/message.ts';
import type { Receipt } from '../../core/receipt.ts';
import { KEY_BYTES, randomOf, seal, unseal } from '../vault.ts';
import type { Ground } from './ground.ts';

/** What a case keeps sealed. Lies in the case's first message until a change replaces it. */
export interface CaseSecret {
  readonly said?: Said;
  readonly queryCode?: string;
  readonly externalId?: string;
}

/** What a message's row keeps sealed. */
export interface Envelope {
  readonly message: Message;
  readonly receipt?: Receipt;
  readonly opened?: CaseSecret;
}

export interface DataKey {
  readonly vault: number;
  readonly key: Uint8Array;
}

export interface Seals {
  /** A new data key; call inside a transaction. */
  create(): DataKey;
  /** Undefined when it was destroyed. */
  find(vault: number): DataKey | undefined;
  destroy(vault: number): void;
}

const place = (vault: number): string => `vault:${vault}`;

export function openSeals(ground: Ground): Seals {
  const { db, keyring } = ground;
  const insert = db.prepare('INSERT INTO vaults (id, wrapped, generation) VALUES (?, ?, 1)');
  const select = db.prepare<[number], Buffer | null>('SELECT wrapped FROM vaults WHERE id = ?').pluck();
  const destroy = db.prepare('UPDATE vaults SET wrapped = NULL WHERE id = ?');
  return {
    create() {
      const vault = ground.next('vault');
      const key = randomOf(KEY_BYTES);
      insert.run(vault, keyring.wrap(key, place(vault)));
      return { vault, key };
    },
    find(vault) {
      const wrapped = select.get(vault);
      return wrapped ? { vault, key: keyring.unwrap(wrapped, place(vault)) } : undefined;
    },
    destroy(vault) {
      destroy.run(vault);
    },
  };
}

/** Wraps every living data key anew; call inside a transaction. */
export function rewrapVaults(ground: Ground, wrap: (key: Uint8Array, place: string) => Buffer): number {
  const { db, keyring } = ground;
  const page = db.prepare<[number], { id: number; wrapped: Buffer }>(
    'SELECT id, wrapped FROM vaults WHERE id > ? AND wrapped IS NOT NULL ORDER BY id LIMIT 1000',
  );
  const update = db.prepare('UPDATE vaults SET wrapped = ?, generation = generation + 1 WHERE id = ?');
  let count = 0;
  for (let rows = page.all(0); rows.length > 0; rows = page.all(rows.at(-1)?.id ?? Number.MAX_SAFE_INTEGER)) {
    for (const { id, wrapped } of rows) update.run(wrap(keyring.unwrap(wrapped, place(id)), place(id)), id);
    count += rows.length;
  }
  return count;
}

export const sealJson = (key: Uint8Array, value: object, at: string): Buffer =>
  seal(key, Buffer.from(JSON.stringify(value)), at);

const text = (key: Uint8Array, sealed: Uint8Array, at: string): string => unseal(key, sealed, at).toString('utf8');

export function openEnvelope(key: Uint8Array, sealed: Uint8Array, id: number): Envelope {
  const envelope: Envelope = JSON.parse(text(key, sealed, messagePlace(id)));
  return envelope;
}

export function openCaseSecret(key: Uint8Array, sealed: Uint8Array, no: string): CaseSecret {
  const secret: CaseSecret = JSON.parse(text(key, sealed, casePlace(no)));
  return secret;
}

export const messagePlace = (id: number): string => `message:${id}`;
export const casePlace = (no: string): string => `case:${no}`;

/** The part of a case that may stand in the clear. */
export function openPart(c: Case): Omit<Case, 'said' | 'externalId'> {
  const { said: _said, externalId: _externalId, ...open } = c;
  return open;
}
