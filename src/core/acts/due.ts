// Due: by when a case is to be answered once a person has put right what it is, reckoned from when it was opened.
import type { Case } from '../case.ts';
import type { City } from '../city.ts';
import { dueBy } from '../clock.ts';
import { ruleFor } from '../steps/deadline.ts';
import { toRfc3339 } from '../time.ts';

/** RFC 3339; `no_calendar` when no notice covers the year; undefined when no rule fits, or the case was answered at once. */
export function dueOf(c: Case, city: City): string | undefined {
  if (c.status === 'answered') return undefined;
  const rule = ruleFor(c, city);
  if (rule === undefined) return undefined;
  const due = dueBy(Date.parse(c.openedAt), rule, city.calendar, city.utcOffsetMinutes);
  return due === undefined ? 'no_calendar' : toRfc3339(due, city.utcOffsetMinutes);
}
