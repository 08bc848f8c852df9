// Grams: the character pairs and triples of a text as numbers, counted without allocating: every message is read here.

const CELLS = 1 << 15;
const keys = new Uint32Array(CELLS);
const times = new Uint16Array(CELLS);
const used = new Uint16Array(CELLS);
let distinct = 0;

/** Forgets what was counted before. Reading is synchronous, so one table serves all. */
export function startCounting(): void {
  for (let i = 0; i < distinct; i++) {
    const cell = used[i] ?? 0;
    keys[cell] = 0;
    times[cell] = 0;
  }
  distinct = 0;
}

/** How often `gram` was counted. */
export function timesOf(gram: number): number {
  return times[cellOf(gram)] ?? 0;
}

/** The distinct grams counted, ascending. */
export function countedGrams(): Uint32Array {
  const grams = new Uint32Array(distinct);
  for (let i = 0; i < distinct; i++) grams[i] = keys[used[i] ?? 0] ?? 0;
  return grams.sort();
}

function cellOf(gram: number): number {
  let cell = gram & (CELLS - 1);
  while (keys[cell] !== 0 && keys[cell] !== gram) cell = (cell + 1) & (CELLS - 1);
  return cell;
}

function add(gram: number, by: number): void {
  const cell = cellOf(gram);
  if (keys[cell] === 0) {
    keys[cell] = gram;
    used[distinct++] = cell;
  }
  times[cell] = (times[cell] ?? 0) + by;
}

/** Counts the pairs and triples of `text` (lower case, at most 8,000 characters between two starts), each `by` times. */
export function countGrams(text: string, by = 1): void {
  eachPair(text, (pair, triple) => {
    add(pair, by);
    if (triple !== 0) add(triple, by);
  });
}

/** The pairs of `text` in order, 0 between words that punctuation parts. */
export function pairsOf(text: string): number[] {
  const pairs: number[] = [];
  eachPair(
    text,
    (pair) => pairs.push(pair),
    () => pairs.push(0),
  );
  return pairs;
}

/** `triple`: of the pair and the character before it; 0 where there is none. */
function eachPair(text: string, visit: (pair: number, triple: number) => void, gap?: () => void): void {
  let [before, last] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!counts(code)) {
      if (last !== 0) gap?.();
      before = 0;
      last = 0;
      continue;
    }
    if (last !== 0) visit(mix(begin(last, code)), before === 0 ? 0 : mix(Math.imul(begin(before, last) ^ code, PRIME)));
    before = last;
    last = code;
  }
}

const PRIME = 0x01000193;
/** FNV-1a over two code units. */
const begin = (a: number, b: number): number => Math.imul(Math.imul(0x811c9dc5 ^ a, PRIME) ^ b, PRIME);

/** A final mix, unsigned 32 bits; 0 is kept free. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0 || 1;
}

const WORD = /[\p{L}\p{N}]/u;

/** Letters and digits; half of a character beyond 16 bits counts as none. */
function counts(code: number): boolean {
  if (code >= 0x4e00 && code <= 0x9fff) return true;
  if (code < 0x80) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
  return WORD.test(String.fromCharCode(code));
}
