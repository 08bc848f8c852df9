#!/usr/bin/env node
// `npm run check`: format and lint, types, walls, tests. Stops at the first part that fails and says which.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const packages = path.join(root, 'node_modules');

const PARTS = [
  ['format and lint', '@biomejs/biome/bin/biome', ['ci', '.']],
  ['types', 'typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json']],
  ['walls', 'dependency-cruiser/bin/dependency-cruise.mjs', ['src', '--config', '.dependency-cruiser.cjs']],
  ['tests', 'vitest/vitest.mjs', ['run']],
];

/** `--only "types"` runs one part, `--skip tests` leaves one out. */
function chosen(args) {
  const value = (flag) => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);
  const [only, skip] = [value('--only'), value('--skip')];
  const names = PARTS.map(([name]) => name);
  for (const name of [only, skip]) {
    if (name === undefined || names.includes(name)) continue;
    console.error(`check: there is no part "${name}"; parts are ${names.join(', ')}`);
    process.exit(2);
  }
  return PARTS.filter(([name]) => (only === undefined || name === only) && name !== skip);
}

const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1);
const began = performance.now();
for (const [name, script, args] of chosen(process.argv.slice(2))) {
  console.log(`check: ${name} …`);
  const partBegan = performance.now();
  const ran = spawnSync(process.execPath, [path.join(packages, script), ...args], { cwd: root, stdio: 'inherit' });
  if (ran.status !== 0) {
    console.error(
      `check: ${name.toUpperCase()} FAILED after ${seconds(partBegan)} s; the parts after it were not run.`,
    );
    process.exit(1);
  }
  console.log(`check: ${name} passed in ${seconds(partBegan)} s`);
}
console.log(`check: all passed in ${seconds(began)} s`);
