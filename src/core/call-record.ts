// Call records: what exchanges tell of a call, piece by piece and in any order, and the one call that follows from all of it.

/** How a call ended. `menu`: a machine dealt with it and nobody was asked for; `open`: it is still under way. */
export const CALL_OUTCOMES = ['answered', 'abandoned', 'failed', 'menu', 'open'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/**
 * One thing told of one call: a record, or an event. A later fact of the same `part` takes the place of the earlier
 * one: a repeat changes nothing, a correction corrects. `rank`: 0 an event of a line, 1 a record written at the end,
 * 2 the queue itself, which alone knows whether a person answered. Times are epoch ms.
 */
export interface CallFact {
  readonly call: string;
  readonly part: string;
  readonly rank: 0 | 1 | 2;
  /** When it was written, where the exchange says so: an older one does not replace a newer one. */
  readonly revision?: number;
  readonly direction?: 'in' | 'out';
  /** The citizen's number, digits. */
  readonly party?: string;
  readonly offeredAt?: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly waitMs?: number;
  readonly talkMs?: number;
  readonly outcome?: Exclude<CallOutcome, 'open'>;
  /** It adds to a call that is known, and begins none: the end of a line may be that of any call. */
  readonly adds?: true;
  /** A machine took the call first: its times tell nothing of how long a person was waited for. */
  readonly takenFirst?: true;
}

/** What all facts of a call come to. */
export interface FoldedCall {
  readonly direction: 'in' | 'out';
  readonly at: number;
  readonly outcome: CallOutcome;
  readonly waitMs?: number;
  readonly talkMs?: number;
  readonly endedAt?: number;
}

/** More parts than any real call has; what comes beyond them is not kept. */
export const MOST_PARTS = 64;

export function mergeFacts(kept: readonly CallFact[], told: readonly CallFact[]): CallFact[] {
  const parts = new Map(kept.map((fact) => [fact.part, fact]));
  for (const fact of told) {
    const before = parts.get(fact.part);
    const older = (fact.revision ?? 0) < (before?.revision ?? 0);
    if (older || (before === undefined && parts.size >= MOST_PARTS)) continue;
    parts.set(fact.part, fact);
  }
  return [...parts.values()];
}

/** `now` stands in for a call of which nothing tells any time. */
export function foldCall(facts: readonly CallFact[], now: number): FoldedCall {
  const offeredAt = least(facts.map((fact) => fact.offeredAt));
  const answer = telling(facts, (fact) => fact.answeredAt !== undefined && fact.outcome !== 'menu');
  const answeredAt = least(answer.map((fact) => fact.answeredAt));
  const endedAt = most(facts.map((fact) => fact.endedAt));
  const at = offeredAt ?? answeredAt ?? endedAt ?? now;
  const outcome = outcomeOf(facts, endedAt);
  const answered = outcome === 'answered';
  const waited = most(telling(facts, (fact) => fact.waitMs !== undefined).map((fact) => fact.waitMs));
  const until = answered ? answeredAt : endedAt;
  const told = offeredAt !== undefined && until !== undefined && !(answered && answer.some((fact) => fact.takenFirst));
  const waitMs = waited ?? (told ? Math.max(0, until - offeredAt) : undefined);
  const talked = sum(telling(facts, (fact) => fact.talkMs !== undefined).map((fact) => fact.talkMs));
  const talkMs =
    talked ?? (answeredAt === undefined || endedAt === undefined ? undefined : Math.max(0, endedAt - answeredAt));
  return {
    direction: facts.find((fact) => fact.direction !== undefined)?.direction ?? 'in',
    ...{ at, outcome },
    ...(waitMs === undefined || outcome === 'open' ? {} : { waitMs }),
    ...(talkMs === undefined || !answered ? {} : { talkMs }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

/** One answered leg makes an answered call, however many rang in vain; but the highest rank that says anything decides. */
function outcomeOf(facts: readonly CallFact[], endedAt: number | undefined): CallOutcome {
  const said = telling(facts, (fact) => fact.outcome !== undefined).map((fact) => fact.outcome);
  for (const outcome of ['answered', 'abandoned', 'failed', 'menu'] as const)
    if (said.includes(outcome)) return outcome;
  if (facts.some((fact) => fact.answeredAt !== undefined)) return 'answered';
  return endedAt === undefined ? 'open' : 'abandoned';
}

/** Of the facts that say something about it, those of the highest rank. */
function telling(facts: readonly CallFact[], says: (fact: CallFact) => boolean): CallFact[] {
  const those = facts.filter(says);
  const highest = most(those.map(({ rank }) => rank));
  return those.filter(({ rank }) => rank === highest);
}

const numbers = (values: readonly (number | undefined)[]): number[] => values.filter((one) => one !== undefined);
const least = (values: readonly (number | undefined)[]): number | undefined => {
  const all = numbers(values);
  return all.length === 0 ? undefined : Math.min(...all);
};
const most = (values: readonly (number | undefined)[]): number | undefined => {
  const all = numbers(values);
  return all.length === 0 ? undefined : Math.max(...all);
};
const sum = (values: readonly (number | undefined)[]): number | undefined => {
  const all = numbers(values);
  return all.length === 0 ? undefined : all.reduce((a, b) => a + b, 0);
};

/** The citizen's number as the newest fact that knows it tells it. */
export const partyOf = (facts: readonly CallFact[]): string | undefined =>
  facts.findLast(({ party }) => party !== undefined)?.party;
