// Blobs: attachments in sealed pieces under keys of their own; pending until a message that names them is committed.
import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import type { Direct } from '../direct.ts';
import { KEYS_KEPT_MS } from '../forgetting.ts';
import { noBlob } from '../refusals.ts';
import { KEY_BYTES, randomOf, seal, unseal } from '../vault.ts';
import type { Ground } from './ground.ts';
import { type DataKey, type Seals, sealJson } from './seals.ts';

const PIECE = 256 * 1024;

interface BlobRow {
  readonly id: number;
  readonly ref: string;
  readonly vault: number | null;
  readonly wrapped: Buffer;
  readonly size: number;
  readonly sealed: Buffer;
}

interface BlobFacts {
  readonly mediaType: string;
  readonly name?: string;
  readonly hash: string;
}

const keyPlace = (ref: string): string => `blobkey:${ref}`;
const factsPlace = (ref: string): string => `blob:${ref}`;
/** Piece and size are part of the place: a piece left out, doubled or moved does not open. */
const piecePlace = (ref: string, n: number, size: number): string => `piece:${ref}:${n}:${size}`;

/** Gives blobs that are pending, in quarantine or under the key `from` into the keeping of another data key; call inside a transaction. */
export type BlobKeeper = (refs: readonly string[], key: DataKey, from?: number) => void;

export function openBlobKeeper({ db, keyring }: Ground, seals: Seals): BlobKeeper {
  const select = db.prepare<[string, number], BlobRow>(
    'SELECT * FROM blobs WHERE ref = ? AND (vault IS NULL OR vault = ? OR vault IN (SELECT vault FROM quarantine))',
  );
  const keep = db.prepare('UPDATE blobs SET vault = ?, wrapped = ? WHERE id = ?');
  return (refs, { vault, key }, from = -1) => {
    for (const ref of refs) {
      const row = select.get(ref, from);
      const own = row && blobKey(row, keyring, seals);
      if (!row || !own) throw noBlob(ref);
      keep.run(vault, seal(key, own, keyPlace(ref)), row.id);
    }
  };
}

/** Undefined when the data key that holds it was destroyed. */
function blobKey(row: BlobRow, keyring: Ground['keyring'], seals: Seals): Buffer | undefined {
  if (row.vault === null) return keyring.unwrap(row.wrapped, keyPlace(row.ref));
  const holder = seals.find(row.vault);
  return holder && unseal(holder.key, row.wrapped, keyPlace(row.ref));
}

export function openBlobs(ground: Ground, seals: Seals): Pick<Direct, 'putBlob' | 'getBlob' | 'sweepBlobs'> {
  const { db, keyring } = ground;
  const insert = db.prepare('INSERT INTO blobs (ref, wrapped, size, at, sealed) VALUES (?, ?, ?, ?, ?)');
  const insertPiece = db.prepare('INSERT INTO chunks (blob, n, sealed) VALUES (?, ?, ?)');
  const select = db.prepare<[string], BlobRow>('SELECT * FROM blobs WHERE ref = ?');
  const pieces = db.prepare<[number], Buffer>('SELECT sealed FROM chunks WHERE blob = ? ORDER BY n').pluck();
  const dropPieces = db.prepare(
    'DELETE FROM chunks WHERE blob IN (SELECT id FROM blobs WHERE vault IS NULL AND at < ?)',
  );
  const drop = db.prepare('DELETE FROM blobs WHERE vault IS NULL AND at < ?');
  const dropKeys = db.prepare('DELETE FROM idempotency WHERE at < ?');

  return {
    putBlob(bytes, { mediaType, name }) {
      const ref = `blob_${ulid(ground.now())}`;
      const key = randomOf(KEY_BYTES);
      const size = bytes.length;
      const hash = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      const facts: BlobFacts = { mediaType, hash, ...(name === undefined ? {} : { name }) };
      ground.commit(() => {
        const sealed = sealJson(key, facts, factsPlace(ref));
        const { lastInsertRowid } = insert.run(ref, keyring.wrap(key, keyPlace(ref)), size, ground.now(), sealed);
        for (let n = 0; n * PIECE < size; n += 1) {
          const piece = bytes.subarray(n * PIECE, (n + 1) * PIECE);
          insertPiece.run(lastInsertRowid, n, seal(key, piece, piecePlace(ref, n, size)));
        }
      });
      return { ref, hash, size };
    },
    getBlob(ref) {
      const row = select.get(ref);
      const key = row && blobKey(row, keyring, seals);
      if (!row || !key) return undefined;
      const opened = pieces.all(row.id).map((piece, n) => unseal(key, piece, piecePlace(ref, n, row.size)));
      const { mediaType, name }: BlobFacts = JSON.parse(unseal(key, row.sealed, factsPlace(ref)).toString());
      return { bytes: Buffer.concat(opened, row.size), mediaType, ...(name === undefined ? {} : { name }) };
    },
    sweepBlobs(olderThan) {
      if (ground.owesCut) ground.cutWal();
      return ground.commit(() => {
        dropKeys.run(ground.now() - KEYS_KEPT_MS);
        dropPieces.run(olderThan);
        return drop.run(olderThan).changes;
      });
    },
  };
}

/** Removes the blobs a data key holds; call inside a transaction. */
export function dropBlobsOf(ground: Ground, vault: number): number {
  ground.prepared('DELETE FROM chunks WHERE blob IN (SELECT id FROM blobs WHERE vault = ?)').run(vault);
  return ground.prepared('DELETE FROM blobs WHERE vault = ?').run(vault).changes;
}

/** Wraps the keys of pending blobs anew; call inside a transaction. */
export function rewrapPending({ db, keyring }: Ground, wrap: (key: Uint8Array, place: string) => Buffer): number {
  const rows = db.prepare<[], BlobRow>('SELECT * FROM blobs WHERE vault IS NULL').all();
  const update = db.prepare('UPDATE blobs SET wrapped = ? WHERE id = ?');
  for (const { id, ref, wrapped } of rows) update.run(wrap(keyring.unwrap(wrapped, keyPlace(ref)), keyPlace(ref)), id);
  return rows.length;
}
