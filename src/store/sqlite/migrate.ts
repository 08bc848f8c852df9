// Brings a database to the newest schema: each migration in one transaction with its version row, so a kill leaves old or new, never half.
import type { Database } from 'better-sqlite3';
import { GatewayError } from '../../core/errors.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';

const HISTORY = `CREATE TABLE IF NOT EXISTS migrations (
  version integer PRIMARY KEY NOT NULL,
  name text NOT NULL
)`;

/** Number of migrations a database has seen; 0 for a new file. */
export function versionOf(db: Database): number {
  const known = db.prepare<[], { n: number }>("SELECT count(*) n FROM sqlite_master WHERE name = 'migrations'").get();
  if (!known?.n) return 0;
  return db.prepare<[], { v: number | null }>('SELECT max(version) v FROM migrations').get()?.v ?? 0;
}

/** Returns how many migrations were run. Rejects with `store_too_new` when a newer gateway made the file. */
export function migrate(db: Database, migrations: readonly Migration[] = MIGRATIONS): number {
  const before = versionOf(db);
  if (before > migrations.length) throw tooNew(db.name, before, migrations.length);
  for (const [at, migration] of migrations.entries()) {
    if (at < before) continue;
    const step = db.transaction(() => {
      db.exec(HISTORY);
      db.exec(migration.sql);
      db.prepare('INSERT INTO migrations (version, name) VALUES (?, ?)').run(at + 1, migration.name);
    });
    step.immediate();
  }
  return migrations.length - before;
}

/** The schema of a file, which must not be newer than this gateway; an older one is brought up to date at its first start. */
export function assertKnown(db: Database): number {
  const version = versionOf(db);
  if (version > MIGRATIONS.length) throw tooNew(db.name, version, MIGRATIONS.length);
  return version;
}

/** For tools that only read: the file must already have this gateway's schema. */
export function assertCurrent(db: Database): void {
  const version = assertKnown(db);
  if (version === MIGRATIONS.length) return;
  throw new GatewayError({
    code: 'store_too_old',
    message: `${db.name} has schema ${version}, this gateway needs ${MIGRATIONS.length}`,
    retryable: false,
    status: 500,
    advice: 'Start the gateway once: it brings the store up to date.',
  });
}

function tooNew(file: string, found: number, known: number): GatewayError {
  return new GatewayError({
    code: 'store_too_new',
    message: `${file} has schema ${found}, this gateway knows ${known}`,
    retryable: false,
    status: 500,
    advice: 'Use the newer version of the gateway that made this store.',
  });
}
