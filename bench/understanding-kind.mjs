#!/usr/bin/env node
// Kind: what the rules make of hand-written sayings of all topics, and of real appeals of one city about its rivers (four in five 投诉).
// npm run build && node bench/understanding-kind.mjs [FILE.jsonl] [--show]: lines {type, title?, text}
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { prepared, root } from './lib/steps.mjs';

const show = process.argv.includes('--show');
const file =
  process.argv.slice(2).find((one) => one !== '--show') ?? path.join(root, '../shared/data/messages/channels.jsonl');
const { city, prepared: draftOf } = await prepared();

function tell(name, lines) {
  const said = lines.map(({ want, text, title }) => ({ want, text, got: draftOf(text, title).kind }));
  const right = said.filter(({ want, got }) => want === got).length;
  process.stdout.write(`${name}: ${right} of ${said.length} (${((100 * right) / said.length).toFixed(1)} %)\n`);
  const kinds = [...new Set(said.map(({ want }) => want))];
  let sum = 0;
  for (const kind of kinds) {
    const of = said.filter(({ want }) => want === kind);
    const hit = of.filter(({ got }) => got === kind).length;
    const called = said.filter(({ got }) => got === kind).length;
    const f1 = (2 * hit) / (of.length + called);
    sum += f1;
    process.stdout.write(`  ${kind}: ${hit} of ${of.length}, F1 ${f1.toFixed(3)}\n`);
  }
  process.stdout.write(`  macro-F1 ${(sum / kinds.length).toFixed(3)}\n`);
  if (show)
    for (const { want, got, text } of said)
      if (want !== got) process.stdout.write(`  ${want} as ${got}: ${text.slice(0, 60)}\n`);
}

const parts = new Map();
for (const line of readFileSync(path.join(root, 'test/fixtures/reports/kinds.txt'), 'utf8')
  .split('\n')
  .filter(Boolean)) {
  if (line.startsWith('# ')) parts.set(line.slice(2), []);
  else
    [...parts.values()]
      .at(-1)
      .push({ want: line.slice(0, line.indexOf(' ')), text: line.slice(line.indexOf(' ') + 1) });
}
for (const [name, lines] of parts) tell(name, lines);
if (existsSync(file)) {
  const code = new Map(city.kinds.map((kind) => [kind.name, kind.code]));
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  tell(
    'appeals',
    lines.map(({ type, title, text }) => ({ want: code.get(type) ?? 'other', title, text })),
  );
} else process.stdout.write(`appeals: ${file} is absent\n`);
