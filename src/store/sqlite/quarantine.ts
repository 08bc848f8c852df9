// Quarantine: messages no transaction would take, sealed as received until a person looks at them.
import type { Message } from '../../core/message.ts';
import type { Quarantined } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { unseal } from '../vault.ts';
import { type BlobKeeper, dropBlobsOf } from './blobs.ts';
import type { Ground } from './ground.ts';
import { type Seals, sealJson } from './seals.ts';

interface Row {
  readonly id: string;
  readonly account: string;
  readonly received_at: string;
  readonly vault: number;
  readonly sealed: Buffer;
}

const place = (id: string): string => `quarantine:${id}`;

type Calls = Pick<Direct, 'quarantine' | 'quarantined' | 'findQuarantined' | 'releaseQuarantined'>;

export function openQuarantine(ground: Ground, seals: Seals, keepBlobs: BlobKeeper): Calls {
  const { db } = ground;
  const known = db.prepare<[string], number>('SELECT 1 FROM quarantine WHERE id = ?').pluck();
  const insert = db.prepare('INSERT INTO quarantine (id, account, received_at, vault, sealed) VALUES (?, ?, ?, ?, ?)');
  const newest = db.prepare<[number], Row>('SELECT * FROM quarantine ORDER BY received_at DESC, id LIMIT ?');
  const older = db.prepare<[string, string, string, number], Row>(
    `SELECT * FROM quarantine WHERE received_at < ? OR (received_at = ? AND id > ?)
     ORDER BY received_at DESC, id LIMIT ?`,
  );
  const find = db.prepare<[string], Row>('SELECT * FROM quarantine WHERE id = ?');
  const drop = db.prepare<[string]>('DELETE FROM quarantine WHERE id = ?');
  const pending = db.prepare<[string], number>('SELECT 1 FROM blobs WHERE ref = ? AND vault IS NULL').pluck();

  function opened(row: Row | undefined): Quarantined | undefined {
    const key = row && seals.find(row.vault);
    if (!row || !key) return undefined;
    const kept: { error: string; message: Message } = JSON.parse(unseal(key.key, row.sealed, place(row.id)).toString());
    return { id: row.id, account: row.account, receivedAt: row.received_at, ...kept };
  }

  return {
    /** The same one again (a platform that retries it) changes nothing. The error may quote the message: sealed with it. */
    quarantine: ({ id, account, receivedAt, error, message }) => {
      if (known.get(id)) return;
      ground.commit(() => {
        const key = seals.create();
        insert.run(id, account, receivedAt, key.vault, sealJson(key.key, { error, message }, place(id)));
        const refs = new Set(message.parts.map((part) => part.blob));
        keepBlobs(
          [...refs].filter((ref) => pending.get(ref)),
          key,
        );
      });
    },
    quarantined(limit, after) {
      const rows = after ? older.all(after.receivedAt, after.receivedAt, after.id, limit) : newest.all(limit);
      return rows.flatMap((row) => opened(row) ?? []);
    },
    findQuarantined: (id) => opened(find.get(id)),
    releaseQuarantined(id) {
      const row = find.get(id);
      if (!row) return false;
      ground.commit(() => {
        drop.run(id);
        dropBlobsOf(ground, row.vault);
        seals.destroy(row.vault);
      });
      // As after an erasure: older copies lie in the WAL until it is cut.
      ground.cutWal();
      return true;
    },
  };
}
