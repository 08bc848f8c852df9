// Knowledge that changes while the gateway runs: taken up whole, or not at all.
import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadKnowledge, loadSettings } from '../src/config.ts';
import { type KnowledgeWatch, openKnowledgeWatch } from '../src/knowledge-watch.ts';
import { configDir } from './core/example.ts';

let dir: string;
let watch: KnowledgeWatch;
let told: { readonly problem?: string }[];
let look: () => void;
let tick = 0;

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'civicline-knowledge-'));
  cpSync(configDir, dir, { recursive: true });
  told = [];
  const settings = loadSettings({}, { configDir: dir });
  const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => void told.push(fields) };
  watch = openKnowledgeWatch({
    ...{ settings, log: log as never },
    load: () => loadKnowledge(settings, {}),
    every(_, task) {
      look = task;
      return () => {};
    },
  });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = (name: string) => path.join(dir, 'knowledge', `${name}.md`);
/** Written, and a moment later: two changes within one tick of the disk's clock look alike. */
function write(name: string, text: string): void {
  writeFileSync(file(name), text);
  tick += 1;
  utimesSync(file(name), tick, tick);
}
const read = (name: string) => readFileSync(file(name), 'utf8');
const figure = (name: string) => watch.figures().find((one) => one.name.endsWith(name))?.value;

test('a changed, a new and a removed entry are taken up without a restart', () => {
  write('marriage', read('marriage').replace(/---\n[^-]*$/, '---\n新的答复。\n'));
  write('new-entry', read('marriage').replace('[结婚登记', '[试一试怎么办, 结婚登记'));
  rmSync(file('divorce'));
  look();
  const ids = watch.city().knowledge.map((one) => one.id);
  expect(ids).toContain('new-entry');
  expect(ids).not.toContain('divorce');
  expect(watch.city().knowledge.find((one) => one.id === 'marriage')?.answer).toBe('新的答复。');
  expect(Object.isFrozen(watch.city().knowledge)).toBe(true);
  expect([figure('reloads_total'), figure('broken'), figure('entries')]).toEqual([1, 0, ids.length]);
});

test('a broken file keeps the old set, and is told once with file and line until it is mended', () => {
  const before = watch.city().knowledge;
  const whole = read('marriage');
  write('marriage', whole.replace('unit: minzheng', 'unit: mars'));
  write('divorce', read('divorce').replace('冷静期', '冷静的时期'));
  look();
  look();
  expect(watch.city().knowledge).toBe(before);
  expect(told).toHaveLength(1);
  expect(told[0]?.problem).toMatch(/knowledge\/marriage\.md:\d+ \/unit: there is no unit mars/);
  expect([figure('broken'), figure('refused_total')]).toEqual([1, 1]);
  write('marriage', whole);
  look();
  expect(watch.city().knowledge).not.toBe(before);
  expect(figure('broken')).toBe(0);
});

test('an empty look costs no reading', () => {
  const before = watch.city();
  look();
  expect(watch.city()).toBe(before);
});
