import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { city, decided } from '../example.ts';

const CALLED = new Set(['110', '119', '120', '122', '12356']);
const called = (text: string): boolean => CALLED.has(decided(text).divert?.to ?? '');
const lines = (file: string): string[] =>
  readFileSync(new URL(`../../fixtures/danger/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

describe('the hand-written dangers and look-alikes', () => {
  test.each(['tuning', 'held-out'])('%s: ninety-nine dangers of a hundred are shown whom to call', (part) => {
    const dangers = lines(`${part}.txt`);
    expect(dangers.filter((line) => !called(line)).length).toBeLessThanOrEqual(dangers.length * 0.01);
  });

  test('of the look-alikes it was worked out on, one in twenty at most raises an alarm', () => {
    const alike = lines('tuning-alike.txt');
    expect(alike.filter(called).length).toBeLessThanOrEqual(alike.length * 0.05);
  });
});

describe('a long message', () => {
  const story = '你好，我住在庄桥这边，小区的事情跟社区反映过很多次，一直没有结果，想请你们帮忙看看到底归谁管。';
  test('that mentions an everyday word of danger goes to a person and raises no alarm', () => {
    const draft = decided(`${story.repeat(3)}广场上以前常有人打架，治安希望加强。`);
    expect(draft.divert).toBeUndefined();
    expect(draft.proposals).toMatchObject([{ type: 'divert', value: { to: '110' } }]);
  });
  test('with a cue of haste beside the word is an alarm', () => {
    expect(decided(`${story.repeat(3)}快来人，楼下正在打架！`).divert?.to).toBe('110');
  });
});

test('a threat under a condition is a threat', () => {
  expect(decided('要是再不发工资我就从楼上跳下去').divert?.to).toBe('12356');
});

test('without the model the rules stand alone, and wordings no list foresees are lost', () => {
  const { dangerModel: _, ...ruled } = city;
  expect(decided('窗帘引燃了我扑不灭').divert?.to).toBe('119');
  expect(decided('窗帘引燃了我扑不灭', {}, { city: ruled }).divert).toBeUndefined();
  expect(decided('我家厨房着火了', {}, { city: ruled }).divert?.to).toBe('119');
});
