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

/** Words are grouped by their first two characters, so a position of the text costs one look-up. */
export function lexicon<T>(entries: readonly (readonly [string, T])[]): Lexicon<T> {
  const pairs = new Map<number, Entry<T>[]>();
  const singles = new Map<number, Entry<T>[]>();
  for (const [word, value] of entries) {
    if (word.length === 0) continue;
    const map = word.length === 1 ? singles : pairs;
    const key = word.length === 1 ? word.charCodeAt(0) : pairKey(word, 0);
    const list = map.get(key);
    if (list) list.push({ word, value });
    else map.set(key, [{ word, value }]);
  }
  return { scan: (text) => scan(text, pairs, singles) };
}

function pairKey(text: string, at: number): number {
  return text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1);
}

function scan<T>(text: string, pairs: Map<number, Entry<T>[]>, singles: Map<number, Entry<T>[]>): Hit<T>[] {
  const hits: Hit<T>[] = [];
  for (let at = 0; at < text.length; at++) {
    if (singles.size > 0) {
      for (const { word, value } of singles.get(text.charCodeAt(at)) ?? []) hits.push({ at, word, value });
    }
    if (at + 1 === text.length) break;
    const list = pairs.get(pairKey(text, at));
    if (list === undefined) continue;
    for (const { word, value } of list) if (text.startsWith(word, at)) hits.push({ at, word, value });
  }
  return hits;
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
