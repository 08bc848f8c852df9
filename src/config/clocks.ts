// Clocks: deadlines.yaml and calendar.yaml, by when the city owes an answer and which days count.
import Type, { type Static } from 'typebox';
import { Kind, Urgency } from '../core/case.ts';
import type { CalendarYear, CategoryRule, DeadlineRule } from '../core/city.ts';
import type { Ledger } from './problems.ts';
import { CategoryCode, Count, IsoDate, isDate, strict } from './shapes.ts';

export const Deadlines = strict({
  deadlines: Type.Array(
    strict({
      when: strict({
        kind: Type.Optional(Type.Array(Kind, { minItems: 1 })),
        urgency: Type.Optional(Type.Array(Urgency, { minItems: 1 })),
        category: Type.Optional(Type.Array(CategoryCode, { minItems: 1 })),
      }),
      clock: Type.Enum(['working_days', 'calendar_days', 'minutes']),
      amount: Count(1, 100_000),
      source: Type.String({ minLength: 1 }),
    }),
    { minItems: 1 },
  ),
});
export type Deadlines = Static<typeof Deadlines>;

export const Calendar = strict({
  years: Type.Array(
    strict({
      year: Count(2000, 2200),
      source: Type.String({ minLength: 1 }),
      holidays: Type.Array(IsoDate, { minItems: 1 }),
      workdays: Type.Array(IsoDate),
    }),
  ),
});
export type Calendar = Static<typeof Calendar>;

export function checkDeadlines(
  rules: readonly DeadlineRule[],
  categories: readonly CategoryRule[],
  ledger: Ledger,
): void {
  for (const [index, { when, clock, amount }] of rules.entries()) {
    const at = `/deadlines/${index}`;
    for (const prefix of when.category ?? []) {
      if (categories.some(({ code }) => code.startsWith(prefix))) continue;
      ledger.add(
        'deadlines.yaml',
        `${at}/when/category`,
        `no category starts with ${prefix}`,
        'use a code of catalogue.yaml',
      );
    }
    if (clock !== 'minutes' && amount > 366) {
      ledger.add('deadlines.yaml', `${at}/amount`, `${amount} days are more than a year`, 'is it minutes?');
    }
  }
}

export function checkCalendar(years: readonly CalendarYear[], ledger: Ledger): void {
  const file = 'calendar.yaml';
  const seen = new Set<number>();
  for (const [index, { year, holidays, workdays }] of years.entries()) {
    const at = `/years/${index}`;
    if (seen.has(year)) ledger.add(file, `${at}/year`, `the year ${year} appears twice`, 'one block a year');
    seen.add(year);
    for (const day of [...holidays, ...workdays]) {
      if (!isDate(day)) ledger.add(file, at, `${day} is no date`, 'compare with the notice');
      else if (!day.startsWith(`${year}-`))
        ledger.add(file, at, `${day} lies outside ${year}`, 'put it into its own year');
    }
    for (const day of holidays)
      if (workdays.includes(day)) ledger.add(file, at, `${day} is both holiday and workday`, 'compare with the notice');
    for (const day of workdays) {
      const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
      if (weekday !== 0 && weekday !== 6)
        ledger.add(file, at, `${day} is a weekday anyway`, 'workdays lists worked weekend days only');
    }
  }
}
