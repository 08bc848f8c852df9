import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigProblems, loadSettings, type Problem } from '../../src/config.ts';
import { configDir } from '../core/example.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'civicline-config-'));
  cpSync(configDir, dir, { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function change(file: string, from: string, to: string): void {
  const full = path.join(dir, file);
  const text = readFileSync(full, 'utf8');
  expect(text).toContain(from);
  writeFileSync(full, text.replace(from, to));
}

function problems(env: NodeJS.ProcessEnv = {}): readonly Problem[] {
  try {
    loadSettings(env, { configDir: dir });
  } catch (error) {
    if (error instanceof ConfigProblems) return error.problems;
    throw error;
  }
  return [];
}

describe('the shipped example', () => {
  test('loads without a word from the environment', () => {
    const settings = loadSettings({}, { configDir });
    expect(settings).toMatchObject({ instance: 'example', accounts: {}, retention: {}, secrets: {} });
    expect(settings.http).toMatchObject({ host: '127.0.0.1', port: 8345, trustedProxies: 0 });
    expect(settings.store).toMatchObject({
      url: 'sqlite:',
      dataDir: path.resolve('data'),
      minFreeBytes: 64 * 1024 * 1024,
    });
    expect(settings.city.demo).toBe(false);
    expect(settings.city.knowledge.every((entry) => entry.example)).toBe(true);
  });

  test('holds the whole city', () => {
    const { city } = loadSettings({}, { configDir });
    expect(new Set(city.categories.map((one) => one.level1)).size).toBe(15);
    expect(city.categories.filter((one) => one.code.length > 2).length).toBeGreaterThan(100);
    expect(city.divisions.filter((one) => one.code.length === 6)).toHaveLength(11);
    expect(city.divisions.filter((one) => one.code.length === 9)).toHaveLength(162);
    expect(city.units.length).toBeGreaterThan(35);
    expect(city.knowledge).toHaveLength(61);
  });

  test('is frozen to the bottom', () => {
    const { city } = loadSettings({}, { configDir });
    expect(() => Object.assign(city.relate, { sure: 0 })).toThrow(TypeError);
    expect(() => (city.units as unknown[]).push({})).toThrow(TypeError);
  });
});

describe('what is wrong', () => {
  test('with a reply is told with its line, a stray key where it stands', () => {
    change('replies.yaml', 'withdrawn:', 'withdrawnn:');
    const line = readFileSync(path.join(dir, 'replies.yaml'), 'utf8')
      .split('\n')
      .findIndex((one) => one.startsWith('withdrawnn'));
    expect(problems()).toContainEqual(
      expect.objectContaining({ file: 'replies.yaml', path: '/withdrawnn', line: line + 1 }),
    );
  });

  test('with an account can be told with its line', () => {
    writeFileSync(path.join(dir, 'channels.yaml'), 'accounts:\n  oa:\n    channel: wechat-official\n    appId: x\n');
    expect(loadSettings({}, { configDir: dir }).accountLines).toEqual({ oa: 3, 'oa/channel': 3, 'oa/appId': 4 });
  });
});

describe('the environment', () => {
  test('sets address, folders, keys and networks', () => {
    const settings = loadSettings({
      PORT: '9000',
      HOST: '0.0.0.0',
      CIVICLINE_CONFIG: dir,
      CIVICLINE_DATA: '/var/lib/civicline',
      CIVICLINE_INSTANCE: 'north',
      CIVICLINE_KEY: 'k'.repeat(32),
      CIVICLINE_ADMIN_KEY: 'a'.repeat(32),
      CIVICLINE_ALLOWED_NETWORKS: '127.0.0.0/8, fd00::/8',
    });
    expect(settings).toMatchObject({
      instance: 'north',
      configDir: dir,
      http: { host: '0.0.0.0', port: 9000 },
      store: { dataDir: '/var/lib/civicline' },
      feed: { allowedNetworks: ['127.0.0.0/8', 'fd00::/8'] },
      secrets: { masterKey: 'k'.repeat(32), adminKey: 'a'.repeat(32) },
    });
  });

  test.each([
    ['a port that is none', { PORT: 'eighty' }, 'PORT'],
    ['a short key', { CIVICLINE_KEY: 'secret' }, 'CIVICLINE_KEY'],
    ['a network that is none', { CIVICLINE_ALLOWED_NETWORKS: '10.0.0.0/40' }, 'CIVICLINE_ALLOWED_NETWORKS'],
    ['an instance with spaces', { CIVICLINE_INSTANCE: 'My City' }, 'CIVICLINE_INSTANCE'],
  ])('refuses %s without repeating its value when it is secret', (_, env, name) => {
    const [problem] = problems(env);
    expect(problem).toMatchObject({ file: 'environment', path: name });
    expect(JSON.stringify(problem)).not.toContain('secret"');
  });
});

describe('channels.yaml', () => {
  test('may be JSON and may hold channels nobody knows yet', () => {
    writeFileSync(
      path.join(dir, 'channels.yaml'),
      JSON.stringify({ accounts: { a1: { channel: 'carrier-pigeon', loft: 3 } } }),
    );
    expect(loadSettings({}, { configDir: dir }).accounts).toEqual({ a1: { channel: 'carrier-pigeon', loft: 3 } });
  });

  test('takes secrets from the environment, and says which one is missing', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a variable is written in the file
    writeFileSync(path.join(dir, 'channels.yaml'), 'accounts: {oa: {channel: wechat, token: "${WX_TOKEN}"}}');
    expect(loadSettings({ WX_TOKEN: 't' }, { configDir: dir }).accounts.oa).toMatchObject({ token: 't' });
    expect(problems()).toMatchObject([{ file: 'channels.yaml', path: '/accounts/oa/token' }]);
    expect(problems()[0]?.problem).toContain('WX_TOKEN');
  });

  test('says what an account’s own fields must be, and refuses a name that could be no address', () => {
    const accounts = { oa: { channel: 'web', apiBase: 'ftp://x', tenant: 5 }, 'Bad Name': { channel: 'web' } };
    writeFileSync(path.join(dir, 'channels.yaml'), JSON.stringify({ accounts }));
    expect(problems().map((one) => [one.path, one.hint])).toEqual([
      ['/accounts/Bad Name', expect.stringContaining('a name has letters')],
      ['/accounts/oa/tenant', "a division code in quotes: '330203'"],
      ['/accounts/oa/apiBase', 'an address that begins with https:// or http://'],
    ]);
  });

  test('may hold nothing but comments', () => {
    writeFileSync(path.join(dir, 'channels.yaml'), 'accounts:\n#  oa: {channel: wechat}\n');
    expect(loadSettings({}, { configDir: dir }).accounts).toEqual({});
  });

  test('may be absent', () => {
    rmSync(path.join(dir, 'channels.yaml'));
    expect(loadSettings({}, { configDir: dir }).accounts).toEqual({});
  });
});

describe('trouble is told with file, place and a hint', () => {
  test.each([
    ['an unknown key', 'civicline.yaml', 'trustedProxies: 0 ', 'trustedProxy: 0 ', '/http/trustedProxy'],
    ['a wrong type', 'civicline.yaml', 'port: 8345', 'port: many', '/http/port'],
    ['an unsure above sure', 'civicline.yaml', '# unsure: 0.5', 'unsure: 0.99', '/relate/unsure'],
    ['a fallback that is no unit', 'units.yaml', 'fallback: hotline', 'fallback: nobody', '/fallback'],
    ['a superior that is no unit', 'units.yaml', 'superior: fagai', 'superior: mars', '/units/29/superior'],
    ['a unit twice', 'units.yaml', '{code: jianshe,', '{code: hotline,', '/units/2/code'],
    ['a row for no category', 'units.yaml', "category: '0805'", "category: '7777'", '/routes/42/category'],
    ['a row for no unit', 'units.yaml', "'0805', unit: shichang", "'0805', unit: mars", '/routes/42/unit'],
    [
      'a helper that is no unit',
      'units.yaml',
      'unit: fagai, with: gongdian',
      'unit: fagai, with: mars',
      '/routes/39/with',
    ],
    ['a row of no division', 'units.yaml', "'0805', unit", "'0805', division: '440100', unit", '/routes/42/division'],
    ['a row that ends before it begins', 'units.yaml', 'until: 2025-12-31', 'until: 1999-12-31', '/routes/4/until'],
    ['rows that overlap', 'units.yaml', 'until: 2025-12-31', 'until: 2026-01-01', '/routes/5/from'],
    ['a row without end before a newer one', 'units.yaml', ', until: 2025-12-31', '', '/routes/5/from'],
    [
      'a category nobody handles',
      'units.yaml',
      "  - {category: '02', unit: hotline, from: 2000-01-01}\n",
      '',
      '/routes',
    ],
    ['a division that is not there', 'units.yaml', "division: '330203'", "division: '440100'", '/units/34/division'],
    ['a category code twice', 'catalogue.yaml', '  0102 城市', '  0101 城市', '/categories/0101 城市建设和市政管理'],
    ['a deadline for no category', 'deadlines.yaml', "'01021601'", "'88'", '/deadlines/1/when/category'],
    ['a day that does not exist', 'calendar.yaml', '2026-02-23', '2026-02-30', '/years/1'],
    ['a worked weekday', 'calendar.yaml', '2026-10-10]', '2026-10-12]', '/years/1'],
    ['an unknown number to call', 'emergencies.yaml', "to: '122'", "to: '911'", '/rules/3/to'],
    ['an entry that ends before it begins', 'knowledge/marriage.md', '2026-12-31', '2025-12-31', '/validUntil'],
    ['an entry of no unit', 'knowledge/marriage.md', 'unit: minzheng', 'unit: mars', '/unit'],
  ])('%s', (_, file, from, to, at) => {
    change(file, from, to);
    const found = problems();
    expect(found).toContainEqual(expect.objectContaining({ file, path: at }));
    expect(found.every((one) => one.problem !== '' && one.hint !== '')).toBe(true);
  });

  test('with the line it stands on, so that a table of hundreds of rows can be mended', () => {
    change('units.yaml', "'0805', unit: shichang", "'0805', unit: mars");
    change('knowledge/marriage.md', 'unit: minzheng', 'unit: mars');
    const lineOf = (file: string, words: string) =>
      readFileSync(path.join(dir, file), 'utf8')
        .split('\n')
        .findIndex((line) => line.includes(words)) + 1;
    expect(problems()).toMatchObject([
      { file: 'knowledge/marriage.md', line: lineOf('knowledge/marriage.md', 'unit: mars') },
      { file: 'units.yaml', line: lineOf('units.yaml', 'unit: mars') },
    ]);
    expect(new ConfigProblems(problems()).message).toContain(
      `units.yaml:${lineOf('units.yaml', 'unit: mars')} /routes`,
    );
  });

  test('an overlap names both rows', () => {
    change('units.yaml', ', until: 2025-12-31', '');
    const [found] = problems();
    const older = (found?.line ?? 0) - 1;
    expect(found?.problem).toBe(`category 010205 overlaps with row 4 (line ${older}) from 2026-01-01`);
  });

  test('a circle of superiors', () => {
    change(
      'units.yaml',
      '{code: citygov, name: 市政府督查室, level: city,',
      '{code: citygov, name: 市政府督查室, level: city, superior: hotline,',
    );
    expect(problems().some((one) => one.problem.includes('circle'))).toBe(true);
  });

  test('broken YAML names its line', () => {
    writeFileSync(path.join(dir, 'places.yaml'), 'divisions:\n  - {code: "1"\nx: [');
    expect(problems().some((one) => one.file === 'places.yaml' && one.path.startsWith('line'))).toBe(true);
  });

  test('a missing folder or file', () => {
    rmSync(path.join(dir, 'units.yaml'));
    expect(problems()).toMatchObject([{ file: 'units.yaml', problem: 'is missing' }]);
  });

  test('a model that is broken, or speaks of categories the catalogue does not have; without one the words decide', () => {
    const model = path.join(dir, 'models/category.bin');
    change('catalogue.yaml', '  04 环境保护:', '  04 生态环境:');
    expect(problems()).toMatchObject([{ file: 'models/category.bin', problem: expect.stringContaining('环境保护') }]);
    writeFileSync(model, 'no model');
    expect(problems()).toMatchObject([
      { file: 'models/category.bin', problem: expect.stringContaining('not a model') },
    ]);
    rmSync(model);
    expect(loadSettings({}, { configDir: dir }).city.understanding?.category).toBeUndefined();
  });

  test('everything at once, not one after the other', () => {
    change('civicline.yaml', 'port: 8345', 'port: many');
    change('units.yaml', 'fallback: hotline', 'fallback: nobody');
    change('calendar.yaml', '2026-02-23', '2026-02-30');
    const found = problems({ PORT: 'x' });
    expect(new Set(found.map((one) => one.file))).toEqual(
      new Set(['environment', 'civicline.yaml', 'units.yaml', 'calendar.yaml']),
    );
    expect(new ConfigProblems(found).message.split('\n').length).toBe(found.length + 1);
  });
});
