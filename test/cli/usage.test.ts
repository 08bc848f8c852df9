// How the command line is spoken to: help on standard output, bad usage told on standard error with exit 2 and nothing else.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawCaseNo } from '../../src/core/case-no.ts';
import { BUILT, furnish, newHome, run } from '../story/house.ts';
import { command } from './command.ts';

const NO = drawCaseNo(Date.parse('2026-11-24T10:00:00+08:00'), 480, () => 38_271);
const MISTYPED = NO.slice(0, -1) + String((Number(NO.at(-1)) + 1) % 10);

describe('bad usage', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown command', ['answer'], /unknown command 'answer'/],
    ['an unknown option', ['doctor', '--loud'], /unknown option '--loud'/],
    ['no command at all', [], /Usage: civicline/],
    ['a command of commands alone', ['key'], /Usage: civicline key/],
    ['an import without a channel', ['import', 'x.jsonl'], /required option '--channel <id>'/],
    ['an import without a file', ['import', '--channel', 'web'], /missing required argument 'file'/],
    [
      'an import through a channel nobody knows',
      ['import', '--channel', 'fax', 'x'],
      /there is no channel fax\n {2}Known/,
    ],
    ['an import through a name every object has', ['import', '--channel', 'constructor', 'x'], /there is no channel/],
    ['a key without a scope', ['key', 'create', 'desk'], /required option '--scope <scope...>'/],
    [
      'a key with a scope nobody knows',
      ['key', 'create', 'desk', '--scope', 'root'],
      /there is no scope root\n {2}Scopes/,
    ],
    ['a unit’s key that names no unit', ['key', 'create', 'x', '--scope', 'unit'], /names its unit/],
    ['a key without a name', ['key', 'create', '', '--scope', 'operator'], /a name has 1 to 100 characters/],
    ['an erasure without a reason', ['erase', NO], /required option '--reason <text>'/],
    ['an erasure of what is no case number', ['erase', '12345', '--reason', 'x'], /12345 is no case number/],
    ['an erasure of a mistyped number', ['erase', MISTYPED, '--reason', 'x'], /check digit/],
    ['a rotation without a file', ['rotate'], /required option '--new-key-file <file>'/],
    ['a backup without a file', ['backup'], /missing required argument 'file'/],
  ])('%s is told before anything is opened', async (_what, args, told) => {
    const home = newHome();
    const { exit, out, err } = await command(home, args);
    expect(err).toMatch(told);
    expect([exit, out]).toEqual([2, '']);
    expect(existsSync(join(home, 'data'))).toBe(false);
  });

  it.skipIf(!BUILT).each<[string, string[], RegExp]>([
    ['a case that is not there', ['erase', NO, '--reason', 'x'], /there is no case/],
    [
      'a unit that is not there',
      ['key', 'create', 'x', '--scope', 'unit', '--unit', 'nobody'],
      /there is no unit nobody/,
    ],
    [
      'a tenant that is in no account and no city',
      ['key', 'create', 'x', '--scope', 'operator', '--tenant', '999999'],
      /no account and no city is of tenant 999999/,
    ],
    ['a key that is not there', ['key', 'revoke', 'key_0'], /there is no key key_0\n {2}civicline key list/],
  ])('%s is told too', async (_what, args, told) => {
    const { exit, out, err } = await command(newHome(), args);
    expect(err).toMatch(told);
    expect([exit, out]).toEqual([2, '']);
  });

  it('a configuration that is wrong is told with all its faults, each with its place', async () => {
    const home = newHome();
    furnish(home, { store: { minFreeBytes: -1 }, http: { port: 'eight' } });
    const { exit, out, err } = await command(home, ['key', 'list'], { PORT: '99999' });
    expect([exit, out]).toEqual([2, '']);
    expect(err).toMatch(/civicline\.yaml:\d+ \/store\/minFreeBytes/);
    expect(err).toMatch(/civicline\.yaml:\d+ \/http\/port/);
    expect(err).toMatch(/PORT/);
    expect(existsSync(join(home, 'data'))).toBe(false);
  });
});

describe('what is asked for', () => {
  it.each<[string[], RegExp]>([
    [['--version'], /^\d+\.\d+\.\d+\n$/],
    [['import', '--help'], /--channel <id>/],
    [['key', 'create', '--help'], /--scope <scope\.\.\.>/],
  ])('%s is answered on standard output', async (args, told) => {
    const { exit, out, err } = await command(newHome(), args);
    expect([exit, err]).toEqual([0, '']);
    expect(out).toMatch(told);
  });
});

describe.skipIf(!BUILT)('the built command', () => {
  it('shows its help on standard output, and problems on standard error with the exit code of their kind', async () => {
    const home = newHome();
    const [help, bad, doctor] = await Promise.all([
      run(home, ['--help']),
      run(home, ['erase', MISTYPED, '--reason', 'x']),
      run(home, ['doctor']),
    ]);
    for (const { exit, err } of [help, doctor]) expect([exit, err]).toEqual([0, '']);
    for (const name of ['serve', 'import', 'key', 'erase', 'backup', 'restore', 'rotate', 'doctor'])
      expect(help.out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    expect([bad.exit, bad.out]).toEqual([2, '']);
    expect(bad.err).toMatch(/^civicline: .* is no case number\n/);
    expect(doctor.lines.map(({ check }) => check)).toContain('calendar');
  });
});
