// Predict: from a title and a text to the probability of each label. One walk over the characters, flat arrays, nothing kept.
import { gramsOf, gramTable } from './grams.ts';
import type { Mix, Model, Net } from './model.ts';

/** Scores of both halves of the model, before they are mixed; training learns the mix from them. */
export interface Scores {
  readonly linear: Float64Array;
  readonly net?: Float64Array;
}

export interface Predictor {
  readonly labels: readonly string[];
  readonly about: Readonly<Record<string, unknown>>;
  /** One probability a label, in their order; they sum to 1. A text without a known character tells nothing: all are equal. */
  probabilities(title: string, text: string): Float64Array;
  scores(title: string, text: string): Scores;
}

/** Grams read of one title or text: two a character, so 20,000 characters, as much as all other rules read. */
const MOST_GRAMS = 40_000;
const LOGS = Float32Array.from({ length: 1_024 }, (_, tf) => (tf === 0 ? 0 : 1 + Math.log(tf)));
const damped = (tf: number): number => LOGS[Math.min(tf, LOGS.length - 1)] ?? 0;

/** A message of fewer distinct grams (ten characters) or of mostly unknown ones was never trained on: it is believed less. */
const ENOUGH = 20;
const ENOUGH_KNOWN = 0.5;

/** The features of one message: the first `count` of `index`, with their weights. Reused from message to message. */
interface Vector {
  count: number;
  /** Grams read, and those of them the model knows. */
  read: number;
  known: number;
  readonly index: Uint32Array;
  readonly weight: Float64Array;
}

export function predictor(model: Model): Predictor {
  const { labels, about, mix } = model;
  const ready = whenAsked(model);
  return {
    labels,
    about,
    scores(title, text) {
      const { vector, score } = ready();
      return score(vector(title, text));
    },
    probabilities(title, text) {
      const { vector, score } = ready();
      const x = vector(title, text);
      const even = 1 / labels.length;
      if (x.count === 0) return new Float64Array(labels.length).fill(even);
      const trust = Math.min(1, (x.count + 1) / ENOUGH) * Math.min(1, x.known / x.read / ENOUGH_KNOWN);
      return mixed(mix, score(x)).map((one) => even + (one - even) * trust);
    },
  };
}

interface Ready {
  readonly vector: (title: string, text: string) => Vector;
  readonly score: (x: Vector) => Scores;
}

/** Tables are laid out for the first message: most commands read the configuration and judge none. Then the model goes. */
function whenAsked(model: Model): () => Ready {
  let waiting: Model | undefined = model;
  let ready: Ready | undefined;
  return () => {
    if (ready) return ready;
    if (!waiting) throw new Error('a model is laid out once');
    ready = { vector: vectors(waiting), score: scorer(waiting) };
    waiting = undefined;
    return ready;
  };
}

/** The weights of both halves side by side, so that a feature costs one look into memory: that is what prediction waits for. */
function scorer(model: Model): (x: Vector) => Scores {
  const { linear, linearScale, bias, net } = model;
  const labels = bias.length;
  const hidden = net?.hidden ?? 0;
  const width = labels + hidden;
  const rows = new Int8Array(model.rarity.length * width);
  for (let feature = 0; feature < model.rarity.length; feature++) {
    rows.set(linear.subarray(feature * labels, (feature + 1) * labels), feature * width);
    if (net) rows.set(net.input.subarray(feature * hidden, (feature + 1) * hidden), feature * width + labels);
  }
  return scoring(rows, bias, linearScale, net && withoutTable(net));
}

function withoutTable({ input: _, ...rest }: Net): Omit<Net, 'input'> {
  return rest;
}

function scoring(
  rows: Int8Array,
  bias: Float32Array,
  step: number,
  net: Omit<Net, 'input'> | undefined,
): (x: Vector) => Scores {
  const labels = bias.length;
  const sums = new Float64Array(labels + (net?.hidden ?? 0));
  return (x) => {
    gather(rows, x, sums);
    const linear = Float64Array.from(bias, (one, label) => (sums[label] ?? 0) * step + one);
    return net ? { linear, net: netScores(net, sums.subarray(labels), labels) } : { linear };
  };
}

/** Both halves as one probability a label. */
export function mixed({ bias, linear, net }: Mix, scores: Scores): Float64Array {
  const raised = scores.linear.map(
    (one, c) => (bias[c] ?? 0) + (linear[c] ?? 0) * one + (net[c] ?? 0) * (scores.net?.[c] ?? 0),
  );
  let most = -Infinity;
  for (const one of raised) if (one > most) most = one;
  let sum = 0;
  for (let c = 0; c < raised.length; c++) {
    raised[c] = Math.exp((raised[c] ?? 0) - most);
    sum += raised[c] ?? 0;
  }
  for (let c = 0; c < raised.length; c++) raised[c] = (raised[c] ?? 0) / sum;
  return raised;
}

