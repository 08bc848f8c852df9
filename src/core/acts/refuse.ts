// Refuse: a person says that a case is not for the hotline: it ends with the reason's code, and the citizen is told where to go.

import Value from 'typebox/value';
import type { Case } from '../case.ts';
import { DivertTo } from '../case.ts';
import { GatewayError } from '../errors.ts';
import { type Acted, type ActGiven, at, caseEvent, next, refuseFinished } from './record.ts';
import { wordsOf } from './words.ts';

/** Status becomes `rejected`; it can be reopened. Throws `wrong_state` (409) and `unusable_proposal` (422). */
export function refused(
  c: Case,
  value: Readonly<Record<string, unknown>>,
  given: ActGiven,
  told: Record<string, unknown>,
): Omit<Acted, 'audit'> {
  refuseFinished(c, 'refused');
  const { code, advice, to } = value;
  if (typeof code !== 'string' || typeof advice !== 'string')
    throw new GatewayError({
      code: 'unusable_proposal',
      message: 'the proposal names no reason or no advice',
      retryable: false,
      status: 422,
      field: 'proposal',
    });
  const { city } = given;
  const desk = city.units.find((unit) => unit.code === city.fallbackUnit);
  const message = wordsOf(c, 'out', advice, desk ?? { code: city.fallbackUnit, name: city.name }, given);
  const divert = Value.Check(DivertTo, to) ? { divert: { to, reason: code, advice } } : {};
  const changed = next(
    c,
    { status: 'rejected', messages: c.messages + 1, handling: { ...c.handling, closedAt: at(given) }, ...divert },
    given,
  );
  const facts = { from: c.status, refusal: { code, advice }, messageId: message.id, ...told };
  return { case: changed, events: [caseEvent('case.closed', changed, given, facts)], message };
}
