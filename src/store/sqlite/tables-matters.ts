// The tables of matters, and of what people said about which cases are one matter; part of the schema of record in tables.ts.
import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const matters = sqliteTable(
  'matters',
  {
    id: text().primaryKey(),
    tenant: text().notNull(),
    title: text().notNull(),
    category: text().notNull(),
    division: text(),
    unit: text(),
    size: integer().notNull(),
    openedAt: text('opened_at').notNull(),
    lastAt: text('last_at').notNull(),
    state: text().notNull(),
    urgency: text().notNull().default('normal'),
    /** Cases that are not known to be of somebody who stands in the matter already. */
    reporters: integer().notNull().default(1),
    /** Epoch ms when the last case came to it. */
    grown: integer().notNull().default(0),
    /** JSON array of the matters a person told apart from this one: follows from `rulings`. */
    apart: text(),
  },
  (t) => [index('matters_grown').on(t.grown).where(sql`size >= 2`)],
);

/** WITHOUT ROWID in the migration. A person's word about two cases, the lower id first: one matter, or two. */
export const rulings = sqliteTable(
  'rulings',
  {
    a: integer().notNull(),
    b: integer().notNull(),
    same: integer().notNull(),
    actor: text().notNull(),
    at: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.a, t.b] }), index('rulings_b').on(t.b)],
);

/** The numbers of a case's words, unsigned 32 bits each, little-endian: made into an index in memory. Its id is the case's. */
export const grams = sqliteTable('grams', {
  id: integer().primaryKey(),
  hashes: blob({ mode: 'buffer' }).notNull(),
});
