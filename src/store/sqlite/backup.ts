// Backup and restore: an online copy checked before it is named final, and a restored store under a new epoch.
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { GatewayError } from '../../core/errors.ts';
import type { StoreStats } from '../../core/store.ts';
import { makeFolder } from '../folder.ts';
import { newEpoch, openKeyring } from '../vault.ts';
import { explain } from './errors.ts';
import { lockStore } from './lock.ts';
import { assertKnown } from './migrate.ts';
import { countAll } from './stats.ts';
import { errorOf, type Fault } from './wire.ts';

export const STORE_FILE = 'civicline.db';

/**
 * Copies the living store to `path`: sealed as it is, without any key. Writes go on meanwhile; `before` is what it must
 * hold at least. Rejects with `exists`
 * when there is a file, `bad_backup` when the copy does not check out; then nothing stands at `path`.
 */
export async function backUp(db: Database.Database, path: string, before: StoreStats): Promise<StoreStats> {
  if (existsSync(path)) throw exists(path);
  const part = `${path}.part`;
  rmSync(part, { force: true });
  if (!existsSync(dirname(path))) throw noFolder(dirname(path));
  try {
    await db.backup(part);
    const copied = await inspectAside(part);
    if (copied.cases < before.cases || copied.events < before.events) throw badBackup(part, 'rows are missing');
    flush(part);
    renameSync(part, path);
    flush(dirname(path));
    return copied;
  } catch (error) {
    rmSync(part, { force: true });
    throw explain(error, path);
  }
}

export interface RestoreOptions {
  /** A store that is there is moved aside, never deleted. */
  readonly force?: boolean;
  /** Must open the backup: else everything in it would be there and unreadable. */
  readonly masterKey?: Uint8Array;
  /** Goes into the name of what is moved aside. */
  readonly now?: () => number;
}

export interface Restored extends StoreStats {
  /** Where the store that was there before lies now. */
  readonly movedTo?: string;
  /** Cases that had been erased in that store and are whole in this one; undefined when that store cannot be read. */
  readonly erasedBefore?: readonly string[];
}

/**
 * Puts the backup `from` into `dataDir` as its store, under a new epoch, so that old cursors are refused. Rejects with
 * `store_in_use` while a gateway runs there, `exists` when there is a store and not `force`, `wrong_key` when the master
 * key does not open the backup, `bad_backup`, `no_backup`.
 */
export function restore(from: string, dataDir: string, options: RestoreOptions = {}): Restored {
  if (!existsSync(from)) throw noBackup(from);
  makeFolder(dataDir);
  const target = resolve(join(dataDir, STORE_FILE));
  const lock = lockStore(target);
  const part = `${target}.part`;
  try {
    if (existsSync(target) && options.force !== true) throw exists(target);
    rmSync(part, { force: true });
    copyFileSync(from, part);
    const stats = inspect(part);
    if (options.masterKey) mustOpen(part, options.masterKey);
    renew(part);
    flush(part);
    const erasedBefore = existsSync(target) ? erasedIn(target)?.filter((no) => isWhole(part, no)) : [];
    const movedTo = moveAside(target, options.now ?? Date.now);
    renameSync(part, target);
    flush(dataDir);
    return { ...stats, ...(movedTo ? { movedTo } : {}), ...(erasedBefore ? { erasedBefore } : {}) };
  } catch (error) {
    rmSync(part, { force: true });
    throw explain(error, target);
  } finally {
    lock.release();
  }
}

/** In a thread of its own where there is a built one: a check reads the whole file, and commits must not wait for it. */
function inspectAside(file: string): Promise<StoreStats> {
  if (import.meta.url.endsWith('.ts')) return Promise.resolve(inspect(file));
  return new Promise((resolve, reject) => {
    const inspector = new Worker(new URL('./inspector.js', import.meta.url), { workerData: { file } });
    inspector.once('message', (said: Inspected) => (said.ok ? resolve(said.value) : reject(errorOf(said.fault))));
    inspector.once('error', reject);
    inspector.once('exit', () => reject(badBackup(file, 'the check ended without a word')));
  });
}

