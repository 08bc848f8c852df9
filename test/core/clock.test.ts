import chineseDays from 'chinese-days';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addWorkingDays, dateOf, dueBy, isWorkingDay } from '../../src/core/clock.ts';
import { city } from './example.ts';

const OFFSET = 480;
const at = (local: string): number => Date.parse(`${local}+08:00`);
const local = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms + OFFSET * 60_000).toISOString().slice(0, 19);

describe('the working-day calendar', () => {
  test('agrees with an independent package on every day of 2025 and 2026', () => {
    for (let day = Date.UTC(2025, 0, 1); day < Date.UTC(2027, 0, 1); day += 86_400_000) {
      const date = new Date(day).toISOString().slice(0, 10);
      expect([date, isWorkingDay(date, city.calendar)]).toEqual([date, chineseDays.isWorkday(date)]);
    }
  });

  test('knows nothing of 2027 until the notice is entered', () => {
    expect(isWorkingDay('2027-01-04', city.calendar)).toBeUndefined();
  });
});

describe('working days', () => {
  test.each([
    ['across National Day with its worked Saturday', '2026-09-29T10:00:00', 5, '2026-10-12T23:59:59'],
    ['counting begins the next working day, however late it is', '2026-09-29T23:59:59', 1, '2026-09-30T23:59:59'],
    ['from a Saturday off', '2026-03-07T09:00:00', 1, '2026-03-09T23:59:59'],
    ['the local day counts, not the one in London', '2026-03-10T07:00:00', 1, '2026-03-11T23:59:59'],
  ])('%s', (_, from, count, due) => {
    expect(local(addWorkingDays(at(from), count, city.calendar, OFFSET))).toBe(due);
  });

  test('a span that reaches into a year without a notice has no end', () => {
    expect(addWorkingDays(at('2026-12-30T10:00:00'), 1, city.calendar, OFFSET)).toBe(at('2026-12-31T23:59:59'));
    expect(addWorkingDays(at('2026-12-30T10:00:00'), 2, city.calendar, OFFSET)).toBeUndefined();
    expect(addWorkingDays(at('2027-02-01T10:00:00'), 1, city.calendar, OFFSET)).toBeUndefined();
  });

  test('minutes run day and night, calendar days end at midnight', () => {
    const rule = { when: {}, source: 'x' };
    expect(local(dueBy(at('2026-10-01T23:50:00'), { ...rule, clock: 'minutes', amount: 15 }, [], OFFSET))).toBe(
      '2026-10-02T00:05:00',
    );
    expect(local(dueBy(at('2026-10-01T08:00:00'), { ...rule, clock: 'calendar_days', amount: 2 }, [], OFFSET))).toBe(
      '2026-10-03T23:59:59',
    );
  });

  test('who comes later is never due earlier', () => {
    const first = at('2025-01-01T00:00:00');
    const moment = fc.integer({ min: first, max: at('2026-11-30T00:00:00') });
    const rules = city.deadlines;
    fc.assert(
      fc.property(
        moment,
        fc.integer({ min: 0, max: 10 * 86_400_000 }),
        fc.constantFrom(...rules),
        (now, later, rule) => {
          const early = dueBy(now, rule, city.calendar, OFFSET);
          const late = dueBy(Math.min(now + later, at('2026-12-10T00:00:00')), rule, city.calendar, OFFSET);
          expect(early).toBeDefined();
          expect(late ?? 0).toBeGreaterThanOrEqual(early ?? Number.NaN);
          expect(early ?? 0).toBeGreaterThan(now);
        },
      ),
    );
  });

  test('the date is that of the city', () => {
    expect(dateOf(Date.parse('2026-09-29T16:30:00Z'), OFFSET)).toBe('2026-09-30');
  });
});
