// Kinship: the rules of parties that every store keeps alike: who survives a joining, and when a party is over.
import type { Joining, KnownClaim, Party, PartyKey } from '../core/party.ts';
import { MOST_KEYS, MOST_TRIES } from '../core/party.ts';

export const CLAIMS_WINDOW_MS = 86_400_000;
export const MOST_PARTY_CASES = 100;
/** A party with one key joins nothing. */
export const LEAST_KEYS = 2;

/** The oldest of the parties the keys have, or a new one; ULIDs sort by age. */
export function survivorOf(join: Joining, parties: readonly string[]): string {
  return parties.toSorted()[0] ?? join.party;
}

/** Keys beyond what one person has stay outside: somebody's code was passed round. */
export const roomFor = (keys: number): number => Math.max(0, MOST_KEYS - keys);

export const isOver = (
  claim: { readonly until: number; readonly tries: number; readonly settled: boolean },
  now: number,
) => claim.settled || claim.tries >= MOST_TRIES || claim.until <= now;

/** Nobody joined a key to it since then. */
export const isIdle = (party: Party | undefined, before: number): boolean =>
  party === undefined || party.keys.every(({ at }) => Date.parse(at) < before);

export const oldestFirst = (keys: readonly PartyKey[]): PartyKey[] =>
  keys.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));

export type OpenClaim = NonNullable<KnownClaim['open']>;
