// Report: a unit tells how it stands with a case it holds: the way back. Order-checked against states.ts.
import type { Case, Handling, Proposal, UnitRef } from '../case.ts';
import type { EventType } from '../event.ts';
import type { Message } from '../message.ts';
import { maskReason } from '../text/mask.ts';
import { askedFor } from './extend.ts';
import { type Acted, type ActGiven, at, auditLine, caseEvent, next, refuseBarred, settled, unitOf } from './record.ts';
import { refused } from './refused.ts';
import type { Report, ReportOf } from './report-shapes.ts';
import { afterReturn } from './reroute.ts';
import { MOVES, stateAfter } from './states.ts';
import { wordsOf } from './words.ts';

/** Who reports: a unit by its own key, or, without one, the desk on behalf of a unit. */
export interface Reporter {
  readonly unit?: string;
}

/** What a report changes and tells besides the state. `facts` go into the event: thin, no words. */
interface Told {
  readonly type: EventType;
  readonly handling?: Handling;
  readonly proposals?: Proposal[];
  readonly facts?: Record<string, unknown>;
  readonly reason?: string;
  readonly out?: string;
  readonly note?: string;
}

/**
 * Throws `not_held`, `lead_only`, `unit_barred`, `wrong_state` (409), `unknown_unit`, `not_yours`, `missing_field` and what
 * an extension throws. An extension asked for is told as case.proposed: nothing has moved yet.
 */
export function report(c: Case, input: Report, reporter: Reporter, given: ActGiven): Acted {
  const unit = holder(c, input, reporter, given);
  const status = stateAfter(c, input.type);
  const told = tell(c, input, unit, given);
  const message = told.out === undefined ? undefined : wordsOf(c, 'out', told.out, unit, given);
  const note = told.note === undefined ? undefined : wordsOf(c, 'note', told.note, unit, given, input.type);
  const onBehalf = reporter.unit === undefined ? { onBehalf: true } : {};
  const changed = next(
    c,
    {
      status,
      messages: c.messages + (message ? 1 : 0) + (note ? 1 : 0),
      ...(told.handling ? { handling: { ...c.handling, ...told.handling } } : {}),
      ...(told.proposals ? { proposals: told.proposals } : {}),
    },
    given,
  );
  const facts = { reportedBy: unit.code, ...onBehalf, ...told.facts, ...named(message) };
  return {
    case: changed,
    events: [caseEvent(told.type, changed, given, facts)],
    audit: auditLine(`case.${input.type}`, c.no, told.reason, { unit: unit.code, ...onBehalf }, given),
    ...(message ? { message } : {}),
    ...(note ? { note } : {}),
  };
}

const named = (message: Message | undefined) => (message ? { messageId: message.id } : {});

const HOLDERS = 'Only the unit that holds a case, and its co-units, report on it; GET /v1/cases/{no} names them.';

function holder(c: Case, input: Report, reporter: Reporter, given: ActGiven): UnitRef {
  if (reporter.unit !== undefined && input.unit !== undefined && input.unit !== reporter.unit)
    throw refused(403, 'not_yours', 'a unit reports for itself only', 'unit', 'Leave unit out.');
  const code = reporter.unit ?? input.unit ?? c.unit?.code;
  if (code === undefined) throw refused(409, 'not_held', `case ${c.no} is with no unit yet`, 'unit', HOLDERS);
  const unit = unitOf(code, given, 'unit');
  refuseBarred(c, unit, 'unit');
  if (c.unit?.code === code) return unit;
  if (!c.coUnits.some((one) => one.code === code))
    throw refused(409, 'not_held', `${unit.name} does not hold case ${c.no}`, 'unit', HOLDERS);
  if (MOVES[input.type].by === 'helper') return unit;
  throw refused(
    409,
    'lead_only',
    `${unit.name} helps with case ${c.no}; only the unit that leads may say this`,
    'type',
    'A unit that helps reports contacted and progressed.',
  );
}

