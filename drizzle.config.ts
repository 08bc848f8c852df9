// What drizzle-kit needs to write a migration from src/store/sqlite/tables.ts and feed-tables.ts: `npx drizzle-kit generate`, then see docs/decisions/0003.
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: ['./src/store/sqlite/tables.ts', './src/store/sqlite/feed-tables.ts'],
  out: './src/store/sqlite/migrations',
});
