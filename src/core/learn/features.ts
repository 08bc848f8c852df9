// Features: which grams count, how rare each is, and how well it tells the classes apart; all learnt from the training lines alone.
import type { Corpus, Counted, Line } from './corpus.ts';

/** Lines a gram must stand in: in title and text, and in titles. */
const MIN_LINES = 3;
const MIN_TITLES = 2;
/** Smoothing of the Naive-Bayes ratio; less tells more (reference: .5 to .03 gained a point). */
const SMOOTHING = 0.03;
export const TITLE_WEIGHT = 0.5;

export interface Sparse {
  readonly index: Uint32Array;
  readonly value: Float32Array;
}

export interface Features {
  readonly grams: Uint32Array;
  readonly titleGrams: Uint32Array;
  readonly rarity: Float32Array;
  readonly scale: Float32Array;
  /** One vector of length 1 a line of the training part. */
  readonly vectors: readonly Sparse[];
}

interface Block {
  /** Feature of each gram number, -1 when it does not count. */
  readonly feature: Int32Array;
  readonly grams: Uint32Array;
  readonly rarity: Float32Array;
}

export function featuresOf(corpus: Corpus, rows: readonly number[]): Features {
  const lines = rows.flatMap((row) => corpus.lines[row] ?? []);
  const main = block(corpus, lines, (line) => line.all, MIN_LINES);
  const title = block(corpus, lines, (line) => line.title, MIN_TITLES);
  const plain = lines.map((line) =>
    joined(weighed(line.all, main, 1), weighed(line.title, title, TITLE_WEIGHT), main.grams.length),
  );
  const size = main.grams.length + title.grams.length;
  const scale = bayesScale(plain, lines, corpus.labels.length, size);
  const rarity = new Float32Array(size);
  rarity.set(main.rarity);
  rarity.set(title.rarity, main.grams.length);
  return { grams: main.grams, titleGrams: title.grams, rarity, scale, vectors: plain.map((one) => scaled(one, scale)) };
}

function block(corpus: Corpus, lines: readonly Line[], part: (line: Line) => Counted, least: number): Block {
  const df = new Uint32Array(corpus.keys.length);
  for (const line of lines) for (const gram of part(line).grams) df[gram] = (df[gram] ?? 0) + 1;
  const feature = new Int32Array(df.length).fill(-1);
  const grams: number[] = [];
  const rarity: number[] = [];
  // Frequent grams first: what nearly every message touches then lies together in memory.
  const order = [...df.keys()].filter((gram) => (df[gram] ?? 0) >= least).sort((a, b) => (df[b] ?? 0) - (df[a] ?? 0));
  for (const gram of order) {
    const count = df[gram] ?? 0;
    feature[gram] = grams.length;
    grams.push(corpus.keys[gram] ?? 0);
    rarity.push(Math.log((1 + lines.length) / (1 + count)) + 1);
  }
  return { feature, grams: Uint32Array.from(grams), rarity: Float32Array.from(rarity) };
}

function weighed({ grams, times }: Counted, { feature, rarity }: Block, weight: number): Sparse {
  const index = new Uint32Array(grams.length);
  const value = new Float32Array(grams.length);
  let count = 0;
  let sum = 0;
  grams.forEach((gram, i) => {
    const at = feature[gram] ?? -1;
    if (at < 0) return;
    const one = (1 + Math.log(times[i] ?? 1)) * (rarity[at] ?? 0);
    index[count] = at;
    value[count++] = one;
    sum += one * one;
  });
  const factor = sum === 0 ? 0 : weight / Math.sqrt(sum);
  return { index: index.slice(0, count), value: value.slice(0, count).map((one) => one * factor) };
}

function joined(main: Sparse, title: Sparse, offset: number): Sparse {
  if (title.index.length === 0) return main;
  const index = new Uint32Array(main.index.length + title.index.length);
  const value = new Float32Array(index.length);
  index.set(main.index);
  value.set(main.value);
  index.set(
    title.index.map((at) => at + offset),
    main.index.length,
  );
  value.set(title.value, main.index.length);
  return { index, value };
}

/** The root mean square, over the classes, of the log ratio between how much a class and all others use a feature. */
function bayesScale(vectors: readonly Sparse[], lines: readonly Line[], labels: number, size: number): Float32Array {
  const sums = new Float64Array(size * labels);
  vectors.forEach(({ index, value }, row) => {
    const label = lines[row]?.label ?? 0;
    index.forEach((at, i) => {
      sums[at * labels + label] = (sums[at * labels + label] ?? 0) + (value[i] ?? 0);
    });
  });
  const total = new Float64Array(size);
  for (let i = 0; i < sums.length; i++)
    total[Math.floor(i / labels)] = (total[Math.floor(i / labels)] ?? 0) + (sums[i] ?? 0);
  const grand = total.reduce((sum, one) => sum + one, 0);
  const inside = new Float64Array(labels);
  for (let i = 0; i < sums.length; i++) inside[i % labels] = (inside[i % labels] ?? 0) + (sums[i] ?? 0);
  const smoothed = SMOOTHING * size;
  return Float32Array.from(total, (all, at) => {
    let squares = 0;
    for (let c = 0; c < labels; c++) {
      const own = sums[at * labels + c] ?? 0;
      const p = (own + SMOOTHING) / ((inside[c] ?? 0) + smoothed);
      const q = (all - own + SMOOTHING) / (grand - (inside[c] ?? 0) + smoothed);
      squares += Math.log(p / q) ** 2;
    }
    return Math.sqrt(squares / labels);
  });
}

function scaled({ index, value }: Sparse, scale: Float32Array): Sparse {
  const out = new Float32Array(value.length);
  let sum = 0;
  index.forEach((at, i) => {
    const one = (value[i] ?? 0) * (scale[at] ?? 0);
    out[i] = one;
    sum += one * one;
  });
  const factor = sum === 0 ? 0 : 1 / Math.sqrt(sum);
  return { index, value: out.map((one) => one * factor) };
}
