// Assign: a person gives a case to a unit.
import type { Case, UnitRef } from '../case.ts';
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
    events: [caseEvent('case.assigned', changed, given, assignment(c, changed))],
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

export function assignment(before: Case, after: Case): Record<string, unknown> {
  return before.unit && before.unit.code !== after.unit?.code ? { previousUnit: before.unit.code } : {};
}

function allowed(c: Case, code: string, given: ActGiven, field: string): UnitRef {
  const unit = unitOf(code, given, field);
  refuseBarred(c, unit, field);
  return unit;
}
