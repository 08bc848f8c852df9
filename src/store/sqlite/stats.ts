// Stats and probe: how much lies in the store, and whether a write would commit now.
import type { Database } from 'better-sqlite3';
import type { StoreStats } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import type { Ground } from './ground.ts';

/** Counts by walking the smallest index of each table; some tens of milliseconds a million rows. */
export function countAll(db: Database): StoreStats {
  const count = (table: string): number => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
  const page = Number(db.pragma('page_size', { simple: true }));
  const pages = Number(db.pragma('page_count', { simple: true }));
  return {
    messages: count('messages'),
    cases: count('cases'),
    matters: count('matters'),
    events: count('log'),
    quarantined: count('quarantine'),
    bytes: page * pages,
  };
}

export function openStats(ground: Ground): Pick<Direct, 'stats' | 'probe'> {
  const { db } = ground;
  const touch = db.prepare(
    "INSERT INTO meta (key, value) VALUES ('probe', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  let flip = 0;
  return {
    stats: () => countAll(db),
    probe: () => {
      // Other bytes each time, or SQLite would find nothing to write.
      flip = (flip + 1) % 256;
      ground.commit(() => touch.run(Buffer.from([flip])));
    },
  };
}
