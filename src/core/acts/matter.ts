// Join and split: a person says that a case is about a matter, or about one of its own. Both can be undone by the other.
import type { Case, Membership } from '../case.ts';
import { GatewayError } from '../errors.ts';
import { audience, type EventType, type NewEvent } from '../event.ts';
import type { Matter } from '../matter.ts';
import { type Acted, type ActGiven, at, auditLine, caseEvent, type NewMatter, next, refuseFinished } from './record.ts';

/** `from` is the matter the case is in now, when it has one. Throws `already_joined` and `wrong_state` (409). */
export function join(c: Case, to: Matter, from: Matter | undefined, reason: string, given: ActGiven): Acted {
  const changed = joined(c, to, given);
  return {
    case: changed,
    events: joinEvents(changed, to, from, given),
    audit: auditLine('case.join', c.no, reason, { matter: to.id, ...(from ? { from: from.id } : {}) }, given),
    move: { id: to.id },
  };
}

/** The case as a member of the matter by a person's word; also what accepting a proposed join does. */
export function joined(c: Case, to: Matter, given: ActGiven, evidence: readonly string[] = []): Case {
  refuseFinished(c, 'joined');
  if (c.matter?.id === to.id)
    throw conflict(
      'already_joined',
      `case ${c.no} is already in matter ${to.id}`,
      'GET /v1/matters/{id} shows its cases.',
    );
  if (c.tenant !== to.tenant)
    throw conflict('other_tenant', `matter ${to.id} belongs to another tenant`, 'Join within one tenant.');
  return next(c, { matter: member(to.id, 'joined', evidence, given) }, given);
}

/** The matter left behind tells that it was split, or, when nobody is left in it, that it went into the other. */
export function joinEvents(c: Case, to: Matter, from: Matter | undefined, given: ActGiven, more = {}): NewEvent[] {
  const size = to.size + 1;
  const events = [
    caseEvent('case.joined', c, given, { matter: { id: to.id, size }, ...more }),
    matterEvent('matter.grown', to.id, c, size, given),
  ];
  if (from && from.size > 1) events.push(matterEvent('matter.split', from.id, c, from.size - 1, given));
  if (from && from.size <= 1) events.push(matterEvent('matter.merged', from.id, c, 0, given, { into: to.id }));
  return events;
}

/** Takes the case out of the matter into a new one of its own. Throws `not_in_matter` and `sole_case` (409). */
export function split(c: Case, from: Matter, reason: string, given: ActGiven): Acted {
  refuseFinished(c, 'split off');
  if (c.matter?.id !== from.id)
    throw conflict('not_in_matter', `case ${c.no} is not in matter ${from.id}`, 'GET /v1/cases/{no} names its matter.');
  if (from.size < 2)
    throw conflict('sole_case', `case ${c.no} is the only one of matter ${from.id}`, 'There is nothing to split.');
  const id = `mat_${given.ulid()}`;
  const changed = next(c, { matter: member(id, 'first', [], given) }, given);
  return {
    case: changed,
    events: [
      caseEvent('case.split', changed, given, { matter: { id, size: 1 }, from: from.id }),
      matterEvent('matter.split', from.id, changed, from.size - 1, given),
      matterEvent('matter.opened', id, changed, 1, given),
    ],
    audit: auditLine('case.split', c.no, reason, { from: from.id, matter: id }, given),
    move: { id, open: newMatter(changed, id, given) },
  };
}

function member(id: string, role: Membership['role'], evidence: readonly string[], given: ActGiven): Membership {
  return { id, role, score: 1, rule: 'person', evidence: [...evidence], by: given.by, at: at(given) };
}

function newMatter(c: Case, id: string, given: ActGiven): NewMatter {
  return {
    id,
    tenant: c.tenant,
    title: c.category[0]?.name ?? '',
    category: c.category[0]?.code ?? '',
    ...(c.division === undefined ? {} : { division: c.division }),
    ...(c.unit ? { unit: c.unit.code } : {}),
    openedAt: at(given),
    state: 'open',
  };
}

/** Of the matter itself; the case that came or went is named by number only. */
function matterEvent(type: EventType, id: string, c: Case, size: number, given: ActGiven, more = {}): NewEvent {
  return {
    id: `evt_${given.ulid()}`,
    type,
    subject: id,
    time: at(given),
    data: { matterId: id, size, caseNo: c.no, href: `/v1/matters/${id}`, ...more },
    tenant: c.tenant,
    ...audience(c),
  };
}

function conflict(code: string, message: string, advice: string): GatewayError {
  return new GatewayError({ code, message, retryable: false, status: 409, field: 'caseNo', advice });
}
