// Likeness: what one text shares with each of many others, gram by gram. The one is laid out in a table once; then each gram of another is one look.
import { dot } from './latent.ts';
import type { Reading, Run } from './reading.ts';

/** How alike two whole texts are. */
export interface Likeness {
  /** Everything, names alone, problems alone: cosines. */
  readonly full: number;
  readonly names: number;
  readonly problem: number;
  /** Of shared names: their worth, and how much of the shorter text's names they are. */
  readonly nameWorth: number;
  readonly covered: number;
  readonly about: number;
  /** Of the names in a title the weightiest stretch that the other text holds: the greater of both ways. */
  readonly run: number;
  /** The share of a title's names that the other text lacks: the smaller and the greater of both ways. */
  readonly lostLeast: number;
  readonly lostMost: number;
}

/** Twice the grams of the longest text that is read, and more. */
const CELLS = 1 << 15;
const keys = new Uint32Array(CELLS);
const places = new Uint16Array(CELLS);
/** Which grams of either side both hold; cleared after each comparison. */
const heldHere = new Uint8Array(CELLS);
const heldThere = new Uint8Array(CELLS);

/** Likeness of `one` with each of `others`, in their order. */
export function likenesses(one: Reading, others: readonly Reading[]): Likeness[] {
  const { grams } = one.full;
  for (let at = 0; at < grams.length; at++) {
    const gram = grams[at] ?? 0;
    const cell = cellOf(gram);
    keys[cell] = gram;
    places[cell] = at;
  }
  const found = others.map((other) => likenessOf(one, other));
  // Emptied cell by cell: the whole table is far larger than a text.
  for (let at = grams.length - 1; at >= 0; at--) keys[cellOf(grams[at] ?? 0)] = 0;
  return found;
}

function cellOf(gram: number): number {
  let cell = gram & (CELLS - 1);
  while (keys[cell] !== 0 && keys[cell] !== gram) cell = (cell + 1) & (CELLS - 1);
  return cell;
}

function likenessOf(a: Reading, b: Reading): Likeness {
  const [one, two] = [a.full, b.full];
  const { grams, weights } = two;
  let names = 0;
  let problem = 0;
  for (let there = 0; there < grams.length; there++) {
    const cell = cellOf(grams[there] ?? 0);
    if (keys[cell] === 0) continue;
    const here = places[cell] ?? 0;
    heldHere[here] = 1;
    heldThere[there] = 1;
    const product = (one.weights[here] ?? 0) * (weights[there] ?? 0);
    if (two.isName[there] === 1) names += product;
    else problem += product;
  }
  const [out, back] = [carried(a.run, heldHere), carried(b.run, heldThere)];
  heldHere.fill(0, 0, one.grams.length);
  heldThere.fill(0, 0, grams.length);
  return {
    full: share(names + problem, one.norm, two.norm),
    names: share(names, one.nameNorm, two.nameNorm),
    problem: share(problem, one.problemNorm, two.problemNorm),
    nameWorth: Math.log(1 + names),
    covered: names / Math.max(1e-9, Math.min(one.nameNorm, two.nameNorm) ** 2),
    about: dot(a.about, b.about),
    run: Math.log(1 + Math.max(out.run, back.run)),
    lostLeast: Math.min(out.lost, back.lost),
    lostMost: Math.max(out.lost, back.lost),
  };
}

export const share = (product: number, a: number, b: number): number => (a === 0 || b === 0 ? 0 : product / (a * b));

/** Of a title's names: the weightiest run the other text holds, and the share of their weight it lacks. */
function carried({ places: at, worths }: Run, held: Uint8Array): { run: number; lost: number } {
  let run = 0;
  let longest = 0;
  let all = 0;
  let kept = 0;
  for (let n = 0; n < at.length; n++) {
    const worth = worths[n] ?? 0;
    const place = at[n] ?? -1;
    all += worth;
    if (place < 0 || held[place] !== 1) {
      run = 0;
      continue;
    }
    kept += worth;
    run += worth + 1e-9;
    if (run > longest) longest = run;
  }
  return { run: longest, lost: all === 0 ? 0 : 1 - kept / all };
}
