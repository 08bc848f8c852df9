// Ground: what every part of the SQLite store stands on: the connection, the keys, the head of the log, and the one way to commit.
import type { Database, Statement } from 'better-sqlite3';
import { GatewayError } from '../../core/errors.ts';
import { Recent } from '../recent.ts';
import { type Keyring, newEpoch, newKeyring, openKeyring } from '../vault.ts';
import { isFatal } from './errors.ts';
import { Grams } from './grams.ts';
import { Lately } from './lately.ts';
import { ensureTally, lastMessage } from './tally.ts';

export interface GroundOptions {
  readonly db: Database;
  readonly masterKey: Uint8Array;
  readonly instance: string;
  readonly now: () => number;
  readonly onFatal: (error: unknown) => void;
}

/** Row ids are given out here and not by SQLite, because a seal is bound to its row before the row exists. */
interface Counters {
  head: number;
  vault: number;
  case: number;
  message: number;
}

export class Ground {
  readonly db: Database;
  readonly instance: string;
  readonly keyring: Keyring;
  readonly epoch: string;
  readonly recent: Recent;
  readonly lately = new Lately();
  readonly grams: Grams;
  readonly #clock: () => number;
  readonly #onFatal: (error: unknown) => void;
  readonly #run: (work: () => void) => void;
  /** Several look-ups under one lock of the file instead of one each; they all see the same state. */
  readonly read: <T>(work: () => T) => T;
  #counters: Counters;
  #lastTime: number;
  #failed: unknown;
  #owesCut = false;

  constructor(options: GroundOptions) {
    const { db } = options;
    this.db = db;
    this.grams = new Grams(db);
    this.instance = options.instance;
    this.#clock = options.now;
    this.#onFatal = options.onFatal;
    const identity = db.readonly ? readIdentity(db, options.masterKey) : ensureIdentity(db, options.masterKey);
    if (!db.readonly) ensureTally(db);
    this.keyring = identity.keyring;
    this.epoch = identity.epoch;
    this.#counters = readCounters(db);
    this.#lastTime = db.prepare<[], number>('SELECT time FROM log ORDER BY seq DESC LIMIT 1').pluck().get() ?? 0;
    this.recent = new Recent(this.#counters.head);
    const transaction = db.transaction((work: () => void) => work());
    const begin = db.prepare('BEGIN');
    const end = db.prepare('COMMIT');
    this.#run = (work) => transaction.immediate(work);
    this.read = (work) => {
      if (db.inTransaction) return work();
      begin.run();
      try {
        return work();
      } finally {
        end.run();
      }
    };
  }

  get head(): number {
    return this.#counters.head;
  }

  /** The next number of its kind; taken back when the transaction fails. */
  next(kind: keyof Counters): number {
    this.#counters[kind] += 1;
    return this.#counters[kind];
  }

  /** The highest number of its kind given so far. */
  last(kind: keyof Counters): number {
    return this.#counters[kind];
  }

  /** Epoch ms, never decreasing along the log, so that a time finds its place by halving. */
  time(): number {
    this.#lastTime = Math.max(this.#lastTime, this.#clock());
    return this.#lastTime;
  }

  now(): number {
    return this.#clock();
  }

  /** One immediate transaction, durable when it returns. What `work` throws leaves nothing behind. */
  commit<T>(work: () => T): T {
    if (this.#failed !== undefined) throw this.#failed;
    if (this.db.readonly) throw readOnly(this.db.name);
    const before = { ...this.#counters };
    const box: { result?: { value: T } } = {};
    try {
      this.#run(() => {
        box.result = { value: work() };
      });
    } catch (error) {
      this.#counters = before;
      this.lately.clear();
      if (isFatal(error)) {
        this.#failed = error;
        this.#onFatal(error);
      }
      throw error;
    }
    if (!box.result) throw new Error('the transaction did not run');
    return box.result.value;
  }

  /**
   * Cuts the WAL, in which older copies of erased words and of keys still lie. While somebody else reads the file it
   * cannot be cut: then it is owed, and done by a later call.
   */
  cutWal(): void {
    try {
      const [answer] = this.db.prepare<[], { busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)').all();
      this.#owesCut = answer?.busy !== 0;
    } catch {
      this.#owesCut = true; // what was erased is erased; a full disk must not tell its caller otherwise
    }
  }

  /** True when older copies still lie in the WAL because it could not be cut. */
  get owesCut(): boolean {
    return this.#owesCut;
  }

  /** A statement prepared once for each text, for queries whose text depends on what is asked. */
  readonly prepared = <P extends unknown[], R>(sql: string): Statement<P, R> => {
    const known = this.#statements.get(sql);
    if (known) return known as Statement<P, R>; // the same text always has the same parameters and row
    const made = this.db.prepare<P, R>(sql);
    if (this.#statements.size >= 200) this.#statements.clear();
    this.#statements.set(sql, made);
    return made;
  };
  readonly #statements = new Map<string, unknown>();
}

function readOnly(file: string): GatewayError {
  return new GatewayError({
    code: 'read_only',
    message: `${file} was opened for reading only`,
    retryable: false,
    status: 503,
    advice: 'Use the running gateway for changes.',
  });
}

interface Identity {
  readonly keyring: Keyring;
  readonly epoch: string;
}

function readMeta(db: Database, key: string): Buffer | undefined {
  return db.prepare<[string], Buffer>('SELECT value FROM meta WHERE key = ?').pluck().get(key);
}

function readIdentity(db: Database, masterKey: Uint8Array): Identity {
  const secret = readMeta(db, 'blind_secret');
  const epoch = readMeta(db, 'epoch');
  if (!secret || !epoch) {
    throw new GatewayError({
      code: 'corrupt',
      message: `${db.name} has no identity`,
      retryable: false,
      status: 500,
      advice: 'Restore the last backup (civicline restore).',
    });
  }
  return { keyring: openKeyring(masterKey, secret), epoch: epoch.toString('utf8') };
}

function ensureIdentity(db: Database, masterKey: Uint8Array): Identity {
  if (!readMeta(db, 'epoch')) {
    const put = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
    const make = db.transaction(() => {
      put.run('blind_secret', newKeyring(masterKey).wrappedSecret());
      put.run('epoch', Buffer.from(newEpoch()));
    });
    make.immediate();
  }
  return readIdentity(db, masterKey);
}

function readCounters(db: Database): Counters {
  const max = (sql: string): number => db.prepare<[], number | null>(sql).pluck().get() ?? 0;
  return {
    head: max('SELECT max(seq) FROM log'),
    vault: max('SELECT max(id) FROM vaults'),
    case: max('SELECT max(id) FROM cases'),
    message: lastMessage(db),
  };
}
