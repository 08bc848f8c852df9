// Candidates: the numbers under which a case's words are posted, so that similar words are found by equality.
import { createHash } from 'node:crypto';
import type { Fingerprint } from '../core/draft.ts';

/** Postings read for one number, newest first: words everybody uses must not make the look-up slow. */
export const POSTINGS = 32;
export const MOST_ALIKE = 8;
/** Two texts that share a single number of six are rarely a third alike: below what anybody is asked about. */
export const LEAST_SHARED = 2;
export const MOST_MINE = 20;
export const MOST_STATED = 20;
const EXACT_FROM = 2 ** 32;

/**
 * The posting numbers of a text: its sketch (unsigned 32 bits) and, above 2^32, its exact hash. The tenant is mixed
 * in, so that one tenant's common words do not fill another's postings.
 */
export function postingsOf(fingerprint: Fingerprint, tenant: string): number[] {
  const mix = fold(tenant);
  const exact = EXACT_FROM + createHash('sha256').update(`${tenant}\n${fingerprint.exact}`).digest().readUIntBE(0, 5);
  return [exact, ...new Set(fingerprint.sketch.map((value) => (value ^ mix) >>> 0))];
}

export const isExact = (posting: number): boolean => posting >= EXACT_FROM;

/** FNV-1a of a short text. */
function fold(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Counts how many postings each case shares; the exact one outweighs all others. */
export class Shared {
  readonly #weight = new Map<number, number>();

  add(posting: number, cases: Iterable<number>): void {
    const weight = isExact(posting) ? 100 : 1;
    for (const id of cases) this.#weight.set(id, (this.#weight.get(id) ?? 0) + weight);
  }

  /** Ids of cases that share at least `least` numbers, most shared first, the newer before the older. */
  ranked(least: number): number[] {
    const enough = [...this.#weight].filter(([, weight]) => weight >= least);
    return enough.sort((a, b) => b[1] - a[1] || b[0] - a[0]).map(([id]) => id);
  }
}
