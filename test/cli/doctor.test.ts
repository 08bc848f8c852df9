// The doctor: each finding, what it says to do, and that it changes nothing.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { calendarFindings } from '../../src/cli/doctor/tables.ts';
import { examine } from '../../src/cli/doctor.ts';
import { loadSettings } from '../../src/config.ts';
import { BUILT, type Env, envOf, furnish, newHome } from '../story/house.ts';
import { command } from './command.ts';

const at = (day: string): number => Date.parse(`${day}T12:00:00+08:00`);
const KEY = { CIVICLINE_KEY: '7c'.repeat(32) };

const look = (home: string, env: Env = KEY, now = Date.now()): Promise<Finding[]> => examine(envOf(home, env), now);
const only = (findings: readonly Finding[], check: Finding['check']): Finding[] =>
  findings.filter((finding) => finding.check === check);
const states = (findings: readonly Finding[], check: Finding['check']): string[] =>
  only(findings, check).map(({ state }) => state);

/** A home whose store holds a case. */
async function lived(env: Env = KEY): Promise<string> {
  const home = newHome();
  const file = join(home, 'one.jsonl');
  writeFileSync(file, '{"id": "1", "text": "象山县丹城街道的路灯坏了，晚上很黑。"}\n');
  expect((await command(home, ['import', '--channel', 'web', file], env)).exit).toBe(0);
  return home;
}

describe('the doctor in a house that was never opened', () => {
  it('finds nothing wrong, looks at everything, and makes nothing', async () => {
    const home = newHome({ retention: { months: 36 } });
    const findings = await look(home, {}, at('2026-06-01'));
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    const checks = ['config', 'keys', 'store', 'channels', 'calendar', 'routing', 'knowledge', 'keeping', 'disk'];
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(checks));
    expect(only(findings, 'store')[0]?.detail).toContain('no store yet');
    expect(existsSync(join(home, 'data'))).toBe(false);
  });

  it('says what to do with every finding that is not well', async () => {
    const home = newHome({ store: { minFreeBytes: 1e15 }, retention: { months: 36 } });
    mkdirSync(join(home, 'data'));
    const findings = (await look(home, KEY, at('2026-11-24'))).filter(({ state }) => state !== 'ok');
    expect(findings.map(({ check, state }) => [check, state])).toEqual([
      ['calendar', 'warn'],
      ['disk', 'fail'],
    ]);
    expect(findings[0]?.advice).toContain('calendar.yaml');
    for (const { advice } of findings) expect(advice).toMatch(/\w+ .*\.$/);
  });
});

describe('how long things are kept', () => {
  const keeping = async (retention: object) => only(await look(newHome({ retention })), 'keeping');

  it('is told in months, or that nothing is erased by itself and whom to ask', async () => {
    const [set] = await keeping({ months: 36 });
    expect(set).toEqual({ check: 'keeping', state: 'ok', detail: expect.stringContaining('36 months') });
    const [unset] = await keeping({});
    expect(unset).toMatchObject({ state: 'warn', detail: expect.stringContaining('nothing is erased by itself') });
    expect(unset?.advice).toMatch(/^Ask your legal office/);
  });
});

describe('the calendar', () => {
  const { city } = loadSettings(envOf(newHome()));
  const found = (now: number) => calendarFindings(city, now).map(({ state }) => state);

  it.each([
    ['2026-10-31', ['ok']],
    ['2026-11-01', ['warn']],
    ['2026-12-31', ['warn']],
    ['2027-01-01', ['fail']],
    ['2027-11-01', ['fail', 'warn']],
  ])('as it ends with 2026, is on %s %s', (day, wanted) => {
    expect(found(at(day))).toEqual(wanted);
  });

  it('warns from the city’s own first of November on, not from that of Greenwich', () => {
    const midnight = Date.parse('2026-11-01T00:00:00+08:00');
    expect([found(midnight - 1), found(midnight)]).toEqual([['ok'], ['warn']]);
  });
});

