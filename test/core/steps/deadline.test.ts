import { expect, test } from 'vitest';
import { city, decided } from '../example.ts';

const due = (text: string, now = '2026-09-29T10:00:00+08:00', where = city): string | undefined => {
  const { dueAt } = decided(text, {}, { now: Date.parse(now), city: where });
  return dueAt === undefined ? undefined : new Date(dueAt + 480 * 60_000).toISOString().slice(0, 16);
};

test.each([
  ['an ordinary matter: five working days', '路灯坏了', '2026-10-12T23:59'],
  ['a question: three working days', '请问公租房怎么申请', '2026-10-09T23:59'],
  ['an outage: half an hour, day and night', '小区停电了', '2026-09-29T10:30'],
  ['danger: a quarter of an hour', '楼下着火了', '2026-09-29T10:15'],
])('%s', (_, text, date) => {
  expect(due(text)).toBe(date);
});

test('a greeting has no deadline', () => {
  expect(due('你好')).toBeUndefined();
});

test('a limit that reaches into a year without a calendar is not guessed, but marked', () => {
  const draft = decided('路灯坏了', {}, { now: Date.parse('2026-12-30T10:00:00+08:00') });
  expect(draft.dueAt).toBeUndefined();
  expect(draft.flags).toContain('no_calendar');
  expect(due('楼下着火了', '2027-03-01T10:00:00+08:00')).toBe('2027-03-01T10:15');
});

test('without a rule that fits there is none', () => {
  expect(due('路灯坏了', undefined, { ...city, deadlines: [] })).toBeUndefined();
});
