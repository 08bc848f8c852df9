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
}

interface Words<T> {
  /** 1 for every character some word begins with: most positions of a text end here. */
  readonly first: Uint8Array;
  /** Words by their first two characters; a single character stands under its pair with nothing. */
  readonly byPair: ReadonlyMap<number, readonly Entry<T>[]>;
}

/** Words are grouped by their first two characters, so a position of the text costs a look-up or two. */
export function lexicon<T>(entries: readonly (readonly [string, T])[]): Lexicon<T> {
  const first = new Uint8Array(65_536);
  const byPair = new Map<number, Entry<T>[]>();
  for (const [word, value] of entries) {
    if (word.length === 0) continue;
    first[word.charCodeAt(0)] = 1;
    const key = pairKey(word.charCodeAt(0), word.length === 1 ? 0 : word.charCodeAt(1));
    const list = byPair.get(key);
    if (list) list.push({ word, value });
    else byPair.set(key, [{ word, value }]);
  }
  return { scan: (text) => scan(text, { first, byPair }) };
}

/** Within 32 bits, which a Map looks up fastest. */
const pairKey = (one: number, two: number): number => (one << 16) | two;

function scan<T>(text: string, { first, byPair }: Words<T>): Hit<T>[] {
  const hits: Hit<T>[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (first[code] !== 1) continue;
    collect(byPair.get(pairKey(code, 0)), text, at, hits);
    const next = text.charCodeAt(at + 1);
    if (next > 0) collect(byPair.get(pairKey(code, next)), text, at, hits);
  }
  return hits;
}

function collect<T>(entries: readonly Entry<T>[] | undefined, text: string, at: number, hits: Hit<T>[]): void {
  if (entries === undefined) return;
  for (const { word, value } of entries) if (text.startsWith(word, at)) hits.push({ at, word, value });
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
