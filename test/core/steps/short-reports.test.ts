import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { doubtOf } from '../../../src/core/understand/catalogue.ts';
import { city, decided } from '../example.ts';

interface Line {
  readonly unit: string;
  readonly text: string;
}

const parts = new Map<string, Line[]>();
let part: Line[] = [];
for (const line of readFileSync(new URL('../../fixtures/reports/short.txt', import.meta.url), 'utf8').split('\n')) {
  const [unit, text] = line.split(' ');
  if (unit === '#') {
    part = [];
    parts.set(line.slice(2), part);
  } else if (unit && text) part.push({ unit, text });
}

describe('short everyday reports', () => {
  test.each([
    ['worked out on', 0.84],
    ['held out', 0.9],
  ])('%s: nearly all go to the unit whose they are, hardly one to another', (name, least) => {
    const lines = parts.get(name) ?? [];
    const seen = lines.map(({ unit, text }) => ({ unit, sent: decided(text).unit?.code }));
    expect(seen.filter(({ unit, sent }) => unit === sent).length).toBeGreaterThanOrEqual(lines.length * least);
    const wrong = seen.filter(({ unit, sent }) => sent !== undefined && sent !== unit && sent !== city.fallbackUnit);
    expect(wrong.length).toBeLessThanOrEqual(lines.length * 0.02);
  });
});

describe('the doubt against the words found', () => {
  const doubt = (text: string) => doubtOf(text, city.categories, () => []);
  test('is least where they are all that is said, and whole in a story', () => {
    expect(doubt('停水')).toBeLessThan(doubt('停水了怎么办啊'));
    expect(doubt('停水了怎么办啊')).toBeLessThan(1);
    expect(doubt(`停水${'的事情跟社区反映过很多次'.repeat(3)}`)).toBe(1);
    expect(doubt('')).toBeLessThanOrEqual(1);
  });
});