function vectors(model: Model): (title: string, text: string) => Vector {
  const { grams, titleGrams, rarity, scale, titleWeight } = model;
  const main = gramTable(grams);
  const title = gramTable(titleGrams);
  const buffer = new Uint32Array(MOST_GRAMS);
  const counts = new Uint16Array(grams.length + titleGrams.length);
  const x: Vector = {
    count: 0,
    read: 0,
    known: 0,
    index: new Uint32Array(4 * MOST_GRAMS),
    weight: new Float64Array(4 * MOST_GRAMS),
  };
  const count = (words: string, table: (gram: number) => number, offset: number): void => {
    const found = gramsOf(words, buffer);
    x.read += found;
    for (let i = 0; i < found; i++) {
      const known = table(buffer[i] ?? 0);
      if (known < 0) continue;
      x.known++;
      const feature = known + offset;
      const seen = counts[feature] ?? 0;
      if (seen === 0) x.index[x.count++] = feature;
      if (seen < 65_535) counts[feature] = seen + 1;
    }
  };
  /** Length one for the block, then the scale; the counts are zero again afterwards. */
  const weigh = (from: number, blockWeight: number): number => {
    let sum = 0;
    for (let i = from; i < x.count; i++) {
      const feature = x.index[i] ?? 0;
      const value = damped(counts[feature] ?? 0) * (rarity[feature] ?? 0);
      counts[feature] = 0;
      sum += value * value;
      x.weight[i] = value * (scale[feature] ?? 0);
    }
    const factor = sum === 0 ? 0 : blockWeight / Math.sqrt(sum);
    let length = 0;
    for (let i = from; i < x.count; i++) {
      const value = (x.weight[i] ?? 0) * factor;
      x.weight[i] = value;
      length += value * value;
    }
    return length;
  };
  return (heading, text) => {
    x.count = 0;
    x.read = 0;
    x.known = 0;
    if (heading !== '') count(heading, main, 0);
    count(text, main, 0);
    let length = weigh(0, 1);
    const from = x.count;
    if (heading !== '') count(heading, title, grams.length);
    length += weigh(from, titleWeight);
    const factor = length === 0 ? 0 : 1 / Math.sqrt(length);
    for (let i = 0; i < x.count; i++) x.weight[i] = (x.weight[i] ?? 0) * factor;
    return x;
  };
}

function netScores(net: Omit<Net, 'input'>, sums: Float64Array, labels: number): Float64Array {
  const { hidden, steps, inputBias, inputScale, output, outputBias } = net;
  const inner = sums.map((sum, h) => Math.max(0, sum * (steps[h] ?? 0) * inputScale + (inputBias[h] ?? 0)));
  const scores = new Float64Array(labels);
  for (let label = 0; label < labels; label++) {
    let sum = outputBias[label] ?? 0;
    for (let h = 0; h < hidden; h++) sum += (output[label * hidden + h] ?? 0) * (inner[h] ?? 0);
    scores[label] = sum;
  }
  return scores;
}

/**
 * Adds up each feature's row, times its weight. The hot loop of all understanding: four rows at a time, so that a sum is
 * fetched and stored once for four; they are still added in order, so the result is the same to the last bit.
 */
function gather(rows: Int8Array, x: Vector, sums: Float64Array): void {
  const width = sums.length;
  const { index, weight, count } = x;
  sums.fill(0);
  const fours = count - (count % 4);
  for (let i = 0; i < fours; i += 4) {
    const a = weight[i] ?? 0;
    const b = weight[i + 1] ?? 0;
    const c = weight[i + 2] ?? 0;
    const d = weight[i + 3] ?? 0;
    let atA = (index[i] ?? 0) * width;
    let atB = (index[i + 1] ?? 0) * width;
    let atC = (index[i + 2] ?? 0) * width;
    let atD = (index[i + 3] ?? 0) * width;
    for (let k = 0; k < width; k++) {
      let sum = sums[k] ?? 0;
      sum += a * (rows[atA++] ?? 0);
      sum += b * (rows[atB++] ?? 0);
      sum += c * (rows[atC++] ?? 0);
      sum += d * (rows[atD++] ?? 0);
      sums[k] = sum;
    }
  }
  for (let i = fours; i < count; i++) {
    const one = weight[i] ?? 0;
    const row = (index[i] ?? 0) * width;
    for (let k = 0; k < width; k++) sums[k] = (sums[k] ?? 0) + one * (rows[row + k] ?? 0);
  }
}
