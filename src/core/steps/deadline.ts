// Step deadline: by when the city owes an answer. No calendar for the year: no date, and a flag; never a guess.
import type { Case, Kind, Rival, Urgency } from '../case.ts';
import type { City, DeadlineRule } from '../city.ts';
import { dueBy } from '../clock.ts';
import type { Draft, Given } from '../draft.ts';

export function deadline(draft: Draft, { city, now }: Given): Draft {
  // A follow-up runs on its case's clock; what was answered at once has none.
  const owes = draft.noted === undefined && draft.relation.to !== 'same' && draft.answer === undefined;
  const rule = owes ? ruleFor({ ...draft, category: draft.categories }, city) : undefined;
  if (rule === undefined) return draft;
  const dueAt = dueBy(now, rule, city.calendar, city.utcOffsetMinutes);
  return dueAt === undefined ? { ...draft, flags: [...draft.flags, 'no_calendar'] } : { ...draft, dueAt };
}

/** The row of the deadline table for a case or what will become one; the first that fits, counts. */
export function ruleFor(about: Pick<Case, 'kind' | 'urgency'> & { readonly category: readonly Rival[] }, city: City) {
  return city.deadlines.find((rule) => fits(rule, about.kind, about.urgency, about.category[0]?.code ?? ''));
}

function fits({ when }: DeadlineRule, kind: Kind, urgency: Urgency, code: string): boolean {
  if (when.kind !== undefined && !when.kind.includes(kind)) return false;
  if (when.urgency !== undefined && !when.urgency.includes(urgency)) return false;
  return when.category === undefined || when.category.some((prefix) => code.startsWith(prefix));
}
