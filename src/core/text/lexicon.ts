// Lexicon: finds many words in one text in one walk; scanning for a thousand words one by one would cost more than all else.

export interface Hit<T> {
  readonly at: number;
  readonly word: string;
  readonly value: T;
}

interface Entry<T> {
  readonly word: string;
  readonly value: T;
}

export interface Lexicon<T> {
  /** Every occurrence of every word, in order of position; overlapping ones too. */
  scan(text: string): Hit<T>[];
  /** How many occurrences there are, counted up to `most`. */
  count(text: string, most: number): number;
}

interface Words<T> {
  /** For every character whether it is a word (`ALONE`) and whether a longer one begins with it (`BEGINS`). */
  readonly first: Uint8Array;
  /** 1 where some word may begin with that pair of characters: nearly every position of a text ends here. */
  readonly pairs: Uint8Array;
  /** Words by their first two characters; a single character stands under its pair with nothing. */
  readonly byPair: ReadonlyMap<number, readonly Entry<T>[]>;
}

const ALONE = 1;
const BEGINS = 2;

/** Words are grouped by their first two characters, so a position of the text costs a look or two at a table. */
export function lexicon<T>(entries: readonly (readonly [string, T])[]): Lexicon<T> {
  const first = new Uint8Array(65_536);
  const pairs = new Uint8Array(65_536);
  const byPair = new Map<number, Entry<T>[]>();
  for (const [word, value] of entries) {
    if (word.length === 0) continue;
    const one = word.charCodeAt(0);
    const two = word.length === 1 ? 0 : word.charCodeAt(1);
    first[one] = (first[one] ?? 0) | (two === 0 ? ALONE : BEGINS);
    if (two !== 0) pairs[spread(one, two)] = 1;
    const key = pairKey(one, two);
    const list = byPair.get(key);
    if (list) list.push({ word, value });
    else byPair.set(key, [{ word, value }]);
  }
  const words = { first, pairs, byPair };
  return {
    scan: (text) => {
      const hits: Hit<T>[] = [];
      walk(text, words, (at, { word, value }) => hits.push({ at, word, value }) < Number.POSITIVE_INFINITY);
      return hits;
    },
    count: (text, most) => {
      let count = 0;
      walk(text, words, () => ++count < most);
      return count;
    },
  };
}

/** Within 32 bits, which a Map looks up fastest. */
const pairKey = (one: number, two: number): number => (one << 16) | two;
const spread = (one: number, two: number): number => (Math.imul(one, 0x9e37) ^ two) & 0xffff;

/** `met` says whether to go on. */
function walk<T>(text: string, words: Words<T>, met: (at: number, entry: Entry<T>) => boolean): void {
  const { first, pairs, byPair } = words;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const begins = first[code] ?? 0;
    if (begins === 0) continue;
    if ((begins & ALONE) !== 0 && !all(byPair.get(pairKey(code, 0)), text, at, met)) return;
    const next = text.charCodeAt(at + 1);
    if (next > 0 && pairs[spread(code, next)] === 1 && !all(byPair.get(pairKey(code, next)), text, at, met)) return;
  }
}

function all<T>(
  entries: readonly Entry<T>[] | undefined,
  text: string,
  at: number,
  met: (at: number, entry: Entry<T>) => boolean,
): boolean {
  if (entries === undefined) return true;
  for (const entry of entries) if (text.startsWith(entry.word, at) && !met(at, entry)) return false;
  return true;
}

/** Builds once for each (frozen) piece of configuration what a step needs of it. */
export function once<K extends object, V>(build: (key: K) => V): (key: K) => V {
  const built = new WeakMap<K, V>();
  return (key) => {
    const known = built.get(key);
    if (known !== undefined) return known;
    const value = build(key);
    built.set(key, value);
    return value;
  };
}