type Inspected = { readonly ok: true; readonly value: StoreStats } | { readonly ok: false; readonly fault: Fault };

/** Whole check of a file at rest, then its counts. */
export function inspect(file: string): StoreStats {
  const db = new Database(file, { fileMustExist: true });
  try {
    db.pragma('journal_mode = DELETE'); // leaves one file, without WAL and shared memory beside it
    const found = db.prepare<[], string>('PRAGMA integrity_check').pluck().all();
    if (found.length !== 1 || found[0] !== 'ok') throw badBackup(file, found.slice(0, 3).join('; '));
    if (assertKnown(db) === 0) throw badBackup(file, 'it holds no tables of a gateway');
    return countAll(db);
  } catch (error) {
    if (error instanceof Database.SqliteError) throw badBackup(file, error.message, error);
    throw error;
  } finally {
    db.close();
  }
}

/** With its WAL, which holds what was committed last, and which would else be played into the new file. */
function moveAside(target: string, now: () => number): string | undefined {
  const stamp = new Date(now()).toISOString().replace(/\D/g, '').slice(0, 14);
  const aside = `${target}.before-${stamp}`;
  for (const tail of ['-wal', '-shm', '']) if (existsSync(target + tail)) renameSync(target + tail, aside + tail);
  return existsSync(aside) ? aside : undefined;
}

/** Numbers alone; undefined when nothing can be read there any more, which may be why another is put in its place. */
function erasedIn(file: string): string[] | undefined {
  try {
    return asked(file, (db) =>
      db.prepare<[], string>('SELECT no FROM cases WHERE erased = 1 ORDER BY id').pluck().all(),
    );
  } catch (error) {
    if (error instanceof Database.SqliteError) return undefined;
    throw error;
  }
}

const isWhole = (file: string, no: string): boolean =>
  asked(file, (db) => db.prepare('SELECT 1 FROM cases WHERE no = ? AND erased = 0').get(no) !== undefined);

function asked<T>(file: string, ask: (db: Database.Database) => T): T {
  const db = new Database(file, { fileMustExist: true });
  try {
    return ask(db);
  } finally {
    db.close();
  }
}

function mustOpen(file: string, masterKey: Uint8Array): void {
  const db = new Database(file, { fileMustExist: true });
  try {
    const secret = db.prepare<[], Buffer>("SELECT value FROM meta WHERE key = 'blind_secret'").pluck().get();
    if (!secret) throw badBackup(file, 'it has no identity');
    openKeyring(masterKey, secret);
  } finally {
    db.close();
  }
}

function renew(file: string): void {
  const db = new Database(file, { fileMustExist: true });
  try {
    db.pragma('synchronous = FULL');
    db.prepare("UPDATE meta SET value = ? WHERE key = 'epoch'").run(Buffer.from(newEpoch()));
  } finally {
    db.close();
  }
}

/** Waits until the disk has a file, or a folder's list of names. */
function flush(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function badBackup(file: string, why: string, cause?: unknown): GatewayError {
  return new GatewayError({
    code: 'bad_backup',
    message: `${file} is no sound store: ${why}`,
    retryable: false,
    status: 500,
    advice: 'Use another backup; check the disk this one lies on.',
    cause,
  });
}

function exists(path: string): GatewayError {
  return new GatewayError({
    code: 'exists',
    message: `${path} exists already`,
    retryable: false,
    status: 409,
    advice: 'Name another path, or move the file away; restore takes --force.',
  });
}

function noBackup(path: string): GatewayError {
  return new GatewayError({ code: 'no_backup', message: `there is no file ${path}`, retryable: false, status: 404 });
}

/** Not made: a mistyped path would put a copy where nobody looks for it. */
function noFolder(path: string): GatewayError {
  return new GatewayError({
    code: 'no_folder',
    message: `there is no folder ${path}`,
    retryable: false,
    status: 404,
    advice: 'Make it, or name another path.',
  });
}
