// Finish: the desk closes a case that is dealt with, or has it dealt with once more.
import type { Case } from '../case.ts';
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
  const { dueAt: _over, divert: _elsewhere, ...rest } = c;
  const due = given.due({ ...rest, status, openedAt: at(given) });
  const flags = c.flags.filter((f) => f !== 'no_calendar');
  const changed = next(
    {
      ...rest,
      flags: due === 'no_calendar' ? [...flags, 'no_calendar'] : flags,
      ...(due === undefined || due === 'no_calendar' ? {} : { dueAt: due }),
    },
    { status, handling: again(c.handling) },
    given,
  );
  return {
    case: changed,
    events: [caseEvent('case.reopened', changed, given, { from: c.status })],
    audit: auditLine('case.reopened', c.no, reason, { from: c.status }, given),
  };
}

/** What was reported of the first time stands in the trail; the case itself is open again. */
export function again(handling: Case['handling']): NonNullable<Case['handling']> {
  const { doneAt: _done, closedAt: _closed, resolved: _resolved, ...kept } = handling ?? {};
  return { ...kept, reopened: (handling?.reopened ?? 0) + 1 };
}
