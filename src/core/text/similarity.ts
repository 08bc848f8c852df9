// Similarity: how much of two texts is the same, by character pairs.
import { bare } from './normalise.ts';
import { remembered } from './remembered.ts';

const bareOf = remembered(2_048, bare);

/** Slots for hashed pairs. A slot holds the number of the comparison that last used it, so nothing is cleared between. */
const SLOTS = 1 << 16;
const MOST_TURNS = 0xffff_fff0;
const left = new Uint32Array(SLOTS);
const right = new Uint32Array(SLOTS);
let turn = 0;
/** The left text of the last comparison: one message is compared with many, and is read once. */
let kept = { text: '', words: '', turn: 0, pairs: 0 };

function slot(words: string, at: number): number {
  const mixed = Math.imul(words.charCodeAt(at), 0x9e3779b1) ^ Math.imul(words.charCodeAt(at + 1), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
}

/** Jaccard of the distinct character pairs of two texts, punctuation and spaces left out: 0 (nothing shared) to 1. */
export function similarity(a: string, b: string): number {
  if (turn > MOST_TURNS) startOver();
  if (kept.turn === 0 || kept.text !== a) readLeft(a);
  const two = bareOf(b);
  if (kept.words === two) return two === '' ? 0 : 1;
  if (kept.words.length < 2 || two.length < 2) return 0;
  turn++;
  let shared = 0;
  let union = kept.pairs;
  for (let at = 0; at + 1 < two.length; at++) {
    const place = slot(two, at);
    if (right[place] === turn) continue;
    right[place] = turn;
    if (left[place] === kept.turn) shared++;
    else union++;
  }
  return shared / union;
}

function readLeft(text: string): void {
  const words = bareOf(text);
  turn++;
  let pairs = 0;
  for (let at = 0; at + 1 < words.length; at++) {
    const place = slot(words, at);
    if (left[place] === turn) continue;
    left[place] = turn;
    pairs++;
  }
  kept = { text, words, turn, pairs };
}

function startOver(): void {
  left.fill(0);
  right.fill(0);
  turn = 0;
  kept = { text: '', words: '', turn: 0, pairs: 0 };
}
