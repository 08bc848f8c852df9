// What is kept, in an operator's hands: erase, backup, restore and a new master key, without a gateway running.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BUILT, newHome } from '../story/house.ts';
import { command as commandIn } from './command.ts';

const OLD = '7c'.repeat(32);
const LINES = [
  { id: 'd-1', text: '海曙区白云街道的健身器材断了一截。' },
  { id: 'd-2', text: '江北区洪塘街道的路边堆着建筑垃圾。' },
];

describe.skipIf(!BUILT)('an operator and the store', () => {
  const home = newHome();
  const copy = join(home, 'copy.db');
  const newKey = join(home, 'new-key');
  const file = join(home, 'lines.jsonl');
  const command = (args: readonly string[], key = OLD) => commandIn(home, args, { CIVICLINE_KEY: key });
  const importing = (key?: string) => command(['import', '--channel', 'web', '--json', file], key);
  let numbers: string[];

  beforeAll(async () => {
    writeFileSync(file, LINES.map((line) => `${JSON.stringify(line)}\n`).join(''));
    numbers = (await importing()).lines.map(({ caseNo }) => caseNo);
  });

  it('copies the store to a file, with the key left out', async () => {
    const { exit, lines } = await command(['backup', copy]);
    expect(exit).toBe(0);
    expect(lines).toEqual([expect.objectContaining({ messages: 2, cases: 2 })]);
    expect(existsSync(join(home, 'data', 'key'))).toBe(false);
  });

  it('erases one case, twice if need be, and leaves the other', async () => {
    const [first = '', second = ''] = numbers;
    expect((await command(['erase', first, '--reason', '本人申请'])).lines).toEqual([{ caseNo: first, erased: true }]);
    const twice = await command(['erase', first, '--reason', '本人申请']);
    expect([twice.exit, twice.lines]).toEqual([0, [{ caseNo: first, erased: false }]]);
    const again = await importing();
    expect(again.lines.find(({ row }) => row === 2)).toMatchObject({ outcome: 'repeated', caseNo: second });
  });

  it('brings no erased case back with the archive it came from', async () => {
    const { lines } = await importing();
    expect(lines.map(({ row, outcome, caseNo }) => [row, outcome, caseNo])).toEqual([
      [1, 'repeated', undefined],
      [2, 'repeated', numbers[1]],
    ]);
    expect(lines[0]).toMatchObject({ reason: expect.stringContaining('已按规定删除') });
  });

  it('puts a backup in place of a store only when told so by force, and erases again what had been erased', async () => {
    const refused = await command(['restore', copy]);
    expect([refused.exit, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain('--force');
    const done = await command(['restore', '--force', copy]);
    const [first, second] = numbers;
    expect([done.exit, done.lines]).toEqual([
      0,
      [expect.objectContaining({ cases: 2, erasedBefore: [first] }), { caseNo: first, erased: true }],
    ]);
    const answers = (await importing()).lines;
    expect(answers.map(({ outcome, caseNo }) => [outcome, caseNo])).toEqual([
      ['repeated', undefined],
      ['repeated', second],
    ]);
  });

  it('refuses a file that is no store, and keeps the store it has', async () => {
    const broken = join(home, 'broken.db');
    writeFileSync(broken, readFileSync(copy).subarray(0, 6_000));
    const { exit, out, err } = await command(['restore', '--force', broken]);
    expect([exit, out]).toEqual([1, '']);
    expect(err).toContain('is no sound store');
    expect((await importing()).lines.map(({ outcome }) => outcome)).toEqual(['repeated', 'repeated']);
  });

  it('wraps everything under a new master key, made where there was none; the old key opens nothing afterwards', async () => {
    const { exit, lines, err } = await command(['rotate', '--new-key-file', newKey]);
    expect([exit, lines]).toEqual([
      0,
      [{ rewrapped: expect.any(Number), keyFile: null, oldKeyFile: null, newKeyFile: newKey, made: true }],
    ]);
    expect(lines[0].rewrapped).toBeGreaterThanOrEqual(1);
    expect(err).toContain('Set CIVICLINE_KEY to the new key');
    expect(statSync(newKey).mode & 0o077).toBe(0);
    const old = await importing(OLD);
    expect([old.exit, old.out]).toEqual([1, '']);
    expect(old.err).toMatch(/key/);
    const fresh = await importing(readFileSync(newKey, 'utf8').trim());
    expect(fresh.lines.map(({ outcome, caseNo }) => [outcome, caseNo])).toEqual([
      ['repeated', undefined],
      ['repeated', numbers[1]],
    ]);
  });

  it('writes the new key beside the data where the old one lay', async () => {
    const other = newHome();
    const plain = (...args: string[]) => commandIn(other, args);
    await plain('import', '--channel', 'web', file);
    const key = join(other, 'data', 'key');
    const before = readFileSync(key, 'utf8');
    const given = readFileSync(newKey, 'utf8');
    const older = join(other, 'older.db');
    await plain('backup', older);
    const { lines } = await plain('rotate', '--new-key-file', newKey);
    const files = { keyFile: key, oldKeyFile: expect.stringContaining(`${key}.old-`), newKeyFile: newKey };
    expect(lines).toEqual([{ rewrapped: expect.any(Number), ...files, made: false }]);
    expect(readFileSync(newKey, 'utf8')).toBe(given);
    expect(readFileSync(key, 'utf8')).not.toBe(before);
    expect(statSync(key).mode & 0o077).toBe(0);
    rmSync(newKey);
    expect((await plain('import', '--channel', 'web', file)).lines[0].counts.repeated).toBe(2);

    // A backup from before needs the key from before: it was kept, and the store is not given up for what cannot be read.
    const refused = await plain('restore', '--force', older);
    expect([refused.exit, refused.err]).toEqual([1, expect.stringContaining('does not open')]);
    expect((await plain('import', '--channel', 'web', file)).lines[0].counts.repeated).toBe(2);
    const { oldKeyFile } = lines[0];
    expect(readFileSync(oldKeyFile, 'utf8')).toBe(before);
    writeFileSync(key, before);
    const done = await plain('restore', '--force', older);
    expect(done.lines[0].movedTo).toContain('civicline.db.before-');
    expect(existsSync(done.lines[0].movedTo)).toBe(true);
    expect((await plain('import', '--channel', 'web', file)).lines[0].counts.repeated).toBe(2);
  });
});
