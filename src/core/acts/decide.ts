// Decide: a person accepts or rejects what the machine proposed but was not sure of.
import Value from 'typebox/value';
import { type Case, Divert, type Proposal } from '../case.ts';
import { GatewayError } from '../errors.ts';
import type { Matter } from '../matter.ts';
import type { Ruling } from '../ruling.ts';
import { maskReason } from '../text/mask.ts';
import { assigned, assignment } from './assign.ts';
import { corrected } from './correct.ts';
import { extended } from './extend.ts';
import { joinEvents, joined, joinRulings, type LedMatter, sizesOf } from './matter.ts';
import { type Acted, type ActGiven, at, auditLine, caseEvent, next, refuseFinished } from './record.ts';
import { refused } from './refuse.ts';

export interface DecideInput {
  readonly proposal: string;
  readonly accept: boolean;
  readonly reason: string;
}

/** The matters a proposed join speaks of; the caller looks them up, this step stays pure. */
export interface DecideKnown {
  readonly to?: LedMatter;
  readonly from?: Matter;
  /** Cases of the requests that an accepted split took out of the message; opened before it is written down. */
  readonly opened?: readonly string[];
  /** Which of the requests offered, from 1, could not be made cases: somebody is to open them by hand. */
  readonly missed?: readonly number[];
}

/**
 * Accepting does what was proposed and tells it by the event of that deed: join → case.joined, divert → case.diverted,
 * category → case.corrected, route → case.assigned, refuse → case.closed with the reason's code,
 * extension → case.extended. A rejection, and `same_person` and `review`, which change nothing but
 * the proposal, are told as case.proposed with `proposal: {id, type, decision}`: the list of proposals has changed. A `review` that
 * offers a split tells with `opened` which cases came of it.
 * Throws `unknown_proposal` (404), `already_decided` (409), `unusable_proposal` (422) and what the deed throws.
 */
export function decide(c: Case, input: DecideInput, known: DecideKnown, given: ActGiven): Acted {
  const proposal = proposalOf(c, input.proposal);
  if (proposal.decided)
    throw new GatewayError({
      code: 'already_decided',
      message: `proposal ${proposal.id} was ${proposal.decided.accept ? 'accepted' : 'rejected'} at ${proposal.decided.at}`,
      retryable: false,
      status: 409,
      field: 'proposal',
    });
  const told = { proposal: { id: proposal.id, type: proposal.type, decision: input.accept ? 'accepted' : 'rejected' } };
  const deed = input.accept ? accept(c, proposal, known, given, told) : declined(c, proposal, given, told);
  return {
    ...deed,
    audit: auditLine('case.decide', c.no, input.reason, { ...told.proposal, ...detailOf(known) }, given),
    case: { ...deed.case, proposals: decided(deed.case, input, given) },
  };
}

const detailOf = ({ opened }: DecideKnown) => (opened ? { opened: [...opened] } : {});

/** The matter a proposed join names: that of its first candidate, the best one; to join another, reject and join directly. */
export function proposedMatter(c: Case, id: string): string | undefined {
  const { type, value } = proposalOf(c, id);
  if (type !== 'join') return undefined;
  return text(bestOf(value), 'matter') ?? text(value.matter, 'id');
}

/** The case the proposed join is like, where it names one: it may have gone into another matter since. */
export function proposedLike(c: Case, id: string): string | undefined {
  const { type, value } = proposalOf(c, id);
  return type === 'join' ? likeOf(value) : undefined;
}

const bestOf = (value: Proposal['value']): unknown =>
  Array.isArray(value.candidates) ? value.candidates[0] : undefined;

type Deed = Omit<Acted, 'audit'>;

