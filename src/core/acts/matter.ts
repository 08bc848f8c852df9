// Join, move and split: a person says that a case is about a matter, or about one of its own. Each can be undone by the others.
import type { Case, Membership, Status, UnitRef } from '../case.ts';
import { GatewayError } from '../errors.ts';
import { audience, type EventType, type NewEvent } from '../event.ts';
import type { Matter, NewMatter } from '../matter.ts';
import type { Ruling } from '../ruling.ts';
import { fallback, UNROUTED } from '../steps/route.ts';
import type { SizeOf } from '../store.ts';
import { assignment } from './assign.ts';
import { type Acted, type ActGiven, at, auditLine, caseEvent, next, refuseFinished, settled } from './record.ts';
import { rankedAgain } from './reroute.ts';

/** A matter with the unit that has it: that of its oldest case. */
export type LedMatter = Matter & { readonly lead?: UnitRef };

/** `from` is the matter the case is in now, when it has one. Throws `already_joined` and `wrong_state` (409). */
export function join(c: Case, to: LedMatter, from: Matter | undefined, reason: string, given: ActGiven): Acted {
  const changed = joined(c, to, given);
  return {
    case: changed,
    events: joinEvents(changed, to, from, given),
    audit: auditLine('case.join', c.no, reason, { matter: to.id, ...(from ? { from: from.id } : {}) }, given),
    move: { id: to.id },
    rulings: joinRulings(c, to, from),
    expectSizes: sizesOf(to, from),
  };
}

/** As `join`, of a case that must still be in `from`. Throws `not_in_matter` too. */
export function move(c: Case, from: Matter, to: LedMatter, reason: string, given: ActGiven): Acted {
  refuseOutside(c, from);
  return join(c, to, from, reason, given);
}

/** The case as a member of the matter by a person's word; also what accepting a proposed join does. */
export function joined(c: Case, to: LedMatter, given: ActGiven, evidence: readonly string[] = []): Case {
  refuseFinished(c, 'joined');
  if (c.matter?.id === to.id)
    throw conflict(
      'already_joined',
      `case ${c.no} is already in matter ${to.id}`,
      'GET /v1/matters/{id} shows its cases.',
    );
  if (c.tenant !== to.tenant) throw otherTenant(to);
  const after = led(c, to.lead, given);
  return next(c, { ...after, matter: { ...member(to.id, 'joined', evidence, given), ...ledBy(c, after) } }, given);
}

/** Sizes are told, and whether anybody is left: then nobody may have come or gone meanwhile. */
export const sizesOf = (...matters: readonly (Matter | undefined)[]): SizeOf[] =>
  matters.flatMap((one) => (one ? [{ id: one.id, size: one.size }] : []));

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

/** `like` is the case of `to` it was shown to be like; without it the oldest one stands for the matter. */
export function joinRulings(c: Case, to: Matter, from: Matter | undefined, like?: string): Ruling[] {
  const same = like !== undefined && to.cases.includes(like) ? like : to.cases[0];
  return [
    ...(same === undefined ? [] : [{ cases: [c.no, same] as const, same: true }]),
    ...(from ? apartFrom(c, from) : []),
  ];
}

/** Not one matter with whoever is left there: the oldest case, and the one it had been found to be like. */
function apartFrom(c: Case, from: Matter): Ruling[] {
  const others = from.cases.filter((no) => no !== c.no);
  const like = others.find((no) => no === c.matter?.like);
  const named = [...new Set([like, others[0]])].flatMap((no) => (no === undefined ? [] : [no]));
  return named.map((no) => ({ cases: [c.no, no] as const, same: false }));
}

/** Takes the case out of the matter into a new one, with a dispatch of its own. Throws `not_in_matter` and `sole_case` (409). */
export function split(c: Case, from: Matter, reason: string, given: ActGiven): Acted {
  refuseFinished(c, 'split off');
  refuseOutside(c, from);
  if (from.size < 2)
    throw conflict('sole_case', `case ${c.no} is the only one of matter ${from.id}`, 'There is nothing to split.');
  const id = `mat_${given.ulid()}`;
  const changed = next(c, { ...alone(c, given), matter: member(id, 'first', [], given) }, given);
  return {
    case: changed,
    events: [
      caseEvent('case.split', changed, given, { matter: { id, size: 1 }, from: from.id }),
      ...dispatch(c, changed, given),
      matterEvent('matter.split', from.id, changed, from.size - 1, given),
      matterEvent('matter.opened', id, changed, 1, given),
    ],
    audit: auditLine('case.split', c.no, reason, { from: from.id, matter: id }, given),
    move: { id, open: newMatter(changed, id, given) },
    rulings: apartFrom(c, from),
    expectSizes: sizesOf(from),
  };
}

