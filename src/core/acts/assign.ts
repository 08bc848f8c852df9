// Assign: a person gives a case to a unit.
import type { Case, UnitRef } from '../case.ts';
import type { NewEvent } from '../event.ts';
import { UNROUTED } from '../steps/route.ts';
import {
  type Acted,
  type ActGiven,
  auditLine,
  caseEvent,
  next,
  refuseBarred,
  refuseFinished,
  settled,
  unitOf,
} from './record.ts';

export interface AssignInput {
  readonly unit: string;
  readonly coUnits?: readonly string[];
  readonly reason: string;
}

/** Status becomes `dispatched`. Throws `wrong_state` and `unit_barred` (409), `unknown_unit` (422). */
export function assign(c: Case, input: AssignInput, given: ActGiven): Acted {
  const changed = assigned(c, input, given);
  const detail = {
    unit: input.unit,
    coUnits: changed.coUnits.map((u) => u.code),
    ...(c.unit ? { previous: c.unit.code } : {}),
  };
  return {
    case: changed,
    events: [assignment(c, changed, given)],
    audit: auditLine('case.assign', c.no, input.reason, detail, given),
  };
}

/** The case in the hands of the unit; also what accepting a proposed route does. */
export function assigned(c: Case, input: Omit<AssignInput, 'reason'>, given: ActGiven): Case {
  refuseFinished(c, 'assigned');
  const unit = allowed(c, input.unit, given, 'unit');
  const coUnits = [...new Set(input.coUnits ?? [])]
    .filter((code) => code !== unit.code)
    .map((code) => allowed(c, code, given, 'coUnits'));
  const flags = c.flags.filter((flag) => flag !== UNROUTED);
  const proposals = settled(c.proposals, given, unit.code);
  return next(c, { status: 'dispatched', unit, coUnits, flags, proposals }, given);
}

/** case.assigned, told also to the units that had the case before: it is theirs no more. */
export function assignment(before: Case, after: Case, given: ActGiven, more: Record<string, unknown> = {}): NewEvent {
  const previous = before.unit && before.unit.code !== after.unit?.code ? { previousUnit: before.unit.code } : {};
  const event = caseEvent('case.assigned', after, given, { ...previous, ...more });
  const had = [before.unit, ...before.coUnits].flatMap((unit) => unit?.code ?? []);
  const coUnits = [...new Set([...(event.coUnits ?? []), ...had])].filter((code) => code !== event.unit);
  return coUnits.length > 0 ? { ...event, coUnits } : event;
}

function allowed(c: Case, code: string, given: ActGiven, field: string): UnitRef {
  const unit = unitOf(code, given, field);
  refuseBarred(c, unit, field);
  return unit;
}
