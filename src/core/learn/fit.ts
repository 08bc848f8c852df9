// Fit: one model from some lines of a corpus, its weights rounded to bytes.
import type { Mix, Model } from '../understand/model.ts';
import type { Corpus } from './corpus.ts';
import { featuresOf, TITLE_WEIGHT } from './features.ts';
import { trainLinear } from './linear.ts';
import { usualMix } from './mix.ts';
import { type NetOptions, type NetWeights, trainNet } from './net.ts';

export interface FitOptions {
  readonly seed: number;
  readonly cost: number;
  readonly net?: Omit<NetOptions, 'seed'>;
  /** Learnt from lines held out; the usual one when left out. */
  readonly mix?: Mix;
}

/** A network and a linear half; how they are mixed is learnt anew in every training. */
export const RECIPE: FitOptions = {
  seed: 1,
  cost: 1.5,
  net: { hidden: 48, epochs: 9, rate: 0.004, decay: 1e-4, inputScale: 3 },
};

export function fitModel(
  corpus: Corpus,
  rows: readonly number[],
  options: FitOptions,
  about: Readonly<Record<string, unknown>> = {},
): Model {
  const { grams, titleGrams, rarity, scale, vectors } = featuresOf(corpus, rows);
  const labels = Int32Array.from(rows, (row) => corpus.lines[row]?.label ?? 0);
  const count = corpus.labels.length;
  const size = rarity.length;
  const linear = trainLinear(vectors, labels, count, size, options);
  const net =
    options.net && trainNet(vectors, certain(labels, count), count, size, { ...options.net, seed: options.seed });
  const rounded = oneScale(linear.weights);
  return {
    labels: corpus.labels,
    titleWeight: TITLE_WEIGHT,
    ...{ grams, titleGrams, rarity, scale },
    linear: rounded.bytes,
    linearScale: rounded.step,
    bias: Float32Array.from(linear.bias),
    mix: options.mix ?? usualMix(count, net !== undefined),
    ...(net ? { net: { ...net, ...perUnit(net) } } : {}),
    about,
  };
}

function certain(labels: Int32Array, count: number): Float32Array {
  const targets = new Float32Array(labels.length * count);
  labels.forEach((label, row) => {
    targets[row * count + label] = 1;
  });
  return targets;
}

function oneScale(weights: Float64Array): { bytes: Int8Array; step: number } {
  let most = 0;
  for (const one of weights) most = Math.max(most, Math.abs(one));
  const step = most === 0 ? 1 : most / 127;
  return { bytes: Int8Array.from(weights, (one) => Math.round(one / step)), step };
}

function perUnit({ input, hidden }: NetWeights): { input: Int8Array; steps: Float32Array } {
  const steps = new Float32Array(hidden);
  input.forEach((one, i) => {
    steps[i % hidden] = Math.max(steps[i % hidden] ?? 0, Math.abs(one));
  });
  for (let h = 0; h < hidden; h++) steps[h] = steps[h] === 0 ? 1 : (steps[h] ?? 0) / 127;
  return { input: Int8Array.from(input, (one, i) => Math.round(one / (steps[i % hidden] ?? 1))), steps };
}
