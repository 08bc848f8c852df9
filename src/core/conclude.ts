// Announce, the last step: from a finished draft to what is written, what is logged and what the sender is told.
import type { Call } from './call.ts';
import { type Case, type CaseCall, isHidden, type Status } from './case.ts';
import { unitNamed } from './city.ts';
import { wantsEyes } from './doubts.ts';
import type { Draft, Given, KnownCase, Rated } from './draft.ts';
import { audience, traced } from './event.ts';
import { growthOf, isFrequent } from './growth.ts';
import type { LineAnswer, Message } from './message.ts';
import type { Mint } from './mint.ts';
import { CLAIM_MINUTES } from './party.ts';
import type { RatedRow } from './rating.ts';
import type { Outcome, Receipt } from './receipt.ts';
import { reopeningBy, tellOf } from './reopening.ts';
import { UNROUTED } from './steps/route.ts';
import type { Ask, Decision } from './store.ts';
import { eventOf, openEvents } from './tell.ts';
import { isAlone } from './text/alone.ts';
import { toRfc3339 } from './time.ts';

/** Kinds whose receipt never tells of a matter: nobody learns that somebody informed. */
const silent = (draft: Draft): boolean => draft.kind === 'report' || draft.message.sender.secret;
const silentOther = (other: KnownCase): boolean => other.kind === 'report' || other.secret;

export function conclude(draft: Draft, ask: Ask, given: Given, mint: Mint): Decision {
  const decision = concluded(draft, ask, given, mint);
  return { ...decision, events: traced(decision.events, draft.message.traceparent) };
}

function concluded(draft: Draft, ask: Ask, given: Given, mint: Mint): Decision {
  const base = {
    ask,
    message: draft.message,
    masked: draft.words.masked,
    blobs: draft.message.parts.map((p) => p.blob),
  };
  if (draft.noted !== undefined) return { ...base, ...note(draft, given, mint) };
  if (draft.relation.to === 'same') return { ...base, ...follow(draft, draft.relation.other, given, mint) };
  return { ...base, ...open(draft, given, mint) };
}

/** The answer to a delivery that was already taken in. */
export function repeat(ask: Ask, first: Receipt): Decision {
  return { ask, masked: '', receipt: { ...first, outcome: 'repeated' }, events: [], blobs: [] };
}

type Result = Omit<Decision, 'ask' | 'message' | 'masked' | 'blobs'>;

function note(draft: Draft, given: Given, mint: Mint): Result {
  const { message } = draft;
  const binding = boundOf(draft, given, mint);
  const data = {
    ...{ messageId: message.id, channel: message.channel, ...told(message) },
    // For the queue that sends the code there.
    ...(binding.claim && binding.isReached ? { claim: binding.claim.target.kind } : {}),
  };
  const { isReached: _told, ...written } = binding;
  return {
    ...written,
    ...(draft.announced || isAlone(message, draft.words.full) ? { waits: waitsOf(draft, given) } : {}),
    receipt: { outcome: 'noted', note: draft.noted ?? '' },
    events: [eventOf('message.noted', message.id, data, given, mint, { tenant: message.tenant })],
  };
}

/** Nobody has to look at 我要投诉 when nothing follows. */
function waitsOf({ message, announced }: Draft, { city }: Given): NonNullable<Decision['waits']> {
  const minutes = city.relate.conversationMinutes * 60_000;
  if (announced) return { at: Date.parse(message.sentAt), due: Number.MAX_SAFE_INTEGER };
  return { at: Date.parse(message.sentAt), due: Date.parse(message.receivedAt) + minutes };
}

function boundOf(
  { bound, message }: Draft,
  { city, now }: Given,
  mint: Mint,
): Pick<Decision, 'claim' | 'tried' | 'join'> & { readonly isReached?: boolean } {
  if (bound === undefined) return {};
  if ('tried' in bound) return bound;
  if ('join' in bound)
    return { join: { ...bound.join, party: `par_${mint.ulid()}`, at: toRfc3339(now, city.utcOffsetMinutes) } };
  const { isReached, ...keys } = bound.claim;
  const until = now + CLAIM_MINUTES * 60_000;
  const claim = { id: message.id, tenant: message.tenant, ...keys, code: mint.queryCode(), at: now, until };
  return { claim, isReached };
}

