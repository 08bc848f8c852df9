// Words: what two texts both say, in their own letters: the weightiest stretches, for a person to read.
import { pairsOf } from './grams.ts';
import { type GramTable, idfOf } from './table.ts';

const READ = 200;
const LEAST = 2;
const LONGEST = 20;

export function sharedWords(one: string, other: string, table: GramTable, most: number): string[] {
  const found = new Map<string, number>();
  for (const words of one.slice(0, READ).split(/[^\p{L}\p{N}]+/u)) {
    for (let at = 0; at + LEAST <= words.length; ) {
      const held = heldFrom(words, at, other);
      if (held.length >= LEAST) found.set(held, worthOf(held, table));
      at += Math.max(1, held.length);
    }
  }
  const ranked = [...found].sort((a, b) => b[1] - a[1]).map(([words]) => words);
  return ranked.filter((words, n) => !ranked.slice(0, n).some((longer) => longer.includes(words))).slice(0, most);
}

/** The longest stretch from `at` that the other text holds. */
function heldFrom(words: string, at: number, other: string): string {
  let to = at + LEAST;
  if (!other.includes(words.slice(at, to))) return '';
  while (to < words.length && to - at < LONGEST && other.includes(words.slice(at, to + 1))) to++;
  return words.slice(at, to);
}

const worthOf = (words: string, table: GramTable): number =>
  pairsOf(words.toLowerCase()).reduce((sum, pair) => sum + (pair === 0 ? 0 : idfOf(pair, table)), 0);
