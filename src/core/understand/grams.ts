// Grams: the single characters and neighbouring pairs of a Chinese text, as numbers, and a table that finds them.

const FIRST = 0x4e00;
const LAST = 0x9fff;
/** Fewer than two in five slots are taken: nearly every look-up ends at the first. */
const ROOM = 2.6;

export const isIdeograph = (code: number): boolean => code >= FIRST && code <= LAST;
export const pairOf = (first: number, second: number): number => ((first << 16) | second) >>> 0;

/**
 * Fills `out` with the grams of the Chinese characters of `text` (U+4E00 to U+9FFF, in order, everything else left out, so
 * that pairs reach across it) and answers how many there are. A character is its code, a pair is `first << 16 | second`.
 * Stops when `out` is full.
 */
export function gramsOf(text: string, out: Uint32Array): number {
  let before = 0;
  let count = 0;
  for (let at = 0; at < text.length && count + 2 <= out.length; at++) {
    const code = text.charCodeAt(at);
    if (code < FIRST || code > LAST) continue;
    out[count++] = code;
    if (before !== 0) out[count++] = ((before << 16) | code) >>> 0;
    before = code;
  }
  return count;
}

/** Which of the known grams one is; -1 for one that is not known. */
export type GramTable = (gram: number) => number;

/** Characters by their code; pairs by open addressing over a flat array: a Map would take several times the memory. */
export function gramTable(grams: Uint32Array): GramTable {
  const bits = Math.max(4, Math.ceil(Math.log2(grams.length * ROOM + 1)));
  const mask = (1 << bits) - 1;
  // Gram and place side by side: one look into memory for both.
  const slots = new Uint32Array(2 * (mask + 1));
  const slot = (gram: number): number => Math.imul(gram, 0x9e3779b1) >>> (32 - bits);
  const characters = new Int32Array(LAST - FIRST + 1).fill(-1);
  grams.forEach((gram, index) => {
    if (gram <= LAST) {
      characters[gram - FIRST] = index;
      return;
    }
    let at = slot(gram);
    while (slots[2 * at] !== 0) at = (at + 1) & mask;
    slots[2 * at] = gram;
    slots[2 * at + 1] = index;
  });
  return (gram) => {
    if (gram <= LAST) return characters[gram - FIRST] ?? -1;
    let at = slot(gram);
    for (;;) {
      const key = slots[2 * at];
      if (key === gram) return slots[2 * at + 1] ?? -1;
      if (key === 0) return -1;
      at = (at + 1) & mask;
    }
  };
}