function accept(c: Case, proposal: Proposal, known: DecideKnown, given: ActGiven, told: Record<string, unknown>): Deed {
  const { value } = proposal;
  switch (proposal.type) {
    case 'join': {
      if (!known.to) throw unusable(proposal, 'its matter does not exist any more');
      const changed = joined(c, known.to, given, [proposal.reason]);
      return {
        case: changed,
        events: joinEvents(changed, known.to, known.from, given, told),
        move: { id: known.to.id },
        rulings: joinRulings(c, known.to, known.from, likeOf(value)),
        expectSizes: sizesOf(known.to, known.from),
      };
    }
    case 'divert': {
      refuseFinished(c, 'diverted');
      const divert = value.divert ?? value;
      if (!Value.Check(Divert, divert)) throw unusable(proposal, 'it does not say where to');
      const { to, reason, advice } = divert;
      const changed = next(c, { status: 'diverted', divert: { to, reason, advice } }, given);
      return { case: changed, events: [caseEvent('case.diverted', changed, given, told)] };
    }
    case 'category': {
      const code = text(value.category, 'code') ?? text(value.code, 'code');
      if (code === undefined) throw unusable(proposal, 'it names no category');
      const changed = corrected(c, { category: code }, given);
      return {
        case: changed,
        events: [caseEvent('case.corrected', changed, given, { corrected: ['category'], ...told })],
      };
    }
    case 'route': {
      const unit = text(value.unit, 'code') ?? text(value.code, 'code');
      if (unit === undefined) throw unusable(proposal, 'it names no unit');
      const named = codes(value.coUnits);
      const changed = assigned(c, { unit, coUnits: named ?? c.coUnits.map((u) => u.code) }, given);
      return {
        case: changed,
        events: [assignment(c, changed, given, told)],
      };
    }
    case 'refuse':
      return refused(c, value, given, told);
    case 'extension': {
      const changed = extended(c, proposal, given);
      if (!changed) throw unusable(proposal, 'the case is with another unit, or has that much time already');
      return { case: changed, events: [caseEvent('case.extended', changed, given, told)] };
    }
    default:
      return known.opened ? splitInto(c, proposal, known, given, told) : noted(c, given, told);
  }
}

/** They are as many matters as there are requests. The case had been understood with all of them in view: what is left is asked. */
function splitInto(
  c: Case,
  { id, value }: Proposal,
  { opened = [], missed = [] }: DecideKnown,
  given: ActGiven,
  told: Record<string, unknown>,
): Deed {
  const code = Array.isArray(value.split) ? text(value.split[0], 'category') : undefined;
  const ask = (of: Pick<Proposal, 'type' | 'reason' | 'value'>): Proposal => ({
    ...{ id: `pro_${given.ulid()}`, at: at(given), ...of },
  });
  const asks = missed.map((request) => ask({ type: 'review', reason: MISSED, value: { proposal: id, request } }));
  if (code !== undefined && c.category[0]?.code !== code)
    asks.push(ask({ type: 'category', reason: LEFT, value: { code } }));
  const changed = next(c, { proposals: [...c.proposals, ...asks] }, given);
  return {
    case: changed,
    events: [caseEvent('case.proposed', changed, given, { ...told, opened: [...opened] })],
    rulings: opened.map((no): Ruling => ({ cases: [c.no, no], same: false })),
  };
}

const MISSED = '拆分出的一项诉求未能自动立案，请人工立案。';
const LEFT = '拆分后，本工单剩下的内容属于这一类。';

const likeOf = (value: Proposal['value']): string | undefined => {
  const best = bestOf(value);
  return typeof best === 'object' ? text(best, 'caseNo') : undefined;
};

/** Who rejects a join says that the case and the best candidate are two matters. */
function declined(c: Case, proposal: Proposal, given: ActGiven, told: Record<string, unknown>): Deed {
  const like = proposal.type === 'join' ? likeOf(proposal.value) : undefined;
  const rulings: Ruling[] = like === undefined ? [] : [{ cases: [c.no, like], same: false }];
  return { ...noted(c, given, told), ...(rulings.length > 0 ? { rulings } : {}) };
}

function noted(c: Case, given: ActGiven, told: Record<string, unknown>): Deed {
  const changed = next(c, {}, given);
  return { case: changed, events: [caseEvent('case.proposed', changed, given, told)] };
}

function decided(c: Case, input: DecideInput, given: ActGiven): Proposal[] {
  const mark = { accept: input.accept, by: given.by, at: at(given), reason: maskReason(input.reason) };
  return c.proposals.map((p) => (p.id === input.proposal ? { ...p, decided: mark } : p));
}

function proposalOf(c: Case, id: string): Proposal {
  const proposal = c.proposals.find((p) => p.id === id);
  if (proposal) return proposal;
  throw new GatewayError({
    code: 'unknown_proposal',
    message: `case ${c.no} has no proposal ${id}`,
    retryable: false,
    status: 404,
    field: 'proposal',
  });
}

/** The codes of a list of units; undefined when there is none. */
function codes(units: unknown): string[] | undefined {
  return Array.isArray(units) ? units.flatMap((one: unknown) => text(one, 'code') ?? []) : undefined;
}

/** A string, or the string under `key` of an object. */
function text(value: unknown, key: string): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const inner: unknown = Reflect.get(value, key);
  return typeof inner === 'string' ? inner : undefined;
}

function unusable(proposal: Proposal, why: string): GatewayError {
  return new GatewayError({
    code: 'unusable_proposal',
    message: `proposal ${proposal.id} cannot be accepted: ${why}`,
    retryable: false,
    status: 422,
    field: 'proposal',
    advice: 'Reject it and decide directly: assign, correct or join.',
  });
}
