// Net: a network of one hidden layer, trained by Adam that touches only the features a batch holds.
import { type Parameters, parameters, step } from './adam.ts';
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
}

interface Layers {
  readonly input: Parameters;
  readonly inputBias: Parameters;
  readonly output: Parameters;
  readonly outputBias: Parameters;
}

/** Room for one line's way through the net, used again and again. */
interface Room {
  readonly inner: Float64Array;
  readonly back: Float64Array;
  readonly scores: Float64Array;
}

const BATCH = 64;
/** The rate falls evenly to this share of it: large steps first, fine ones at the end. */
const LAST_RATE = 0.1;

/** `targets` holds one probability a label and line: what is to be learnt, not always certain. */
export function trainNet(
  vectors: readonly Sparse[],
  targets: Float32Array,
  labels: number,
  size: number,
  options: NetOptions,
): NetWeights {
  const { hidden, inputScale } = options;
  const random = chance(options.seed);
  const layers = begin(size, hidden, labels, random);
  const room = {
    inner: new Float64Array(hidden),
    back: new Float64Array(hidden),
    scores: new Float64Array(labels),
  };
  const touched = touching(size);
  const order = Int32Array.from(vectors, (_, row) => row);
  let steps = 0;
  const most = options.epochs * Math.ceil(order.length / BATCH);
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(order, random);
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.subarray(from, from + BATCH);
      for (const row of batch) {
        const x = vectors[row];
        if (!x) continue;
        forward(x, layers, inputScale, room);
        errors(layers, targets.subarray(row * labels, (row + 1) * labels), room);
        backward(x, layers, inputScale, batch.length, room);
        touched.add(x.index);
      }
      steps += 1;
      const rate = options.rate * (1 - ((1 - LAST_RATE) * steps) / most);
      update(layers, touched.take(), hidden, step(rate, steps), options.decay);
    }
  }
  const { input, inputBias, output, outputBias } = layers;
  const values = { input: input.value, inputBias: inputBias.value, output: output.value, outputBias: outputBias.value };
  return { hidden, inputScale, ...values };
}

/** Uniform within Glorot's bounds. */
function begin(size: number, hidden: number, labels: number, random: () => number): Layers {
  const within = (count: number, ends: number): Parameters =>
    parameters(count, () => (random() * 2 - 1) * Math.sqrt(6 / ends));
  return {
    input: within(size * hidden, size + hidden),
    inputBias: within(hidden, size + hidden),
    output: within(labels * hidden, hidden + labels),
    outputBias: within(labels, hidden + labels),
  };
}

/** Which features a batch holds, each once. */
function touching(size: number) {
  const list = new Int32Array(size);
  const seen = new Uint8Array(size);
  let count = 0;
  return {
    add(index: Uint32Array): void {
      for (const feature of index) {
        if (seen[feature] === 1) continue;
        seen[feature] = 1;
        list[count++] = feature;
      }
    },
    take(): Int32Array {
      const taken = list.subarray(0, count);
      for (const feature of taken) seen[feature] = 0;
      count = 0;
      return taken;
    },
  };
}

function forward({ index, value }: Sparse, { input, inputBias }: Layers, scale: number, { inner }: Room): void {
  const hidden = inner.length;
  const weights = input.value;
  inner.set(inputBias.value);
  for (let i = 0; i < index.length; i++) {
    const at = (index[i] ?? 0) * hidden;
    const one = (value[i] ?? 0) * scale;
    for (let h = 0; h < hidden; h++) inner[h] = (inner[h] ?? 0) + one * (weights[at + h] ?? 0);
  }
  for (let h = 0; h < hidden; h++) if ((inner[h] ?? 0) < 0) inner[h] = 0;
}

/** Leaves in `scores` what each label's probability is above its target. */
function errors({ output, outputBias }: Layers, target: Float32Array, { inner, scores }: Room): void {
  const hidden = inner.length;
  let most = -Infinity;
  for (let c = 0; c < scores.length; c++) {
    let sum = outputBias.value[c] ?? 0;
    for (let h = 0; h < hidden; h++) sum += (output.value[c * hidden + h] ?? 0) * (inner[h] ?? 0);
    scores[c] = sum;
    if (sum > most) most = sum;
  }
  let total = 0;
  for (let c = 0; c < scores.length; c++) {
    const raised = Math.exp((scores[c] ?? 0) - most);
    scores[c] = raised;
    total += raised;
  }
  for (let c = 0; c < scores.length; c++) scores[c] = (scores[c] ?? 0) / total - (target[c] ?? 0);
}

function backward(x: Sparse, layers: Layers, scale: number, batch: number, { inner, back, scores }: Room): void {
  const { input, inputBias, output, outputBias } = layers;
  const hidden = inner.length;
  back.fill(0);
  for (let c = 0; c < scores.length; c++) {
    const error = (scores[c] ?? 0) / batch;
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
  const slope = input.slope;
  for (let i = 0; i < x.index.length; i++) {
    const at = (x.index[i] ?? 0) * hidden;
    const one = (x.value[i] ?? 0) * scale;
    for (let h = 0; h < hidden; h++) slope[at + h] = (slope[at + h] ?? 0) + one * (back[h] ?? 0);
  }
}

function update(
  layers: Layers,
  touched: Int32Array,
  hidden: number,
  move: ReturnType<typeof step>,
  decay: number,
): void {
  for (const feature of touched) move(layers.input, feature * hidden, (feature + 1) * hidden, decay);
  move(layers.inputBias, 0, layers.inputBias.value.length, 0);
  move(layers.output, 0, layers.output.value.length, decay);
  move(layers.outputBias, 0, layers.outputBias.value.length, 0);
}
