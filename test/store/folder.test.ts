import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../src/store/folder.ts';

test('a folder is made with what is missing above it, for its user only', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'civicline-'));
  const folder = path.join(home, 'a', 'b', 'c');
  makeFolder(folder);
  makeFolder(folder);
  expect(existsSync(folder)).toBe(true);
  expect(statSync(folder).mode & 0o077).toBe(0);
});

test.skipIf(process.platform !== 'linux')(
  'where the system refuses folders it says so, and does not try for ever',
  () => {
    expect(() => makeFolder('/proc/none/of/this')).toThrow(/ENOENT/);
  },
);