describe('the configuration', () => {
  it('is told with all its faults at once, each with its place, and the command ends with 1', async () => {
    const home = newHome();
    furnish(home, { store: { minFreeBytes: -1 }, http: { port: 'eight' } });
    writeFileSync(join(home, 'config', 'calendar.yaml'), 'years: [{year: 2026, holidays: [2026-13-01]}]\n');
    const { exit, lines, err } = await command(home, ['doctor'], { CIVICLINE_KEY: 'short' });
    expect([exit, err]).toEqual([1, '']);
    expect(lines.every(({ check, state }) => check === 'config' && state === 'fail')).toBe(true);
    const details = lines.map(({ detail }) => detail).join('\n');
    for (const place of ['/store/minFreeBytes', '/http/port', 'calendar.yaml', 'CIVICLINE_KEY'])
      expect(details).toContain(place);
    expect(lines.every(({ advice }) => advice.length > 5)).toBe(true);
    expect(details).not.toContain('short-');
  });

  it('is told of an account that cannot open', async () => {
    const home = newHome();
    const block = 'accounts:\n  letters: {channel: pigeon}\n  form: {channel: web, attachments: {maxFiles: -1}}\n';
    writeFileSync(join(home, 'config', 'channels.yaml'), block);
    const found = only(await look(home), 'channels');
    expect(found.map(({ state }) => state)).toEqual(['ok', 'ok', 'fail', 'fail']);
    expect(found[2]?.detail).toContain('pigeon');
    expect(found[3]?.detail).toContain('attachments.maxFiles');
  });

  it('is told of duties that are nobody’s today, or will be within thirty days', async () => {
    const home = newHome();
    const file = join(home, 'config', 'units.yaml');
    const row = "{category: '0805', unit: shichang, from: 2000-01-01";
    const rest = readFileSync(file, 'utf8').replace(/ {2}- \{category: '08', .*\n/, '');
    expect(rest).toContain(row);
    const others = `  - {category: 0801 0804, unit: jingxin, from: 2000-01-01}\n  - ${row}, until: 2026-06-20`;
    writeFileSync(file, rest.replace(`  - ${row}`, others));
    const seen = async (day: string) => only(await look(home, KEY, at(day)), 'routing').map(({ detail }) => detail);
    expect(await seen('2026-05-01')).toEqual([expect.stringMatching(/rows cover every category/)]);
    expect(await seen('2026-06-01')).toEqual(['in 30 days nobody handles: 0805 知识产权']);
    expect(await seen('2026-06-21')).toEqual(['nobody handles today: 0805 知识产权']);
  });

  it('is told of examples that answer citizens, and of answers that have run out', async () => {
    const home = newHome();
    const file = join(home, 'config', 'civicline.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('demo: false', 'demo: true'));
    expect(only(await look(home, KEY, at('2026-06-01')), 'knowledge')).toEqual([
      expect.objectContaining({ state: 'warn', detail: expect.stringContaining('demo is on') }),
    ]);
    const late = only(await look(newHome(), KEY, at('2040-01-01')), 'knowledge');
    expect(late[0]).toMatchObject({ state: 'warn', detail: expect.stringContaining('have run out') });
  });
});

describe.skipIf(!BUILT)('a key beside the data', () => {
  let home: string;
  let key: string;
  beforeAll(async () => {
    home = await lived({});
    key = join(home, 'data', 'key');
  });

  it('is warned of, and fails when others may read it', async () => {
    const beside = only(await look(home, {}), 'keys');
    expect(beside).toEqual([expect.objectContaining({ state: 'warn', detail: expect.stringContaining(key) })]);
    chmodSync(key, 0o644);
    const open = only(await look(home, {}), 'keys');
    expect(open.map(({ state }) => state)).toEqual(['warn', 'fail']);
    expect(open[1]?.advice).toContain('chmod 600');
  });

  it('fails when it is gone, and no new one is made', async () => {
    rmSync(key);
    const findings = await look(home, {});
    expect([states(findings, 'keys'), states(findings, 'store')]).toEqual([['fail'], ['warn']]);
    expect(only(findings, 'keys')[0]?.advice).toContain('bring it back');
    expect(existsSync(key)).toBe(false);
  });
});

describe.skipIf(!BUILT)('the store', () => {
  let home: string;
  beforeAll(async () => {
    home = await lived();
  });

  it('is well with its key from the environment, and is counted', async () => {
    const findings = await look(home);
    expect(only(findings, 'keys')).toEqual([expect.objectContaining({ state: 'ok' })]);
    expect(only(findings, 'store')[0]).toMatchObject({ state: 'ok', detail: expect.stringContaining('1 cases') });
    expect([states(findings, 'feed'), states(findings, 'clock')]).toEqual([['ok'], ['ok']]);
  });

  it('fails when the key is another one', async () => {
    const findings = await look(home, { CIVICLINE_KEY: '8d'.repeat(32) });
    const [store] = only(findings, 'store');
    expect(store).toMatchObject({ state: 'fail', detail: expect.stringMatching(/key/) });
    expect(store?.advice).toMatch(/\w/);
  });

  it('fails when entries of its log lie in the future', async () => {
    const [clock] = only(await look(home, KEY, Date.now() - 3_600_000), 'clock');
    expect(clock).toMatchObject({ state: 'fail', detail: expect.stringMatching(/^1 log entries lie in the future/) });
  });

  it('fails when it is damaged, and says to restore', async () => {
    const db = join(home, 'data', 'civicline.db');
    writeFileSync(db, Buffer.alloc(4096, 'no database'), { flag: 'r+' });
    const [torn] = only(await look(home), 'store');
    expect(torn).toMatchObject({ state: 'fail', advice: expect.stringMatching(/backup/) });
    truncateSync(db, 0);
    expect(states(await look(home), 'store')).toEqual(['fail']);
  });

  it('is warned of when it is memory, which nothing survives', async () => {
    const findings = await look(newHome({ store: { url: 'memory:' } }));
    expect(only(findings, 'store')).toEqual([expect.objectContaining({ state: 'warn' })]);
  });
});
