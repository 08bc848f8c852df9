// Similarity: how much of two texts is the same, by character pairs.
import { bare } from './normalise.ts';

/** Slots for hashed pairs. A slot holds the number of the comparison that last used it, so nothing is cleared between. */
const SLOTS = 1 << 16;
const left = new Uint32Array(SLOTS);
const right = new Uint32Array(SLOTS);
let turn = 0;

function slot(words: string, at: number): number {
  const mixed = Math.imul(words.charCodeAt(at), 0x9e3779b1) ^ Math.imul(words.charCodeAt(at + 1), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
}

/** Jaccard of the distinct character pairs of two texts, punctuation and spaces left out: 0 (nothing shared) to 1. */
export function similarity(a: string, b: string): number {
  const one = bare(a);
  const two = bare(b);
  if (one === two) return one === '' ? 0 : 1;
  if (one.length < 2 || two.length < 2) return 0;
  turn = turn === 0xffffffff ? 1 : turn + 1;
  let only = 0;
  for (let at = 0; at + 1 < one.length; at++) {
    const place = slot(one, at);
    if (left[place] === turn) continue;
    left[place] = turn;
    only++;
  }
  let shared = 0;
  let union = only;
  for (let at = 0; at + 1 < two.length; at++) {
    const place = slot(two, at);
    if (right[place] === turn) continue;
    right[place] = turn;
    if (left[place] === turn) shared++;
    else union++;
  }
  return shared / union;
}
