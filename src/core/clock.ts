// Clock: working days, calendar days and local dates, counted by the city's own calendar. Reads no clock: `now` is handed in.
import type { CalendarYear, DeadlineRule } from './city.ts';
import { once } from './text/lexicon.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const LAST_SECOND = DAY - 1_000;

interface Days {
  readonly years: ReadonlySet<number>;
  readonly holidays: ReadonlySet<string>;
  readonly workdays: ReadonlySet<string>;
}

const days = once(
  (calendar: readonly CalendarYear[]): Days => ({
    years: new Set(calendar.map((year) => year.year)),
    holidays: new Set(calendar.flatMap((year) => year.holidays)),
    workdays: new Set(calendar.flatMap((year) => year.workdays)),
  }),
);

/** The local date of an instant (epoch ms), `2026-10-12`. */
export function dateOf(at: number, offsetMinutes: number): string {
  return new Date(at + offsetMinutes * MINUTE).toISOString().slice(0, 10);
}

/** Whether a local date is a working day; undefined when no notice covers its year: never guessed. */
export function isWorkingDay(date: string, calendar: readonly CalendarYear[]): boolean | undefined {
  const { years, holidays, workdays } = days(calendar);
  if (!years.has(Number(date.slice(0, 4)))) return undefined;
  if (workdays.has(date)) return true;
  if (holidays.has(date)) return false;
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
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
  let midnight = startOfDay(from, offsetMinutes);
  if (isWorkingDay(dateOf(midnight, offsetMinutes), calendar) === undefined) return undefined;
  for (let left = count; left > 0; ) {
    midnight += DAY;
    const works = isWorkingDay(dateOf(midnight, offsetMinutes), calendar);
    if (works === undefined) return undefined;
    if (works) left--;
  }
  return midnight + LAST_SECOND;
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
      return startOfDay(now, offsetMinutes) + rule.amount * DAY + LAST_SECOND;
    case 'working_days':
      return addWorkingDays(now, rule.amount, calendar, offsetMinutes);
  }
}

function startOfDay(at: number, offsetMinutes: number): number {
  const local = at + offsetMinutes * MINUTE;
  return local - (((local % DAY) + DAY) % DAY) - offsetMinutes * MINUTE;
}
