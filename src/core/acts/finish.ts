// Finish: the desk closes a case that is dealt with, or has it dealt with once more.
import type { Case } from '../case.ts';
import { reopened } from '../reopening.ts';
import { type Acted, type ActGiven, at, auditLine, caseEvent, next } from './record.ts';
import { stateAfter } from './states.ts';

/** Throws `wrong_state` (409). */
export function close(c: Case, reason: string, given: ActGiven): Acted {
  const status = stateAfter(c, 'closed');
  const changed = next(c, { status, handling: { ...c.handling, closedAt: at(given) } }, given);
  return {
    case: changed,
    events: [caseEvent('case.closed', changed, given, { from: c.status })],
    audit: auditLine('case.closed', c.no, reason, { from: c.status }, given),
  };
}

/** The unit that had it signs again, in a time that begins now; without a unit the desk assigns one. Throws `wrong_state` (409). */
export function reopen(c: Case, reason: string, given: ActGiven): Acted {
  const status = stateAfter(c, 'reopened');
  const { dueAt: _over, ...rest } = c;
  const due = given.due({ ...rest, status, openedAt: at(given) });
  const time = due === 'no_calendar' ? { noCalendar: true as const } : due === undefined ? {} : { dueAt: due };
  const changed = next(reopened(c, time, status), {}, given);
  return {
    case: changed,
    events: [caseEvent('case.reopened', changed, given, { from: c.status })],
    audit: auditLine('case.reopened', c.no, reason, { from: c.status }, given),
  };
}
