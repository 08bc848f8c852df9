// The walls stand: the real tree breaks none, is read whole, and every wall stops a planted fault.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { cruisePlanted, cruiseTree, repository, stoppedBy, walls } from './cruise.ts';
import { impurities } from './pure.ts';

const filesOf = (folder: string): string[] =>
  readdirSync(path.join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name).replaceAll(path.sep, '/'))
    .sort();

const thing = 'export const thing = 1;\n';
const using = (from: string): string => `import { thing } from '${from}';\nexport const used = thing;\n`;

/** One fault for each wall: the file that offends, and what else must be there. */
const FAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'core-stays-in-core': { 'src/core/bad.ts': using('../store/kept.ts'), 'src/store/kept.ts': thing },
  'core-does-no-io': {
    'src/core/bad.ts': "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
  },
  'core-takes-pure-packages': { 'src/core/bad.ts': "import { request } from 'undici';\nexport const ask = request;\n" },
  'channel-knows-no-channel': {
    'src/channels/mail.ts': using('./letter/scan.ts'),
    'src/channels/letter/scan.ts': thing,
  },
  'channel-knows-only-the-door': { 'src/channels/mail.ts': using('../store/kept.ts'), 'src/store/kept.ts': thing },
  'store-only-keeps': { 'src/store/bad.ts': using('../feed/sent.ts'), 'src/feed/sent.ts': thing },
  'feed-sees-ports': { 'src/feed/bad.ts': using('../http/server.ts'), 'src/http/server.ts': thing },
  'assistant-only-proposes': { 'src/assistant/bad.ts': using('../store/kept.ts'), 'src/store/kept.ts': thing },
  'nobody-waits-for-the-assistant': {
    'src/http/bad.ts': using('../assistant/said.ts'),
    'src/assistant/said.ts': thing,
  },
  'http-mounts-what-it-is-given': {
    'src/http/bad.ts': using('../store/sqlite/store.ts'),
    'src/store/sqlite/store.ts': thing,
  },
  'window-shows-what-it-is-given': { 'src/web/bad.ts': using('../store/kept.ts'), 'src/store/kept.ts': thing },
  'config-knows-the-words-only': { 'src/config/bad.ts': using('../http/server.ts'), 'src/http/server.ts': thing },
  'nobody-knows-the-roof': { 'src/http/bad.ts': using('../main.ts'), 'src/main.ts': thing },
  'sql-lives-in-the-store': {
    'src/feed/bad.ts': "import Database from 'better-sqlite3';\nexport const open = Database;\n",
  },
  'fastify-lives-in-http': { 'src/feed/bad.ts': "import fastify from 'fastify';\nexport const serve = fastify;\n" },
  'src-needs-no-test': { 'src/feed/bad.ts': using('../../test/feed/fake.ts'), 'test/feed/fake.ts': thing },
  'no-circle': {
    'src/feed/hen.ts': "import { egg } from './egg.ts';\nexport const hen = (): unknown => egg;\n",
    'src/feed/egg.ts': "import { hen } from './hen.ts';\nexport const egg = (): unknown => hen;\n",
  },
  'no-development-package': { 'src/feed/bad.ts': "import * as fc from 'fast-check';\nexport const check = fc;\n" },
  'declared-and-found': { 'src/feed/bad.ts': using('./nowhere.ts') },
};

describe('the real tree', () => {
  test('breaks no wall and is read whole', async () => {
    const { modules, summary } = await cruiseTree(repository);
    expect(summary.violations.map((v) => `${v.rule.name}: ${v.from} → ${v.to}`)).toEqual([]);
    const read = modules.map((m) => m.source).filter((source) => /^src\/.*\.ts$/.test(source));
    expect(read.sort()).toEqual(filesOf('src'));
    expect(read.length).toBeGreaterThan(0);
  });

  test('core asks no clock, no chance, no process and no network', () => {
    const found = filesOf('src/core').flatMap((file) =>
      impurities(readFileSync(path.join(repository, file), 'utf8')).map((what) => `${file}:${what}`),
    );
    expect(found).toEqual([]);
  });
});

describe('planted faults', () => {
  test('every wall has a fault planted against it and says what to do instead', () => {
    expect(Object.keys(FAULTS).sort()).toEqual(walls.map((wall) => wall.name ?? '').sort());
    for (const wall of walls) expect(wall.comment?.length ?? 0, wall.name).toBeGreaterThan(60);
  });

  test.each(Object.entries(FAULTS))('%s stops its fault, and nothing else does', async (name, files) => {
    expect(stoppedBy(await cruisePlanted(files))).toEqual([name]);
  });

  const MORE: readonly [string, string, Readonly<Record<string, string>>][] = [
    [
      'store → channel',
      'store-only-keeps',
      { 'src/store/bad.ts': using('../channels/web.ts'), 'src/channels/web.ts': thing },
    ],
    ['feed → store', 'feed-sees-ports', { 'src/feed/bad.ts': using('../store/kept.ts'), 'src/store/kept.ts': thing }],
    [
      'http → channel',
      'http-mounts-what-it-is-given',
      { 'src/http/bad.ts': using('../channels/web.ts'), 'src/channels/web.ts': thing },
    ],
    [
      'channel → http',
      'channel-knows-only-the-door',
      { 'src/channels/mail.ts': using('../http/server.ts'), 'src/http/server.ts': thing },
    ],
    [
      'a type alone',
      'core-stays-in-core',
      {
        'src/core/bad.ts': "import type { T } from '../store/t.ts';\nexport type U = T;\n",
        'src/store/t.ts': 'export type T = 1;\n',
      },
    ],
  ];
  test.each(MORE)('%s is stopped too', async (_, name, files) => {
    expect(stoppedBy(await cruisePlanted(files))).toEqual([name]);
  });

  test('what is allowed passes: the directory of channels, hashing in core, a channel of several files', async () => {
    const result = await cruisePlanted({
      'src/channels/index.ts': using('./mail/index.ts'),
      'src/channels/mail/index.ts': "export { thing } from './parts.ts';\n",
      'src/channels/mail/parts.ts': thing,
      'src/core/hash.ts':
        "import { createHash } from 'node:crypto';\nimport Type from 'typebox';\nexport const made = [createHash, Type];\n",
    });
    expect(stoppedBy(result)).toEqual([]);
  });

  test.each([
    ['Date.now()', 'const t = Date.now();'],
    ['new Date()', 'const t = new Date( );'],
    ['Math.random()', 'const r = Math.random();'],
    ['process.env', "const e = process.env['HOME'];"],
    ['fetch', 'const page = await fetch(url);'],
    ['a drawn id', 'const id = crypto.randomUUID();'],
  ])('core using %s is noticed', (_, line) => {
    expect(impurities(`// no clock here\n${line}\n`)).toHaveLength(1);
  });

  test('a comment that names the clock, and a date made from a given time, are no faults', () => {
    expect(impurities('/** never Date.now() */\nconst d = new Date(now); // not Date.now()\n')).toEqual([]);
  });
});
