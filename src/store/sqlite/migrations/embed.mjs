// Writes index.ts from the .sql files beside it, so that a built gateway carries its migrations: `node src/store/sqlite/migrations/embed.mjs`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const here = new URL('./', import.meta.url);
const files = readdirSync(here).filter((f) => f.endsWith('.sql')).sort();
const rows = files.map((file) => {
  const sql = readFileSync(new URL(file, here), 'utf8').replaceAll('--> statement-breakpoint', '').trim();
  return `  {\n    name: '${file.replace(/\.sql$/, '')}',\n    sql: ${JSON.stringify(sql)},\n  },\n`;
});
writeFileSync(
  new URL('index.ts', here),
  `// The migrations in order, written by embed.mjs from the .sql files beside it. Do not edit by hand.
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
${rows.join('')}];
`,
);