const external = (message: Message): { externalId?: string } =>
  message.externalIdGiven ? { externalId: message.externalId } : {};
/** For the log: an order's number may name whoever asked to be named nowhere. */
const told = (message: Message, other: Pick<Case, 'secret' | 'anonymous'> = message.sender) =>
  isHidden(message.sender) || isHidden(other) ? {} : external(message);

function follow(draft: Draft, other: KnownCase, given: Given, mint: Mint): Result {
  const version = other.version + 1;
  const danger = draft.divert;
  const withdrawn = danger ? undefined : draft.withdrawn;
  const reopen = reopeningBy(draft, given);
  const rated = danger ? undefined : draft.rated;
  const called = rated?.visit ? ('follow_up' as const) : other.status;
  const status: Status = danger ? 'diverted' : withdrawn ? 'closed' : reopen ? 'reopened' : called;
  const hidden = silent(draft) || silentOther(other);
  const outcome: Outcome = danger ? 'diverted' : hidden ? 'opened' : 'followed_up';
  const urges = draft.flags.includes('urged');
  const unit = draft.unit ?? other.unit;
  const barred = draft.barred.length > 0 ? draft.barred : (other.barred ?? []);
  const coUnits = draft.coUnits ?? other.coUnits ?? [];
  const about = { tenant: draft.message.tenant, caseversion: version, ...audience({ unit, coUnits, barred }) };
  const data = {
    caseNo: other.no,
    status,
    kind: other.kind,
    ...(other.category ? { category: { code: other.category, name: nameOf(other.category, given) } } : {}),
    ...(unit ? { unit } : {}),
    ...(coUnits.length > 0 ? { coUnits } : {}),
    urges,
    messageId: draft.message.id,
    ...told(draft.message, other),
    href: `/v1/cases/${other.no}`,
  };
  const events = [eventOf('case.followed_up', other.no, data, given, mint, about)];
  if (rated) events.push(eventOf('case.rated', other.no, { ...data, ...ratedData(rated) }, given, mint, about));
  if (reopen)
    events.push(eventOf('case.reopened', other.no, { ...data, ...tellOf(reopen, other.status) }, given, mint, about));
  if (draft.unit) events.push(eventOf('case.assigned', other.no, data, given, mint, about));
  if (withdrawn) events.push(eventOf('case.closed', other.no, { ...data, by: 'citizen' }, given, mint, about));
  if (danger)
    events.push(
      eventOf('case.diverted', other.no, { ...data, urgency: draft.urgency, divert: danger }, given, mint, about),
    );
  return {
    receipt: {
      outcome,
      caseNo: other.no,
      status,
      kind: other.kind,
      ...(danger ? { divert: danger, urgency: draft.urgency } : {}),
      ...(withdrawn ? { note: withdrawn } : {}),
      ...(rated ? { note: rated.note } : {}),
    },
    follow: {
      no: other.no,
      lastAt: Date.parse(draft.message.sentAt),
      urges,
      expectVersion: other.version,
      ...(isHidden(other) || other.kind === 'report' ? { unnamed: true as const } : {}),
      ...(reopen ? { reopen } : {}),
      ...changes(draft, status, rated),
    },
    ...(rated ? { rate: rowOf(rated, draft, other, given) } : {}),
    ...(draft.adopts && draft.adopts.length > 0 ? { adopt: draft.adopts } : {}),
    events,
  };
}

/** Only who was satisfied, and how much: what was said with it lies in the seal. */
const ratedData = ({ rating: { score, round }, previous, words }: Rated) => ({
  ...{ score, round, words },
  ...(previous === undefined ? {} : { previous }),
});

function rowOf({ rating: { score, round } }: Rated, { message }: Draft, other: KnownCase, { now }: Given): RatedRow {
  const { no, category, unit } = other;
  const row = { caseNo: no, round, tenant: message.tenant, at: now, score, category };
  return unit === undefined ? row : { ...row, unit: unit.code };
}

