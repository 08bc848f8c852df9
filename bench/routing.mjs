#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
// Routing on labelled messages the model never saw: trains on one half, routes the other by the door's own steps; how many go by themselves, and how many of those to a unit of the right class. --labelled FILE
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openModel } from '../dist/cli/train.js';
import { prepared, root } from './lib/steps.mjs';

const at = process.argv.indexOf('--labelled');
if (at < 0) {
  process.stderr.write('routing: name the labelled lines: node bench/routing.mjs --labelled FILE\n');
  process.exit(2);
}
const lines = readFileSync(process.argv[at + 1], 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
// Messages that are nearly the same carry one group: a group is wholly on one side.
const half = ({ group, id }) =>
  createHash('sha256')
    .update(String(group ?? id))
    .digest()[0] & 1;
const dir = mkdtempSync(path.join(os.tmpdir(), 'civicline-routing-'));
try {
  const [shown, model] = [path.join(dir, 'shown.jsonl'), path.join(dir, 'category.bin')];
  writeFileSync(
    shown,
    lines
      .filter((one) => half(one) === 0)
      .map((one) => JSON.stringify(one))
      .join('\n'),
  );
  const trained = spawnSync(
    process.execPath,
    [path.join(root, 'dist/cli.js'), 'train', '--labelled', shown, '--out', model],
    { cwd: root },
  );
  if (trained.status !== 0) throw new Error(String(trained.stderr).slice(-300));
  const category = openModel(model);
  const { decided } = await prepared((city) => ({
    ...city,
    understanding: { threshold: 0.6, ...city.understanding, category },
  }));
  const kept = lines.filter((one) => half(one) === 1);
  const tally = { messages: kept.length, sent: 0, sentRightClass: 0, desk: 0, deskRightClass: 0, blamed: 0, danger: 0 };
  const bands = new Map();
  for (const { title, text, label } of kept) {
    const draft = decided(text, title ?? '');
    if (draft.barred.length > 0) tally.blamed += 1;
    else if (draft.divert) tally.danger += 1;
    else {
      const right = draft.categories[0]?.level1 === label;
      const bySelf = !draft.flags.includes('unrouted');
      tally[bySelf ? 'sent' : 'desk'] += 1;
      if (right) tally[bySelf ? 'sentRightClass' : 'deskRightClass'] += 1;
      const band = Math.floor((draft.routing?.candidates[0]?.confidence ?? 0) * 10) / 10;
      const [all, good] = bands.get(band) ?? [0, 0];
      bands.set(band, [all + 1, good + (right ? 1 : 0)]);
    }
  }
  process.stdout.write(`${JSON.stringify(tally)}\n`);
  for (const [band, [all, good]] of [...bands].sort(([a], [b]) => a - b))
    process.stdout.write(
      `confidence from ${band.toFixed(1)}: ${all} messages, ${((100 * good) / all).toFixed(1)} % of the right class\n`,
    );
} finally {
  rmSync(dir, { recursive: true, force: true });
}
