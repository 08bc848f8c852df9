#!/usr/bin/env node
// Short reports: how many plain everyday sayings of a few words go to the unit whose they are, to another, or to a person.
// npm run build && node bench/understanding-short.mjs [--show]
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { prepared, root } from './lib/steps.mjs';

const show = process.argv.includes('--show');
const { city, decided } = await prepared();
let part = '';
const counts = new Map();
for (const line of readFileSync(path.join(root, 'test/fixtures/reports/short.txt'), 'utf8').split('\n')) {
  if (line.startsWith('# ')) part = line.slice(2);
  if (line === '' || line.startsWith('# ')) continue;
  const [want, text] = line.split(' ');
  const draft = decided(text);
  const unit = draft.unit?.code === city.fallbackUnit ? undefined : draft.unit?.code;
  const seen = unit === undefined ? 'to a person' : unit === want ? 'right' : 'wrong';
  const of = counts.get(part) ?? { right: 0, wrong: 0, 'to a person': 0 };
  of[seen] += 1;
  counts.set(part, of);
  if (show && seen !== 'right') {
    const rivals = draft.categories.slice(0, 3).map((one) => `${one.code} ${one.confidence}`);
    process.stdout.write(
      `  ${seen} ${want} ${unit ?? ''} ${text}: ${rivals.join(', ')}${draft.divert ? ` divert ${draft.divert.to}` : ''}\n`,
    );
  }
}
for (const [name, of] of counts)
  process.stdout.write(
    `${name}: ${Object.entries(of)
      .map(([seen, n]) => `${seen} ${n}`)
      .join(', ')}\n`,
  );
