// Extend: more time for a case: asked for by its unit, which changes nothing, and granted by the desk, which moves the due time.
import type { Case, Proposal } from '../case.ts';
import { addWorkingDays } from '../clock.ts';
import { maskReason } from '../text/mask.ts';
import { parseTime, toRfc3339 } from '../time.ts';
import { type ActGiven, at, next } from './record.ts';
import { refused } from './refused.ts';
import type { ReportOf } from './report-shapes.ts';
import { stateAfter } from './states.ts';

const END_OF_DAY = 86_399_000;
/** Who types another century means another year. */
const LONGEST = 366 * 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Asked before the time is over, and once at a time. Throws `already_asked`, `past_due` (409), `invalid_field`, `no_calendar` (422). */
export function askedFor(c: Case, input: ReportOf<'extension'>, unit: string, given: ActGiven): Proposal {
  if (c.proposals.some((p) => p.type === 'extension' && !p.decided))
    throw refused(
      409,
      'already_asked',
      `case ${c.no} has an extension nobody has decided yet`,
      'type',
      'Wait for the desk: case.decided tells it.',
    );
  const due = c.dueAt === undefined ? undefined : Date.parse(c.dueAt);
  if (due !== undefined && given.now > due)
    throw refused(
      409,
      'past_due',
      `case ${c.no} was due at ${c.dueAt}; more time is asked for before`,
      'type',
      'Report progressed, and tell the desk.',
    );
  const until = untilOf(input, due ?? given.now, given);
  if (until <= (due ?? given.now))
    throw refused(
      422,
      'invalid_field',
      `until is not later than ${due === undefined ? 'now' : c.dueAt}`,
      'until',
      'Ask for a later time.',
    );
  if (until > given.now + LONGEST)
    throw refused(422, 'invalid_field', 'until is more than a year away', 'until', 'Ask for less, and again later.');
  const value = { unit, until: toRfc3339(until, given.city.utcOffsetMinutes) };
  return { id: `pro_${given.ulid()}`, type: 'extension', reason: maskReason(input.reason), value, at: at(given) };
}

function untilOf({ until, workingDays }: ReportOf<'extension'>, from: number, { city }: ActGiven): number {
  if ((until === undefined) === (workingDays === undefined))
    throw refused(422, 'invalid_field', 'say either until or workingDays', 'until', 'Leave one of them out.');
  if (until !== undefined) {
    const time = parseTime(until, city.utcOffsetMinutes);
    if (time === undefined)
      throw refused(422, 'invalid_field', 'until is no time', 'until', 'Write it like 2026-12-01 or as RFC 3339.');
    return DATE.test(until.trim()) ? time + END_OF_DAY : time;
  }
  const day = addWorkingDays(from, workingDays ?? 0, city.calendar, city.utcOffsetMinutes);
  if (day !== undefined) return day;
  throw refused(422, 'no_calendar', 'no calendar covers these working days', 'workingDays', 'Say until instead.');
}

/** The case with the time it was granted; `undefined` when the proposal does not fit the case any more. */
export function extended(c: Case, { value }: Proposal, given: ActGiven): Case | undefined {
  const { unit, until } = value;
  if (typeof until !== 'string' || unit !== c.unit?.code) return undefined;
  if (c.dueAt !== undefined && Date.parse(until) <= Date.parse(c.dueAt)) return undefined;
  const status = stateAfter(c, 'extended');
  const handling = { ...c.handling, extensions: (c.handling?.extensions ?? 0) + 1 };
  return next(c, { status, dueAt: until, handling, flags: c.flags.filter((f) => f !== 'no_calendar') }, given);
}
