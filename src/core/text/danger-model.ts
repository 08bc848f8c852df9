// Danger model: a linear look at characters and their pairs, for the many wordings of danger no list of words foresees.
import type { DivertTo } from '../case.ts';
import type { DangerModel } from '../city.ts';
import { gramTable, isIdeograph, pairOf } from '../understand/grams.ts';
import { once } from './lexicon.ts';

/** Characters a window holds: about one spoken sentence; and how far the next one begins behind it. */
const WINDOW = 24;
const STRIDE = 4;
/** Up to so many Chinese characters the message is judged as one saying; longer ones must be surer. */
const SHORT = 60;
/** A longer text with fewer than one stop in so many characters is a call written down, not a letter. */
const BREATH = 40;
const STOPS = ',，。!！?？;；\n';
const ZERO = 79;

export interface Suspicion {
  readonly to: DivertTo;
  /** 0..1, how sure the model is that this is a danger to somebody. */
  readonly score: number;
  /** Sure enough to be shown; else a person is asked. */
  readonly sure: boolean;
}

interface Table {
  readonly row: (gram: number) => number;
  /** For every row, by how much each danger gains on no danger, and the most any of them gains. */
  readonly gains: Float64Array;
  readonly most: Float64Array;
  readonly start: Float64Array;
  readonly mostStart: number;
}

const tableOf = once((model: DangerModel): Table => {
  const grams = model.grams.split(' ').map((one) => {
    const first = one.charCodeAt(0);
    return one.length > 1 ? pairOf(first, one.charCodeAt(1)) : first;
  });
  const dangers = model.to.length;
  const weight = (row: number, c: number): number =>
    (model.weights.charCodeAt(row * (dangers + 1) + c) - ZERO) * model.scale;
  const gains = new Float64Array(grams.length * dangers);
  const most = new Float64Array(grams.length);
  for (let row = 0; row < grams.length; row++) {
    let best = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < dangers; c++) {
      const gain = weight(row, c + 1) - weight(row, 0);
      gains[row * dangers + c] = gain;
      best = Math.max(best, gain);
    }
    most[row] = best;
  }
  const start = Float64Array.from(model.to, (_, c) => (model.bias[c + 1] ?? 0) - (model.bias[0] ?? 0));
  return { row: gramTable(Uint32Array.from(grams)), gains, most, start, mostStart: Math.max(...start) };
});

interface Seen {
  /** Log odds of the most suspicious window. */
  readonly odds: number;
  readonly to: number;
}

/** The most suspicious stretch of the text, or undefined when none is suspicious. `text` is normalised. */
export function suspect(text: string, model: DangerModel): Suspicion | undefined {
  const table = tableOf(model);
  const read = readBy(table, text);
  const { sure, ask } = thresholds(text, read.length, model);
  const { odds, to } = look(read, table, ask);
  const named = model.to[to];
  return named === undefined ? undefined : { to: named, score: 1 / (1 + Math.exp(-odds)), sure: odds >= sure };
}

/** Whether the model sees a danger in the text, at log odds above `least`: a second opinion on what a rule found. */
export function seesDanger(text: string, model: DangerModel, least: number): boolean {
  const table = tableOf(model);
  return look(readBy(table, text), table, least).to >= 0;
}

function thresholds(text: string, length: number, model: DangerModel): { sure: number; ask: number } {
  if (length <= SHORT) return { sure: model.sure, ask: model.ask };
  return spoken(text) ? { sure: model.sureSpoken, ask: model.askSpoken } : { sure: model.sureLong, ask: model.askLong };
}

function spoken(text: string): boolean {
  let stops = 0;
  for (let at = 0; at < text.length; at++) if (STOPS.includes(text.charAt(at))) stops += 1;
  return stops * BREATH < text.length;
}

/**
 * Walks the windows. The sum of the most each gram can gain is above what any one danger gains, so a window where that
 * stays below `least` or the best so far is left without a second look: of an ordinary text nearly all are.
 */
function look({ rows, length }: Read, table: Table, least: number): Seen {
  if (length < 3) return { odds: least, to: -1 };
  const sums = new Float64Array(length + 1);
  for (let at = 0; at < length; at++)
    sums[at + 1] = (sums[at] ?? 0) + mostOf(table, rows[2 * at] ?? -1) + mostOf(table, rows[2 * at + 1] ?? -1);
  let best = least;
  let to = -1;
  const last = Math.max(0, length - WINDOW);
  for (let from = 0; ; from = Math.min(last, from + STRIDE)) {
    const end = Math.min(length, from + WINDOW);
    const norm = 1 / Math.sqrt(2 * (end - from) - 1);
    // The pair that begins before the window is not of it.
    const bound = (sums[end] ?? 0) - (sums[from] ?? 0) - mostOf(table, rows[2 * from + 1] ?? -1);
    if (table.mostStart + bound * norm > best) {
      for (let c = 0; c < table.start.length; c++) {
        const odds = (table.start[c] ?? 0) + gained(table, rows, from, end, c) * norm;
        if (odds > best) [best, to] = [odds, c];
      }
    }
    if (from === last) return { odds: best, to };
  }
}

const mostOf = ({ most }: Table, row: number): number => (row < 0 ? 0 : (most[row] ?? 0));

function gained({ gains, start }: Table, rows: Int32Array, from: number, end: number, c: number): number {
  const dangers = start.length;
  let sum = 0;
  for (let i = 2 * from; i < 2 * end; i++) {
    const row = rows[i] ?? -1;
    if (row >= 0 && i !== 2 * from + 1) sum += gains[row * dangers + c] ?? 0;
  }
  return sum;
}

interface Read {
  /** For each Chinese character its own row and that of its pair with the one before; -1 where the model has none. */
  readonly rows: Int32Array;
  readonly length: number;
}

function readBy({ row }: Table, text: string): Read {
  const rows = new Int32Array(2 * text.length);
  let length = 0;
  let before = 0;
  let earlier = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!isIdeograph(code)) continue;
    // 啊啊啊啊 says no more the longer it is held.
    if (code === before && code === earlier) continue;
    const own = row(code);
    rows[2 * length] = own;
    rows[2 * length + 1] = before === 0 ? -1 : row(pairOf(before, code));
    length += 1;
    earlier = before;
    before = code;
  }
  return { rows, length };
}
