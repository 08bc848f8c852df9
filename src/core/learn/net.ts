// Net: a network of one hidden layer, trained by Adam that touches only the features a batch holds.
import { chance, shuffle } from './chance.ts';
import type { Sparse } from './features.ts';

export interface NetWeights {
  readonly hidden: number;
  readonly inputScale: number;
  /** Feature by feature, one weight a hidden unit. */
  readonly input: Float32Array;
  readonly inputBias: Float32Array;
  /** labels x hidden. */
  readonly output: Float32Array;
  readonly outputBias: Float32Array;
}

export interface NetOptions {
  readonly seed: number;
  readonly hidden: number;
  readonly epochs: number;
  readonly rate: number;
  readonly decay: number;
  readonly inputScale: number;
  /** Share of a line's features left out anew each time: the net must not lean on a few. */
  readonly dropout: number;
}

const BATCH = 64;
const KEEP_MEAN = 0.9;
const KEEP_SQUARE = 0.999;

/** `targets` holds one probability a label and line: what is to be learnt, not always certain. */
export function trainNet(
  vectors: readonly Sparse[],
  targets: Float32Array,
  labels: number,
  size: number,
  options: NetOptions,
): NetWeights {
  const { hidden } = options;
  const random = chance(options.seed);
  const input = parameters(size * hidden, () => (random() * 2 - 1) * Math.sqrt(6 / (size + hidden)));
  const inputBias = parameters(hidden, () => (random() * 2 - 1) * Math.sqrt(6 / (size + hidden)));
  const output = parameters(labels * hidden, () => (random() * 2 - 1) * Math.sqrt(6 / (hidden + labels)));
  const outputBias = parameters(labels, () => (random() * 2 - 1) * Math.sqrt(6 / (hidden + labels)));
  const order = Int32Array.from(vectors, (_, row) => row);
  const touched = new Int32Array(size);
  const seen = new Uint8Array(size);
  const inner = new Float64Array(hidden);
  const back = new Float64Array(hidden);
  const scores = new Float64Array(labels);
  const kept = new Uint8Array(vectors.reduce((most, one) => Math.max(most, one.index.length), 0));
  const boost = options.inputScale / (1 - options.dropout);
  let step = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(order, random);
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.subarray(from, from + BATCH);
      let count = 0;
      for (const row of batch) {
        const x = vectors[row];
        if (!x) continue;
        const { index, value } = x;
        inner.set(inputBias.value);
        for (let i = 0; i < index.length; i++) {
          const keep = options.dropout === 0 || random() >= options.dropout ? 1 : 0;
          kept[i] = keep;
          if (keep === 0) continue;
          const at = (index[i] ?? 0) * hidden;
          const one = (value[i] ?? 0) * boost;
          for (let h = 0; h < hidden; h++) inner[h] = (inner[h] ?? 0) + one * (input.value[at + h] ?? 0);
        }
        for (let h = 0; h < hidden; h++) if ((inner[h] ?? 0) < 0) inner[h] = 0;
        errors(inner, output.value, outputBias.value, targets.subarray(row * labels, (row + 1) * labels), scores);
        back.fill(0);
        for (let c = 0; c < labels; c++) {
          const error = (scores[c] ?? 0) / batch.length;
          outputBias.slope[c] = (outputBias.slope[c] ?? 0) + error;
          for (let h = 0; h < hidden; h++) {
            const place = c * hidden + h;
            output.slope[place] = (output.slope[place] ?? 0) + error * (inner[h] ?? 0);
            back[h] = (back[h] ?? 0) + error * (output.value[place] ?? 0);
          }
        }
        for (let h = 0; h < hidden; h++) {
          if ((inner[h] ?? 0) <= 0) back[h] = 0;
          inputBias.slope[h] = (inputBias.slope[h] ?? 0) + (back[h] ?? 0);
        }
        for (let i = 0; i < index.length; i++) {
          if (kept[i] === 0) continue;
          const feature = index[i] ?? 0;
          if (seen[feature] === 0) {
            seen[feature] = 1;
            touched[count++] = feature;
          }
          const at = feature * hidden;
          const one = (value[i] ?? 0) * boost;
          for (let h = 0; h < hidden; h++) input.slope[at + h] = (input.slope[at + h] ?? 0) + one * (back[h] ?? 0);
        }
      }
      step++;
      const rate = (options.rate * Math.sqrt(1 - KEEP_SQUARE ** step)) / (1 - KEEP_MEAN ** step);
      for (let i = 0; i < count; i++) {
        const feature = touched[i] ?? 0;
        seen[feature] = 0;
        adam(input, feature * hidden, (feature + 1) * hidden, rate, options.decay);
      }
      adam(inputBias, 0, hidden, rate, 0);
      adam(output, 0, labels * hidden, rate, options.decay);
      adam(outputBias, 0, labels, rate, 0);
    }
  }
  return {
    hidden,
    inputScale: options.inputScale,
    input: input.value,
    inputBias: inputBias.value,
    output: output.value,
    outputBias: outputBias.value,
  };
}

interface Parameters {
  readonly value: Float32Array;
  readonly slope: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

function parameters(size: number, start: () => number): Parameters {
  return {
    value: Float32Array.from({ length: size }, start),
    slope: new Float32Array(size),
    mean: new Float32Array(size),
    square: new Float32Array(size),
  };
}

/** Leaves in `scores` what each label's probability is above its target. */
function errors(
  inner: Float64Array,
  output: Float32Array,
  bias: Float32Array,
  target: Float32Array,
  scores: Float64Array,
): void {
  const hidden = inner.length;
  let most = -Infinity;
  for (let c = 0; c < scores.length; c++) {
    let sum = bias[c] ?? 0;
    for (let h = 0; h < hidden; h++) sum += (output[c * hidden + h] ?? 0) * (inner[h] ?? 0);
    scores[c] = sum;
    if (sum > most) most = sum;
  }
  let total = 0;
  for (let c = 0; c < scores.length; c++) total += scores[c] = Math.exp((scores[c] ?? 0) - most);
  for (let c = 0; c < scores.length; c++) scores[c] = (scores[c] ?? 0) / total - (target[c] ?? 0);
}

function adam({ value, slope, mean, square }: Parameters, from: number, to: number, rate: number, decay: number): void {
  for (let i = from; i < to; i++) {
    const g = (slope[i] ?? 0) + decay * (value[i] ?? 0);
    const m = KEEP_MEAN * (mean[i] ?? 0) + (1 - KEEP_MEAN) * g;
    const s = KEEP_SQUARE * (square[i] ?? 0) + (1 - KEEP_SQUARE) * g * g;
    mean[i] = m;
    square[i] = s;
    slope[i] = 0;
    value[i] = (value[i] ?? 0) - (rate * m) / (Math.sqrt(s) + 1e-8);
  }
}
