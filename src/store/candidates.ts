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

const CELLS = 1 << 13;
const CELL_SHIFT = 32 - Math.log2(CELLS);
const SPREAD = 0x9e3779b1;
/** Four times what one message's postings hold; the tables must never be full. */
const MOST_COUNTED = CELLS / 2;
/** A weight holds how many numbers are shared, and in its low half what these are worth: by the latter cases are ranked. */
const ONE_SHARED = 2 ** 16;
const EXACT_WEIGHT = 100 * ONE_SHARED + 10_000;
/** A case's place in the order: what it shares is worth, then its id. */
const ABOVE_IDS = 2 ** 32;
const ids = new Uint32Array(CELLS);
const weights = new Uint32Array(CELLS);
const used = new Uint16Array(CELLS);
const places = new Float64Array(CELLS);

export interface Wanted {
  /** Numbers that a case must share at least; its exact one outweighs all others. */
  readonly least: number;
  readonly most: number;
}

/**
 * Ids (from 1) of the cases that share `postings`, those first whose shared ones few others have, the newer before the older. A message
 * meets a thousand cases so: they are counted in tables that are kept, not in a map that is made for each.
 */
export function mostShared(
  postings: readonly number[],
  posted: (posting: number) => readonly number[],
  { least, most }: Wanted,
): number[] {
  const cases = count(postings, posted);
  let found = 0;
  for (let n = 0; n < cases; n++) {
    const cell = used[n] ?? 0;
    const weight = weights[cell] ?? 0;
    if (weight >= least * ONE_SHARED) places[found++] = (weight % ONE_SHARED) * ABOVE_IDS + (ids[cell] ?? 0);
    ids[cell] = 0;
  }
  const sorted = places.subarray(0, found).sort();
  const first: number[] = [];
  for (let n = found - 1; n >= 0 && first.length < most; n--) first.push((sorted[n] ?? 0) % ABOVE_IDS);
  return first;
}

/** How many cases were counted; `used` names their cells. */
function count(postings: readonly number[], posted: (posting: number) => readonly number[]): number {
  let cases = 0;
  for (const posting of postings) {
    const held = posted(posting);
    const weight = isExact(posting) ? EXACT_WEIGHT : ONE_SHARED + Math.max(1, Math.trunc(POSTINGS / held.length));
    for (const id of held) {
      let cell = Math.imul(id, SPREAD) >>> CELL_SHIFT;
      while (ids[cell] !== 0 && ids[cell] !== id) cell = (cell + 1) & (CELLS - 1);
      if (ids[cell] === 0) {
        if (cases >= MOST_COUNTED) continue;
        ids[cell] = id;
        weights[cell] = 0;
        used[cases++] = cell;
      }
      weights[cell] = (weights[cell] ?? 0) + weight;
    }
  }
  return cases;
}
