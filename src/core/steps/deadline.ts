// Step deadline: by when the city owes an answer. No calendar for the year: no date, and a flag; never a guess.
import type { DeadlineRule } from '../city.ts';
import { dueBy } from '../clock.ts';
import type { Draft, Given } from '../draft.ts';

export function deadline(draft: Draft, { city, now }: Given): Draft {
  // A follow-up runs on its case's clock; what was answered at once has none.
  const owes = draft.noted === undefined && draft.relation.to !== 'same' && draft.answer === undefined;
  const rule = owes ? city.deadlines.find((one) => fits(one, draft)) : undefined;
  if (rule === undefined) return draft;
  const dueAt = dueBy(now, rule, city.calendar, city.utcOffsetMinutes);
  return dueAt === undefined ? { ...draft, flags: [...draft.flags, 'no_calendar'] } : { ...draft, dueAt };
}

function fits({ when }: DeadlineRule, draft: Draft): boolean {
  const code = draft.categories[0]?.code ?? '';
  if (when.kind !== undefined && !when.kind.includes(draft.kind)) return false;
  if (when.urgency !== undefined && !when.urgency.includes(draft.urgency)) return false;
  return when.category === undefined || when.category.some((prefix) => code.startsWith(prefix));
}
