// Due: by when a case is to be answered once a person has put right what it is, reckoned from when it was opened.
import type { Case } from '../case.ts';
import type { City } from '../city.ts';
import { dueBy } from '../clock.ts';
import { ruleFor } from '../steps/deadline.ts';
import { toRfc3339 } from '../time.ts';

/** RFC 3339; undefined when no rule fits or no notice covers the year. */
export function dueOf(c: Case, city: City): string | undefined {
  const rule = ruleFor(c, city);
  const due = rule && dueBy(Date.parse(c.openedAt), rule, city.calendar, city.utcOffsetMinutes);
  return due === undefined ? undefined : toRfc3339(due, city.utcOffsetMinutes);
}
