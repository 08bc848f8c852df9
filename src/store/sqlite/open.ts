// Opens the database file: durable, checked, brought to the newest schema. Everything a connection must be is set and asserted here.
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { GatewayError } from '../../core/errors.ts';
import { makeFolder } from '../folder.ts';
import { explain } from './errors.ts';
import { type Lock, lockStore } from './lock.ts';
import { assertCurrent, migrate, versionOf } from './migrate.ts';

/** Files up to here are checked at every start; up to the second size only after an unclean end. Keeps a start near a second. */
const CHECK_ALWAYS = 64 << 20;
const CHECK_UNCLEAN = 256 << 20;
/** Small tables that are worth a look in files too large for a whole check. */
const ALWAYS_CHECKED = ['meta', 'vaults', 'endpoints', 'keys'];
const FULL = 2;

export interface OpenFile {
  readonly db: Database.Database;
  close(): void;
}

/** Rejects with `store_in_use`, `corrupt`, `store_too_new`, `no_store` (reading only) or what the disk says. */
export function openFile(file: string, readOnly: boolean): OpenFile {
  try {
    return readOnly ? openToRead(file) : openToWrite(file);
  } catch (error) {
    throw explain(error, file);
  }
}

function openToWrite(file: string): OpenFile {
  makeFolder(dirname(file));
  const lock = lockStore(file);
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { timeout: 250 });
    harden(db);
    check(db, file);
    migrate(db);
    markOpen(db, true);
    // A killed process may have left erased words or old keys in the WAL.
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    db?.close();
    lock.release();
    throw error;
  }
  return { db, close: closer(db, lock) };
}

function openToRead(file: string): OpenFile {
  if (!existsSync(file)) {
    throw new GatewayError({
      code: 'no_store',
      message: `there is no store at ${file}`,
      retryable: false,
      status: 500,
      advice: 'Start the gateway once, or point CIVICLINE_DATA to its data folder.',
    });
  }
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 250 });
  try {
    assertCurrent(db);
  } catch (error) {
    db.close();
    throw error;
  }
  return { db, close: () => db.close() };
}

/**
 * The build of SQLite we use syncs a WAL only at checkpoints unless told otherwise, while `PRAGMA synchronous` already
 * reads 2: so it is set in any case, and then asserted.
 */
function harden(db: Database.Database): void {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('secure_delete = ON');
  db.pragma('foreign_keys = OFF');
  db.pragma('cache_size = -16384');
  db.pragma('wal_autocheckpoint = 1000');
  db.pragma('journal_size_limit = 67108864');
  db.pragma('trusted_schema = OFF');
  const mode = db.pragma('journal_mode', { simple: true });
  const level = db.pragma('synchronous', { simple: true });
  if (mode === 'wal' && level === FULL) return;
  throw new GatewayError({
    code: 'not_durable',
    message: `the store would not be durable: journal_mode=${String(mode)}, synchronous=${String(level)}`,
    retryable: false,
    status: 500,
    advice: 'The data folder must be on a local disk that supports SQLite in WAL mode.',
  });
}

function check(db: Database.Database, file: string): void {
  const size = statSync(file).size;
  const version = versionOf(db); // reads the first page: a file that is no database stops here
  if (version === 0) return;
  const whole = size <= CHECK_ALWAYS || (size <= CHECK_UNCLEAN && wasOpen(db));
  const scopes = whole ? [''] : ALWAYS_CHECKED.map((table) => `('${table}')`);
  for (const scope of scopes) {
    const found = db.prepare<[], string>(`PRAGMA quick_check${scope}`).pluck().all();
    if (found.length === 1 && found[0] === 'ok') continue;
    throw new GatewayError({
      code: 'corrupt',
      message: `the database file ${file} is damaged: ${found.slice(0, 3).join('; ')}`,
      retryable: false,
      status: 500,
      advice: 'Keep the damaged file, and restore the last backup (civicline restore).',
    });
  }
}

function wasOpen(db: Database.Database): boolean {
  const mark = db.prepare<[], Buffer>("SELECT value FROM meta WHERE key = 'open'").pluck().get();
  return mark?.[0] === 1;
}

function markOpen(db: Database.Database, open: boolean): void {
  const sql = "INSERT INTO meta (key, value) VALUES ('open', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
  db.prepare(sql).run(Buffer.from([open ? 1 : 0]));
}

function closer(db: Database.Database, lock: Lock): () => void {
  return () => {
    try {
      if (db.open) markOpen(db, false);
    } finally {
      // Even when the disk is full the handle and the lock are given back; the next start then checks the file.
      if (db.open) db.close();
      lock.release();
    }
  };
}
