// Reopening 重办: a finished case is dealt with once more, in a time that begins now; by the desk, or by the citizen's own word.
import type { Case, Status } from './case.ts';
import { dueBy } from './clock.ts';
import type { Draft, Given } from './draft.ts';
import { ruleFor } from './steps/deadline.ts';
import type { Decision } from './store.ts';
import { toRfc3339 } from './time.ts';

type Reopen = NonNullable<NonNullable<Decision['follow']>['reopen']>;

/** What a follow-up that reopens its case writes besides; undefined for any other. A danger is diverted instead. */
export function reopeningBy(draft: Draft, { city, now }: Given): Reopen | undefined {
  const { relation } = draft;
  if (relation.to !== 'same' || !relation.reopens || draft.divert) return undefined;
  const { kind, category } = relation.other;
  const known = [city.otherCategory, ...city.categories].find((one) => one.code === category) ?? city.otherCategory;
  const rival = { code: known.code, name: known.name, level1: known.level1, path: [...known.path], confidence: 1 };
  const rule = ruleFor({ kind, urgency: draft.urgency, category: [rival] }, city);
  if (rule === undefined) return {};
  const due = dueBy(now, rule, city.calendar, city.utcOffsetMinutes);
  return due === undefined ? { noCalendar: true } : { dueAt: toRfc3339(due, city.utcOffsetMinutes) };
}

/** What its event tells besides. */
export const tellOf = ({ dueAt }: Reopen, from: Status) => ({
  ...{ from, by: 'citizen' },
  ...(dueAt === undefined ? {} : { dueAt }),
});

/** The case open again: what was reported of the first time stands in the log, and its time is a new one. */
export function reopened(c: Case, { dueAt, noCalendar }: Reopen, status: Status = 'reopened'): Case {
  const { dueAt: _over, divert: _elsewhere, ...rest } = c;
  const flags = c.flags.filter((flag) => flag !== 'no_calendar');
  return {
    ...rest,
    status,
    handling: again(c.handling),
    flags: noCalendar ? [...flags, 'no_calendar'] : flags,
    ...(dueAt === undefined ? {} : { dueAt }),
  };
}

function again(handling: Case['handling']): NonNullable<Case['handling']> {
  const { doneAt: _done, closedAt: _closed, resolved: _resolved, ...kept } = handling ?? {};
  return { ...kept, reopened: (handling?.reopened ?? 0) + 1 };
}
