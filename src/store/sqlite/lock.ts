// One process, one store: a lock that the kernel takes back when the process dies, however it dies.
import Database from 'better-sqlite3';
import { GatewayError } from '../../core/errors.ts';

export interface Lock {
  release(): void;
}

/** A lock nobody refers to any more is still held: it must not be given back when memory is tidied. */
const held = new Set<Database.Database>();

/**
 * Holds an exclusive lock on `file`.lock. The lock file is a database of its own, so that backups and read-only tools
 * may still read the store. Rejects with `store_in_use` within a fifth of a second.
 */
export function lockStore(file: string): Lock {
  const db = new Database(`${file}.lock`, { timeout: 200 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    if (!(cause instanceof Database.SqliteError) || !cause.code.startsWith('SQLITE_BUSY')) throw cause;
    throw new GatewayError({
      code: 'store_in_use',
      message: `another gateway is using ${file}`,
      retryable: false,
      status: 503,
      advice: 'Stop the other process, or give this one a data folder of its own (CIVICLINE_DATA).',
      cause,
    });
  }
  held.add(db);
  return {
    release: () => {
      held.delete(db);
      if (!db.open) return;
      if (db.inTransaction) db.exec('ROLLBACK');
      db.close();
    },
  };
}
