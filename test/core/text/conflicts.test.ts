import { expect, test } from 'vitest';
import { conflicts, readMarks } from '../../../src/core/text/conflicts.ts';

const many = (from: number): string =>
  Array.from(
    { length: 2_000 },
    (_, i) => `在${String.fromCharCode(0x7000 + from + i)}阳路${from + i}号,${from + i}号线`,
  ).join('');

test('of a text that names thousands of roads, houses and numbers the first tell it apart', () => {
  const marks = readMarks(many(0));
  for (const list of [marks.roads, marks.lines, marks.numbers, ...marks.houses.values()])
    expect(list.length).toBeLessThanOrEqual(50);
  expect(conflicts(marks, readMarks(many(3_000)))).toEqual(expect.arrayContaining(['road', 'house', 'line', 'number']));
});

test('a number that stands twice counts once, and what both name speaks against nothing', () => {
  expect(readMarks('3人等了3天').numbers).toEqual(['3']);
  expect(conflicts(readMarks('中山路12号'), readMarks('中山路12号的路灯'))).toEqual([]);
});
