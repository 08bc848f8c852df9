// Tally: how many messages the store holds, from the ids given out less those that are gone, without walking the table.
import type { Database } from 'better-sqlite3';

/** Ids are given one after the other and never twice; `last` was the highest when `gone` of them were gone. */
interface Gone {
  readonly gone: number;
  readonly last: number;
}

const KEY = 'gone_messages';

export function goneOf(db: Database): Gone | undefined {
  const kept = db.prepare<[string], Buffer>('SELECT value FROM meta WHERE key = ?').pluck().get(KEY);
  if (!kept) return undefined;
  const gone: Gone = JSON.parse(kept.toString('utf8'));
  return gone;
}

function keep(db: Database, gone: Gone): void {
  const put = 'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
  db.prepare(put).run(KEY, Buffer.from(JSON.stringify(gone)));
}

/** A store of before the tally is counted once, when it is opened to be written. */
export function ensureTally(db: Database): void {
  if (goneOf(db)) return;
  const last = lastMessage(db);
  const there = db.prepare<[], number>('SELECT count(*) FROM messages').pluck().get() ?? 0;
  keep(db, { gone: last - there, last });
}

/** So many messages were removed while `last` was the highest id given; call inside the transaction that removes them. */
export function noteGone(db: Database, count: number, last: number): void {
  if (count > 0) keep(db, { gone: (goneOf(db)?.gone ?? 0) + count, last });
}

/** The highest id any message ever had; the row itself may be gone. */
export function lastMessage(db: Database): number {
  const there = db.prepare<[], number | null>('SELECT max(id) FROM messages').pluck().get() ?? 0;
  return Math.max(there, goneOf(db)?.last ?? 0);
}
