// `npm run new:channel`: what it writes is a channel, compiles and is refused where it would overwrite something.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Channel } from '../../src/core/channel.ts';
import { type Ran, repository, runNode } from './project.ts';

// The compiler really runs here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'civicline-new-channel-'));
  for (const name of ['src', 'scripts', 'config', 'test/contract', 'test/web/serve.ts', 'biome.json', 'package.json'])
    cpSync(path.join(repository, name), path.join(root, name), { recursive: true });
  symlinkSync(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const newChannel = (...args: string[]): Promise<Ran> => runNode(root, ['scripts/new-channel.mjs', ...args]);
const text = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const tool = (name: string, ...args: string[]): Promise<Ran> =>
  runNode(root, [path.join(repository, 'node_modules', name), ...args]);

test('a channel made by the command compiles, is formatted, stands in the directory and reads nothing yet', async () => {
  expect(await newChannel('short-video')).toMatchObject({ code: 0, stderr: '' });
  expect(text('src/channels/index.ts')).toContain(
    "  'short-video': async () => (await import('./short-video.ts')).shortVideo,\n};",
  );
  expect(text('config/channels.yaml')).toMatch(/# {4}token: \$\{SHORT_VIDEO_TOKEN\}/);
  expect(existsSync(path.join(root, 'test/fixtures/short-video/README.md'))).toBe(true);

  const files = ['src/channels/short-video.ts', 'src/channels/index.ts', 'test/channels/short-video.test.ts'];
  expect(await tool('@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', ...files)).toMatchObject({ code: 0 });
  const { compilerOptions } = JSON.parse(readFileSync(path.join(repository, 'tsconfig.json'), 'utf8'));
  writeFileSync(path.join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  expect(await tool('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json')).toMatchObject({ code: 0, stdout: '' });

  const module = await import(pathToFileURL(path.join(root, 'src/channels/short-video.ts')).href);
  const made = module.shortVideo as Channel<unknown>;
  expect(made.name).toBe('short-video');
  expect(() => made.settings({ channel: 'short-video', token: 'short' })).toThrow('token');
  expect(() => made.read({}, made.settings({ channel: 'short-video', token: 'x'.repeat(16) }))).toThrow(
    'does not know any payload yet',
  );
});

test('a second channel goes below the first', async () => {
  await newChannel('alpha');
  await newChannel('beta');
  expect(text('src/channels/index.ts')).toMatch(/ {2}alpha: .*\n {2}beta: .*\n\};/);
});

test.each([
  [['web'], 'there already'],
  [['Web'], 'no name for a channel'],
  [['../evil'], 'no name for a channel'],
  [['a--b'], 'no name for a channel'],
  [['a'.repeat(33)], 'no name for a channel'],
  [['class'], 'word of the language'],
  [['index'], 'word of the language'],
  [[], 'give one name'],
  [['a', 'b'], 'give one name'],
])('%j is refused and nothing is written', async (args, why) => {
  const before = text('src/channels/index.ts');
  const ran = await newChannel(...args);
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toContain(why);
  expect(text('src/channels/index.ts')).toBe(before);
});