/** What a follow-up changes in its case: a danger it tells of, a unit it complains about. */
function changes(draft: Draft, status: Status, rated?: Rated): Pick<NonNullable<Decision['follow']>, 'set'> {
  const { divert, urgency, unit, coUnits, barred } = draft;
  const set = {
    ...(divert ? { status, urgency, divert } : {}),
    ...(status === 'closed' || rated?.visit ? { status } : {}),
    ...(rated ? { rating: rated.rating } : {}),
    ...(unit ? { unit } : {}),
    ...(coUnits ? { coUnits: [...coUnits] } : {}),
    ...(barred.length > 0 ? { barred: [...barred] } : {}),
  };
  return Object.keys(set).length > 0 ? { set } : {};
}

const nameOf = (code: string, { city }: Given): string =>
  [city.otherCategory, ...city.categories].find((one) => one.code === code)?.name ?? code;

/** A new case with all that belongs to it. */
export function open(draft: Draft, given: Given, mint: Mint): Result {
  const no = mint.caseNo(given.now);
  const joined = draft.relation.to === 'joined' ? draft.relation : undefined;
  const matterId = joined?.other.matter.id ?? `mat_${mint.ulid()}`;
  const size = (joined?.other.matter.size ?? 0) + 1;
  const growth = joined && growthOf(silent(draft) ? 'normal' : draft.urgency, joined.other, given);
  const adopt = draft.adopts ?? [];
  const opened = caseOf(draft, no, matterId, given, mint);
  const queryCode = mint.queryCode();
  const shown = !joined || (!silent(draft) && !silentOther(joined.other));
  const outcome: Outcome = draft.divert
    ? 'diverted'
    : joined && shown
      ? 'joined'
      : draft.answer
        ? 'answered'
        : 'opened';
  const at = opened.openedAt;
  return {
    receipt: receiptOf(opened, outcome, queryCode, joined && shown ? { id: matterId, size } : undefined),
    open: { case: opened, queryCode, firstAt: Date.parse(draft.message.sentAt) },
    matter: { id: matterId, at, ...(growth ?? { open: newMatter(opened, matterId) }) },
    ...(adopt.length > 0 ? { adopt } : {}),
    events: openEvents(opened, { id: matterId, size, ...growth }, given, mint, openedBy(draft), shown),
  };
}

/** Which message opened it need be told only where another came before it. */
function openedBy({ adopts = [], message }: Draft): { messageId?: string; alone?: true } {
  if (adopts.length === 0) return {};
  return adopts.includes(message.id) ? { messageId: message.id, alone: true } : { messageId: message.id };
}

function newMatter(opened: Case, id: string) {
  return {
    id,
    tenant: opened.tenant,
    title: opened.category[0]?.name ?? '',
    category: opened.category[0]?.code ?? '',
    ...(opened.division ? { division: opened.division } : {}),
    ...(opened.unit ? { unit: opened.unit.code } : {}),
    openedAt: opened.openedAt,
    urgency: opened.urgency,
    state: 'open' as const,
  };
}

function statusOf(draft: Draft): Status {
  if (draft.divert) return 'diverted';
  if (draft.answer) return 'answered';
  if (wantsEyes(draft.message)) return 'triage';
  const forDesk = draft.flags.some((f) => f.startsWith('step_failed') || f === UNROUTED);
  return draft.unit && !forDesk ? 'dispatched' : 'triage';
}

