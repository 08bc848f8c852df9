// The tables of the feed: where events go, what became of each, what is enclosed with one, and what followers keep.
import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

const bytes = (name: string) => blob(name, { mode: 'buffer' });

export const endpoints = sqliteTable('endpoints', {
  id: text().primaryKey(),
  cursor: integer().notNull(),
  vault: integer().notNull(),
  /** All of it: the secrets, and the address, which may carry a token. */
  sealed: bytes('sealed').notNull(),
});

/** WITHOUT ROWID in the migration. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    endpoint: text().notNull(),
    seq: integer().notNull(),
    eventId: text('event_id').notNull(),
    type: text().notNull(),
    lane: text().notNull(),
    state: text().notNull(),
    attempts: integer().notNull(),
    nextAt: integer('next_at'),
    lastAt: integer('last_at'),
    lastStatus: integer('last_status'),
    lastError: text('last_error'),
    ms: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.endpoint, t.seq] }),
    index('deliveries_pending').on(t.endpoint, t.seq).where(sql`state = 'pending'`),
    index('deliveries_halted').on(t.endpoint, t.lane, t.seq).where(sql`state in ('dead', 'parked')`),
  ],
);

/** WITHOUT ROWID in the migration. A whole body with words in it, sealed under the key of its case, until it is delivered. */
export const parcels = sqliteTable(
  'parcels',
  {
    endpoint: text().notNull(),
    seq: integer().notNull(),
    vault: integer().notNull(),
    sealed: bytes('sealed').notNull(),
  },
  (t) => [primaryKey({ columns: [t.endpoint, t.seq] }), index('parcels_vault').on(t.vault)],
);

/** WITHOUT ROWID in the migration. What followers of the log keep beside it: places, progress. */
export const keepings = sqliteTable(
  'keepings',
  {
    kind: text().notNull(),
    id: text().notNull(),
    doc: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.id] })],
);