function tell(c: Case, input: Report, unit: UnitRef, given: ActGiven): Told {
  switch (input.type) {
    case 'signed':
      return { type: 'case.signed', handling: { signedAt: at(given) } };
    case 'returned':
      return returned(c, input, unit, given);
    case 'extension': {
      const asked = askedFor(c, input, unit.code, given);
      return {
        type: 'case.proposed',
        proposals: [...c.proposals, asked],
        facts: { proposals: [{ id: asked.id, type: asked.type }] },
        reason: input.reason,
      };
    }
    case 'contacted': {
      const { method, reached = true, note, needs } = input;
      const first = reached && c.handling?.contactedAt === undefined ? { contactedAt: at(given) } : {};
      const facts = { reached, ...(method ? { method } : {}) };
      return {
        type: 'case.contacted',
        handling: first,
        facts,
        ...asked(needs),
        ...(note === undefined ? {} : { note }),
      };
    }
    case 'progressed':
      return progressed(input);
    case 'answered': {
      const { internal: note, public: out } = input;
      return {
        type: 'case.answered',
        handling: { answeredAt: at(given) },
        out,
        ...(note === undefined ? {} : { note }),
      };
    }
    case 'resolved':
      return resolved(input, given);
  }
}

/** Words for the citizen: sent as a question (`more`), since the event that names the message is no answer. */
const asked = (needs: string | undefined): { out?: string } => (needs === undefined ? {} : { out: needs });

/** Nothing is decided yet: the case stays with the unit until the desk gives it to another, or back. */
function returned(c: Case, input: ReportOf<'returned'>, unit: UnitRef, given: ActGiven): Told {
  const { reason, ground, suggestedUnit, needs } = input;
  const to = suggestedUnit === undefined ? undefined : unitOf(suggestedUnit, given, 'suggestedUnit');
  if (to) refuseBarred(c, to, 'suggestedUnit');
  if (to?.code === unit.code)
    throw refused(
      422,
      'invalid_field',
      'suggestedUnit is the unit that returns it',
      'suggestedUnit',
      'Name another unit, or none.',
    );
  const candidates = afterReturn(c, unit, to, given);
  const value = {
    returnedBy: unit.code,
    ...(ground ? { ground } : {}),
    ...(to ? { unit: to } : {}),
    ...(candidates.length > 0 ? { candidates } : {}),
  };
  const asks: Proposal = {
    id: `pro_${given.ulid()}`,
    type: to ? 'route' : 'review',
    reason: maskReason(reason),
    value,
    at: at(given),
  };
  return {
    type: 'case.returned',
    handling: { returns: (c.handling?.returns ?? 0) + 1 },
    proposals: [...settled(c.proposals, given), asks],
    facts: {
      ...(ground ? { ground } : {}),
      ...(to ? { suggestedUnit: to } : {}),
      proposals: [{ id: asks.id, type: asks.type }],
    },
    reason,
    note: reason,
    ...asked(needs),
  };
}

function progressed({ note, public: out }: ReportOf<'progressed'>): Told {
  if (note === undefined && out === undefined)
    throw refused(
      422,
      'missing_field',
      'progress is told in note, in public or in both',
      'note',
      'Write what was done.',
    );
  return {
    type: 'case.progressed',
    ...(note === undefined ? {} : { note }),
    ...(out === undefined ? {} : { out }),
  };
}

function resolved({ resolved: done, reason, factual, beyondDuty }: ReportOf<'resolved'>, given: ActGiven): Told {
  if (!done && reason === undefined)
    throw refused(422, 'missing_field', 'what is not resolved has a reason', 'reason', 'Write why it cannot be done.');
  const result = {
    resolved: done,
    ...(factual === undefined ? {} : { factual }),
    ...(beyondDuty === undefined ? {} : { beyondDuty }),
  };
  const why = reason === undefined ? {} : { reason, note: reason };
  return { type: 'case.resolved', handling: { ...result, doneAt: at(given) }, facts: result, ...why };
}
