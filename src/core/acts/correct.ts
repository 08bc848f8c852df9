// Correct: a person puts right what the machine understood of a case: kind, category, place, urgency.
import type { Case, Kind, Place, Rival, Urgency } from '../case.ts';
import { GatewayError } from '../errors.ts';
import { blame, fallback } from '../steps/route.ts';
import { normalise } from '../text/normalise.ts';
import { type Acted, type ActGiven, auditLine, caseEvent, next } from './record.ts';
import { reconsidered } from './reroute.ts';

export interface CorrectInput {
  readonly kind?: Kind;
  /** Code of a category of the catalogue. */
  readonly category?: string;
  readonly place?: Omit<Place, 'confidence'>;
  readonly urgency?: Urgency;
  readonly reason: string;
}

/**
 * The due time is reckoned anew when kind, category or urgency changed. A new place or kind needs the case
 * with its `said`: words that turn out to complain about the unit that holds the case take it away from there.
 * Throws `wrong_state` (409), `unknown_category`, `unknown_division` and `nothing_to_correct` (422).
 */
export function correct(c: Case, input: CorrectInput, given: ActGiven): Acted {
  const fields = Object.keys(input).filter((name) => name !== 'reason');
  if (fields.length === 0)
    throw new GatewayError({
      code: 'nothing_to_correct',
      message: 'name at least one of kind, category, place, urgency',
      retryable: false,
      status: 422,
    });
  const changed = corrected(c, input, given);
  const detail = {
    fields,
    ...(input.kind ? { kind: input.kind } : {}),
    ...(input.category ? { category: input.category } : {}),
    ...(input.urgency ? { urgency: input.urgency } : {}),
  };
  return {
    case: changed,
    events: [caseEvent('case.corrected', changed, given, { corrected: fields })],
    audit: auditLine('case.correct', c.no, input.reason, detail, given),
  };
}

/** The case as corrected; also what accepting a proposed category does. */
export function corrected(c: Case, input: Omit<CorrectInput, 'reason'>, given: ActGiven): Case {
  refuseClosed(c);
  const best = input.category === undefined ? undefined : categoryOf(input.category, given);
  const division = input.place?.division;
  if (division !== undefined && !given.city.divisions.some((d) => d.code === division))
    throw unknown('division', division, 'place/division');
  const changed = next(
    c,
    {
      ...(input.kind ? { kind: input.kind } : {}),
      ...(best ? { category: [best, ...c.category.filter((r) => r.code !== best.code)] } : {}),
      ...(input.urgency ? { urgency: input.urgency } : {}),
      ...(division === undefined ? {} : { division }),
      ...(input.place && c.said ? { said: { ...c.said, place: { ...input.place, confidence: 1 } } } : {}),
    },
    given,
  );
  const safe = reconsidered(c, input.kind ? withoutBlamed(changed, given) : changed, given);
  return input.kind || best || input.urgency ? reckoned(safe, given) : safe;
}

/** Once it is known for a complaint, the unit it blames must neither hold nor see it. Needs the case with its `said`. */
function withoutBlamed(c: Case, { city }: ActGiven): Case {
  const text = normalise(`${c.said?.title ?? ''} ${c.said?.text ?? ''}`);
  const { blamed, barred, above } = blame(c.kind, text, city);
  if (!blamed) return c;
  const all = [...new Set([...c.barred, ...barred])];
  const coUnits = c.coUnits.filter((unit) => !all.includes(unit.code));
  const kept = { ...c, barred: all, coUnits };
  if (!c.unit || !all.includes(c.unit.code)) return kept;
  const unit = above ?? fallback(city, all);
  const { unit: _unit, ...rest } = kept;
  return unit ? { ...rest, unit: { code: unit.code, name: unit.name } } : { ...rest, status: 'triage' };
}

/** No rule or no calendar: no due time at all, never a guessed one; then the case says so. */
function reckoned(c: Case, given: ActGiven): Case {
  const { dueAt: _old, ...rest } = c;
  const dueAt = given.due(rest);
  if (
    c.dueAt !== undefined &&
    isGranted(c) &&
    (dueAt === undefined || dueAt === 'no_calendar' || later(c.dueAt, dueAt))
  )
    return c;
  const flags = c.flags.filter((f) => f !== 'no_calendar');
  if (dueAt === 'no_calendar') return { ...rest, flags: [...flags, 'no_calendar'] };
  return { ...rest, flags, ...(dueAt === undefined ? {} : { dueAt }) };
}

/** The time it has was granted by the desk: putting right what it is about takes none of that away. */
const isGranted = (c: Case): boolean =>
  c.proposals.some((p) => p.type === 'extension' && p.decided?.accept === true && p.value.until === c.dueAt);
const later = (a: string, b: string): boolean => Date.parse(a) > Date.parse(b);

function categoryOf(code: string, given: ActGiven): Rival {
  const { categories, otherCategory } = given.city;
  if (code === otherCategory.code) return { ...otherCategory, confidence: 1 };
  const rule = categories.find((r) => r.code === code);
  if (!rule) throw unknown('category', code, 'category');
  return { code: rule.code, name: rule.name, level1: rule.level1, path: [...rule.path], confidence: 1 };
}

function unknown(what: string, code: string, field: string): GatewayError {
  return new GatewayError({
    code: `unknown_${what}`,
    message: `there is no ${what} ${code}`,
    retryable: false,
    status: 422,
    field,
  });
}

/** A finished case may still be put right for the statistics; a closed or rejected one is history. */
function refuseClosed(c: Case): void {
  if (c.status !== 'closed' && c.status !== 'rejected') return;
  throw new GatewayError({
    code: 'wrong_state',
    message: `case ${c.no} is ${c.status} and cannot be corrected`,
    retryable: false,
    status: 409,
    field: 'status',
  });
}