/** Nobody has begun with it: it may still go where its matter is. */
const WAITING: readonly Status[] = ['received', 'triage', 'dispatched', 'returned', 'reopened'];
/** The city owes work on it, so it needs somebody who does it. */
const OWED: readonly Status[] = [...WAITING, 'signed', 'in_progress', 'extended'];

/**
 * A matter is dispatched once: a case nobody has begun with goes to the unit that has the matter, and its own promise stands.
 * The desk has no matter, it only looks where it goes: what a unit has stays there, and what waits for a person still does.
 */
export function led(c: Case, lead: UnitRef | undefined, given: ActGiven): Partial<Case> {
  if (!lead || lead.code === given.city.fallbackUnit) return {};
  if (!WAITING.includes(c.status) || c.barred.includes(lead.code)) return {};
  const status = c.status === 'reopened' ? 'reopened' : 'dispatched';
  const coUnits = c.coUnits.filter((unit) => unit.code !== lead.code);
  const flags = c.flags.filter((flag) => flag !== UNROUTED);
  return { unit: lead, coUnits, status, flags, proposals: settled(c.proposals, given, lead.code) };
}

export const ledBy = (before: Case, after: Partial<Case>): Pick<Membership, 'led'> =>
  after.unit && after.unit.code !== before.unit?.code ? { led: after.unit.code } : {};

/** By itself: to the unit its own category and place name, where it had none but the matter's, in a time that begins now. */
export function alone(c: Case, given: ActGiven): Partial<Case> {
  if (!OWED.includes(c.status)) return {};
  const { city } = given;
  const own = c.unit !== undefined && c.unit.code !== c.matter?.led ? c.unit : undefined;
  const [best] = own ? [] : rankedAgain(c, [], given).candidates;
  const routed = best && best.confidence >= city.routeFrom && best.unit.code !== city.fallbackUnit ? best : undefined;
  const desk = fallback(city, c.barred);
  const unit = own ?? routed?.unit ?? (desk && { code: desk.code, name: desk.name });
  const found = (own !== undefined && own.code !== city.fallbackUnit) || routed !== undefined;
  const due = given.due({ ...c, openedAt: at(given) });
  const flags = [
    ...c.flags.filter((flag) => flag !== 'no_calendar' && flag !== UNROUTED),
    ...(due === 'no_calendar' ? ['no_calendar'] : []),
    ...(found ? [] : [UNROUTED]),
  ];
  const { signedAt: _signed, ...handling } = c.handling ?? {};
  return {
    status: found ? 'dispatched' : 'triage',
    flags,
    ...(unit ? { unit } : {}),
    ...(routed?.coUnits ? { coUnits: [...routed.coUnits] } : {}),
    ...(due === undefined || due === 'no_calendar' ? {} : { dueAt: due }),
    ...(c.handling ? { handling } : {}),
  };
}

/** What tells a unit that the case is its own from now on. */
export function dispatch(before: Case, after: Case, given: ActGiven): NewEvent[] {
  if (after.status !== 'dispatched') return [];
  return [assignment(before, after, given)];
}

export function member(id: string, role: Membership['role'], evidence: readonly string[], given: ActGiven): Membership {
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
    urgency: c.urgency,
    state: 'open',
  };
}

/** Of the matter itself; the case that came or went is named by number only. */
export function matterEvent(
  type: EventType,
  id: string,
  c: Case,
  size: number,
  given: ActGiven,
  more: Record<string, unknown> = {},
): NewEvent {
  return {
    id: `evt_${given.ulid()}`,
    type,
    subject: id,
    time: at(given),
    data: { matterId: id, size, ...topicOf(type, c), caseNo: c.no, href: `/v1/matters/${id}`, ...more },
    tenant: c.tenant,
    ...audience(c),
  };
}

/** What the matter is about and whose it is, where the case is in it: one that left says nothing of it. */
function topicOf(type: EventType, c: Case): Record<string, unknown> {
  if (type !== 'matter.opened' && type !== 'matter.grown') return {};
  const [category] = c.category;
  return { ...(category ? { category: category.code } : {}), ...(c.unit ? { unit: c.unit } : {}) };
}

function refuseOutside(c: Case, from: Matter): void {
  if (c.matter?.id !== from.id)
    throw conflict('not_in_matter', `case ${c.no} is not in matter ${from.id}`, 'GET /v1/cases/{no} names its matter.');
}

export const otherTenant = (to: Matter): GatewayError =>
  conflict('other_tenant', `matter ${to.id} belongs to another tenant`, 'Join within one tenant.');

export function conflict(code: string, message: string, advice: string, field = 'caseNo'): GatewayError {
  return new GatewayError({ code, message, retryable: false, status: 409, field, advice });
}
