import { describe, expect, test } from 'vitest';
import { heatOf, type MatterFacts, people, type Reported, typicalWords } from '../../src/core/heat.ts';

const NOW = Date.parse('2026-11-24T10:00:00+08:00');
const MINUTE = 60_000;
const reported = (n: number, more: (i: number) => Partial<Reported> = () => ({})): Reported[] =>
  Array.from({ length: n }, (_, i) => ({
    ...{ at: NOW - i * MINUTE, channel: 'web', urgency: 'normal', hidden: false, person: i, barred: [] },
    ...more(i),
  }));
const facts = (list: Reported[]): MatterFacts => ({ matter: {} as never, reported: list, words: [] });
const heat = (list: Reported[]): number => heatOf(facts(list), NOW)?.heat ?? -1;

describe('heat', () => {
  test('grows with those who report, with pace, with places and channels, and with urgency', () => {
    const calm = heat(reported(10, (i) => ({ at: NOW - i * 300 * MINUTE })));
    expect(heat(reported(10))).toBeGreaterThan(calm);
    expect(heat(reported(40))).toBeGreaterThan(heat(reported(10)));
    expect(heat(reported(10, (i) => ({ division: `33020${i % 4}` })))).toBeGreaterThan(heat(reported(10)));
    expect(heat(reported(10, (i) => ({ channel: `c${i % 4}` })))).toBeGreaterThan(heat(reported(10)));
    expect(heat(reported(10, (i) => (i === 3 ? { urgency: 'urgent' } : {})))).toBeGreaterThan(heat(reported(10)));
  });

  test('of one person is that of one, however often they say it', () => {
    expect(heat(reported(100, () => ({ person: 1 })))).toBe(heat(reported(1)));
  });

  test('of people nobody knows is that of the root of their number: they may be one', () => {
    expect(people(Array.from({ length: 100 }, () => ({})))).toBe(10);
  });

  test('halves in a day, and an archive of last year read in today warms nothing', () => {
    const then = (days: number) => heat(reported(20, (i) => ({ at: NOW - days * 86_400_000 - i * MINUTE })));
    expect(then(3)).toBeLessThan(then(2) / 1.9);
    expect(then(365)).toBe(0);
  });

  test('tells nothing of hidden cases, and is not there when there are no others', () => {
    expect(heatOf(facts(reported(9, () => ({ hidden: true }))), NOW)).toBeUndefined();
    const some = reported(9, (i) => ({ hidden: i > 0, channel: `c${i}`, division: '330203' }));
    expect(heatOf(facts(some), NOW)).toMatchObject({ reporters: 1, channels: ['c0'] });
  });
});

test('typical words are what half of the texts say, without what everybody writes', () => {
  const words = typicalWords([
    '您好，请问锅炉房什么时候供暖，家里很冷，请尽快处理',
    '反映阳光花园锅炉房停了，家里只有十度',
    '阳光花园锅炉房没有供暖，请相关部门解决〔电话〕',
    '锅炉房停止供暖三天了',
  ]);
  expect(words).toContain('锅炉');
  expect(words).toContain('供暖');
  expect(words.join()).not.toMatch(/请|处理|部门|电话/);
  expect(typicalWords(['停水了'])).toEqual([]);
});
