// The table of what was erased; part of the schema of record in tables.ts.
import { blob, primaryKey, sqliteTable } from 'drizzle-orm/sqlite-core';

/** WITHOUT ROWID in the migration. The blind names of erased messages, and nothing else: handed in again they stay erased. */
export const erasedMessages = sqliteTable(
  'erased_messages',
  {
    delivery: blob('delivery', { mode: 'buffer' }).notNull(),
    content: blob('content', { mode: 'buffer' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.delivery, t.content] })],
);
