// Calls: what both stores do alike with what is told of calls: sorting facts by call, names, and hours as they are summed up.
import type { CallFact } from '../core/call-record.ts';

/** Merges each call with what is told of it; for each fact whether its call changed. */
export function mergeEach(
  facts: readonly CallFact[],
  merge: (call: string, told: readonly CallFact[]) => boolean,
): boolean[] {
  const changed = facts.map(() => false);
  for (const [call, told] of byCall(facts)) {
    const moved = merge(
      call,
      told.map(({ fact }) => fact),
    );
    if (moved) for (const { place } of told) changed[place] = true;
  }
  return changed;
}

/** Facts by the call they tell of, with the place each had. */
function byCall(facts: readonly CallFact[]): Map<string, { fact: CallFact; place: number }[]> {
  const calls = new Map<string, { fact: CallFact; place: number }[]>();
  for (const [place, fact] of facts.entries()) {
    const known = calls.get(fact.call);
    if (known) known.push({ fact, place });
    else calls.set(fact.call, [{ fact, place }]);
  }
  return calls;
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const callName = (blind: Uint8Array): string => `call_${Buffer.from(blind).toString('hex')}`;

/** Undefined when it is no name of a call. */
export function callBlind(name: string): Buffer | undefined {
  return /^call_[0-9a-f]{32}$/.test(name) ? Buffer.from(name.slice(5), 'hex') : undefined;
}
