// Stats and probe: how much lies in the store, and whether a write would commit now.
import type { Database } from 'better-sqlite3';
import type { StoreStats } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import type { Ground } from './ground.ts';
import { goneOf, lastMessage } from './tally.ts';

const one = (db: Database, sql: string): number => db.prepare<[], number | null>(sql).pluck().get() ?? 0;

function bytesOf(db: Database): number {
  return Number(db.pragma('page_size', { simple: true })) * Number(db.pragma('page_count', { simple: true }));
}

/** Counts by walking the smallest index of each table: exact whatever happened to the file, for a copy that is checked. */
export function countAll(db: Database): StoreStats {
  const count = (table: string): number => one(db, `SELECT count(*) FROM ${table}`);
  return {
    messages: count('messages'),
    cases: count('cases'),
    matters: count('matters'),
    events: count('log'),
    quarantined: count('quarantine'),
    bytes: bytesOf(db),
  };
}

/**
 * The same figures from the highest ids, in microseconds, for whoever asks every few seconds: cases, matters and events
 * are never removed and have no gaps. What is in quarantine waits for a person, so it is few.
 */
function tallyAll(db: Database): StoreStats {
  const gone = goneOf(db);
  if (!gone) return countAll(db);
  return {
    messages: lastMessage(db) - gone.gone,
    cases: one(db, 'SELECT max(id) FROM cases'),
    matters: one(db, 'SELECT max(rowid) FROM matters'),
    events: one(db, 'SELECT max(seq) FROM log'),
    quarantined: one(db, 'SELECT count(*) FROM quarantine'),
    bytes: bytesOf(db),
  };
}

export function openStats(ground: Ground): Pick<Direct, 'stats' | 'probe'> {
  const { db } = ground;
  const touch = db.prepare(
    "INSERT INTO meta (key, value) VALUES ('probe', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  let flip = 0;
  return {
    stats: () => tallyAll(db),
    probe: () => {
      // Other bytes each time, or SQLite would find nothing to write.
      flip = (flip + 1) % 256;
      ground.commit(() => touch.run(Buffer.from([flip])));
    },
  };
}
