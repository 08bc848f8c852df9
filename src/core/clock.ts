// Clock: working days, calendar days and local dates, counted by the city's own calendar. Reads no clock: `now` is handed in.
import type { CalendarYear, DeadlineRule } from './city.ts';
import { once } from './text/lexicon.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const LAST_SECOND = DAY - 1_000;

/** Day number (days since 1970-01-01) to whether it is a working day, for every day of every year a notice covers. */
const days = once((calendar: readonly CalendarYear[]): ReadonlyMap<number, boolean> => {
  const known = new Map<number, boolean>();
  for (const { year, holidays, workdays } of calendar) {
    for (let day = Date.UTC(year, 0, 1) / DAY; day < Date.UTC(year + 1, 0, 1) / DAY; day++) {
      const weekday = new Date(day * DAY).getUTCDay();
      known.set(day, weekday !== 0 && weekday !== 6);
    }
    for (const date of holidays) known.set(numberOf(date), false);
    for (const date of workdays) known.set(numberOf(date), true);
  }
  return known;
});

const numberOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY;

/** The local date of an instant (epoch ms), `2026-10-12`. */
export function dateOf(at: number, offsetMinutes: number): string {
  return new Date(at + offsetMinutes * MINUTE).toISOString().slice(0, 10);
}

/** Whether a local date is a working day; undefined when no notice covers its year: never guessed. */
export function isWorkingDay(date: string, calendar: readonly CalendarYear[]): boolean | undefined {
  return days(calendar).get(numberOf(date));
}

/**
 * The end (23:59:59 local, epoch ms) of the working day that is `count` working days after the day of `from`; counting
 * begins with the next working day. Undefined when the span touches a year no calendar covers.
 */
export function addWorkingDays(
  from: number,
  count: number,
  calendar: readonly CalendarYear[],
  offsetMinutes: number,
): number | undefined {
  const known = days(calendar);
  let day = Math.floor((from + offsetMinutes * MINUTE) / DAY);
  if (!known.has(day)) return undefined;
  for (let left = count; left > 0; ) {
    const works = known.get(++day);
    if (works === undefined) return undefined;
    if (works) left--;
  }
  return day * DAY - offsetMinutes * MINUTE + LAST_SECOND;
}

/** When a rule's time ends, epoch ms; undefined when it counts working days no calendar covers. */
export function dueBy(
  now: number,
  rule: DeadlineRule,
  calendar: readonly CalendarYear[],
  offsetMinutes: number,
): number | undefined {
  switch (rule.clock) {
    case 'minutes':
      return now + rule.amount * MINUTE;
    case 'calendar_days':
      return endOfDay(now + rule.amount * DAY, offsetMinutes);
    case 'working_days':
      return addWorkingDays(now, rule.amount, calendar, offsetMinutes);
  }
}

function endOfDay(at: number, offsetMinutes: number): number {
  const day = Math.floor((at + offsetMinutes * MINUTE) / DAY);
  return day * DAY - offsetMinutes * MINUTE + LAST_SECOND;
}