function caseOf(draft: Draft, no: string, matterId: string, given: Given, mint: Mint): Case {
  const { message, relation } = draft;
  const at = toRfc3339(given.now, given.city.utcOffsetMinutes);
  const { sender } = message;
  const more = [...(given.known.keyReused ? ['key_reused'] : []), ...(isFrequent(given) ? ['frequent_sender'] : [])];
  const flags = [...draft.flags, ...more];
  return {
    no,
    tenant: message.tenant,
    level: message.level,
    version: 1,
    channel: message.channel,
    account: message.account,
    kind: draft.kind,
    category: [...(draft.categories.length > 0 ? draft.categories : [given.city.otherCategory])],
    urgency: draft.urgency,
    status: statusOf(draft),
    anonymous: sender.anonymous,
    secret: sender.secret,
    ...(draft.place?.division ? { division: draft.place.division } : {}),
    ...(draft.unit ? { unit: draft.unit } : {}),
    coUnits: [...(draft.coUnits ?? [])],
    ...(draft.routing ? { routing: draft.routing } : {}),
    barred: [...draft.barred],
    ...(draft.dueAt === undefined ? {} : { dueAt: toRfc3339(draft.dueAt, given.city.utcOffsetMinutes) }),
    matter: {
      id: matterId,
      role: relation.to === 'joined' ? 'joined' : 'first',
      score: relation.to === 'joined' ? relation.score : 1,
      rule: relation.to === 'joined' ? relation.rule : 'first',
      evidence: relation.to === 'joined' ? [...relation.evidence] : [],
      by: 'system',
      at,
      ...(relation.to === 'joined' ? { like: relation.other.no } : {}),
      ...(draft.led && draft.unit ? { led: draft.unit.code } : {}),
    },
    ...(draft.divert ? { divert: draft.divert } : {}),
    ...(draft.answer ? { answer: isSpoken(draft) ? { ...draft.answer, text: SPOKEN } : draft.answer } : {}),
    ...(message.call ? { call: callOf(message.call, given) } : {}),
    proposals: draft.proposals.map((p) => ({ ...p, id: `pro_${mint.ulid()}`, at })),
    flags,
    ...external(message),
    openedAt: at,
    updatedAt: at,
    messages: 1 + (draft.adopts ?? []).filter((id) => id !== message.id).length,
    said: saidOf(draft),
  };
}

/** Who was joined from when to when; a unit only where the configuration knows it, since any other name may be a person's. */
function callOf({ start, durationS, waitS, transfers = [] }: Call, { city }: Given): CaseCall {
  return {
    ...(start === undefined ? {} : { start }),
    ...(durationS === undefined ? {} : { durationS }),
    ...(waitS === undefined ? {} : { waitS }),
    transfers: transfers.map(({ unit, ...rest }) => {
      const known = unit === undefined ? undefined : unitNamed(unit, city);
      return { ...rest, ...(known ? { unit: { code: known.code, name: known.name } } : {}) };
    }),
  };
}

/** Words of a call stay in the seal; the case itself only tells that there was an answer. */
const SPOKEN = '已在通话中答复。';
const isSpoken = ({ answer, message }: Draft): boolean =>
  answer !== undefined && answer.text === message.answered?.text;

function saidOf(draft: Draft): NonNullable<Case['said']> {
  const { message, place, digest } = draft;
  const { sender, answered } = message;
  return {
    text: message.text,
    ...(message.title ? { title: message.title } : {}),
    ...(sender.name ? { name: sender.name } : {}),
    ...(sender.phone ? { phone: sender.phone } : {}),
    ...(sender.email ? { email: sender.email } : {}),
    ...(message.address ? { address: message.address } : {}),
    ...(message.occurredAt ? { occurredAt: message.occurredAt } : {}),
    ...(place ? { place } : {}),
    ...(digest ? { digest } : {}),
    ...(answered && isSpoken(draft) ? { answer: spokenBy(answered) } : {}),
  };
}

const spokenBy = ({ text, speaker }: LineAnswer) => ({ text, ...(speaker === undefined ? {} : { speaker }) });

function receiptOf(c: Case, outcome: Outcome, queryCode: string, matter: Receipt['matter']): Receipt {
  const [best] = c.category;
  return {
    outcome,
    caseNo: c.no,
    queryCode,
    status: c.status,
    kind: c.kind,
    ...(best ? { category: { code: best.code, name: best.name, confidence: best.confidence } } : {}),
    urgency: c.urgency,
    ...(c.unit ? { unit: c.unit } : {}),
    ...(c.dueAt ? { dueAt: c.dueAt } : {}),
    ...(matter ? { matter } : {}),
    ...(c.answer ? { answer: { ...c.answer, text: c.said?.answer?.text ?? c.answer.text } } : {}),
    ...(c.divert ? { divert: c.divert } : {}),
  };
}
