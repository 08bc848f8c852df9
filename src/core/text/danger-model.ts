// Danger model: a linear look at characters and their pairs, for the many wordings of danger no list of words foresees.
import type { DivertTo } from '../case.ts';
import type { DangerModel } from '../city.ts';
import { once } from './lexicon.ts';

/** Characters a window holds: about one spoken sentence. */
const WINDOW = 24;
/** Up to so many Chinese characters the message is judged as one saying; longer ones must be surer. */
const SHORT = 60;
const FIRST = 0x4e00;
const LAST = 0x9fff;
const ZERO = 79;

export interface Suspicion {
  readonly to: DivertTo;
  /** 0..1, how sure the model is that this is a danger to somebody. */
  readonly score: number;
  /** Sure enough to be shown; else a person is asked. */
  readonly sure: boolean;
}

interface Table {
  /** Open addressing: key of the gram (two characters packed) and its row. */
  readonly keys: Uint32Array;
  readonly rows: Int32Array;
  readonly mask: number;
  /** `classes` weights a row. */
  readonly weights: Float32Array;
}

const tableOf = once((model: DangerModel): Table => {
  const grams = model.grams.split(' ');
  const size = 2 ** Math.ceil(Math.log2(grams.length * 3));
  const keys = new Uint32Array(size);
  const rows = new Int32Array(size);
  for (const [row, gram] of grams.entries()) {
    const key = keyOf(gram.charCodeAt(0), gram.length > 1 ? gram.charCodeAt(1) : 0);
    let slot = spread(key) & (size - 1);
    while (keys[slot] !== 0) slot = (slot + 1) & (size - 1);
    keys[slot] = key;
    rows[slot] = row;
  }
  const weights = new Float32Array(model.weights.length);
  for (let at = 0; at < weights.length; at++) weights[at] = (model.weights.charCodeAt(at) - ZERO) * model.scale;
  return { keys, rows, mask: size - 1, weights };
});

const keyOf = (one: number, two: number): number => ((one << 16) | two) >>> 0;
const spread = (key: number): number => Math.imul(key ^ (key >>> 15), 0x2c1b3c6d) >>> 8;

/** The most suspicious stretch of the text, or undefined when none is suspicious. `text` is normalised. */
export function suspect(text: string, model: DangerModel): Suspicion | undefined {
  const table = tableOf(model);
  const codes = hanzi(text);
  if (codes.length < 3) return undefined;
  const classes = model.to.length + 1;
  const marks = sums(codes, table, classes);
  let best = Number.NEGATIVE_INFINITY;
  let to = 0;
  for (let from = 0; from === 0 || from + WINDOW <= codes.length; from += 4) {
    const end = Math.min(codes.length, from + WINDOW);
    const norm = 1 / Math.sqrt(2 * (end - from) - 1);
    const at = (place: number, c: number): number => marks[place * classes + c] ?? 0;
    const none = (model.bias[0] ?? 0) + (at(end, 0) - at(from, 0)) * norm;
    for (let c = 1; c < classes; c++) {
      const score = (model.bias[c] ?? 0) + (at(end, c) - at(from, c)) * norm - none;
      if (score > best) [best, to] = [score, c];
    }
  }
  const short = codes.length <= SHORT;
  const named = model.to[to - 1];
  if (named === undefined || best < (short ? model.ask : model.askLong)) return undefined;
  return { to: named, score: 1 / (1 + Math.exp(-best)), sure: best >= (short ? model.sure : model.sureLong) };
}

function hanzi(text: string): Uint16Array {
  const codes = new Uint16Array(text.length);
  let n = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= FIRST && code <= LAST) codes[n++] = code;
  }
  return codes.subarray(0, n);
}

/** Running sums of the weights of each character and of its pair with the one before, for every class. */
function sums(codes: Uint16Array, table: Table, classes: number): Float32Array {
  const marks = new Float32Array((codes.length + 1) * classes);
  for (let at = 0; at < codes.length; at++) {
    const one = rowOf(keyOf(codes[at] ?? 0, 0), table);
    const pair = at === 0 ? -1 : rowOf(keyOf(codes[at - 1] ?? 0, codes[at] ?? 0), table);
    for (let c = 0; c < classes; c++) {
      const own = one < 0 ? 0 : (table.weights[one * classes + c] ?? 0);
      const both = pair < 0 ? 0 : (table.weights[pair * classes + c] ?? 0);
      marks[(at + 1) * classes + c] = (marks[at * classes + c] ?? 0) + own + both;
    }
  }
  return marks;
}

function rowOf(key: number, { keys, rows, mask }: Table): number {
  let slot = spread(key) & mask;
  while (keys[slot] !== 0) {
    if (keys[slot] === key) return rows[slot] ?? -1;
    slot = (slot + 1) & mask;
  }
  return -1;
}
