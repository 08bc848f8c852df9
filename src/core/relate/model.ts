// Model: how likely two texts are one matter: a linear model and small trees over the features, both trained from a city's own stream.
import { GatewayError } from '../errors.ts';
import { remembered } from '../text/remembered.ts';
import { cosine, FEATURES, featuresOf } from './features.ts';
import { type Reading, read } from './reading.ts';
import { type GramTable, SLOT_BITS } from './table.ts';

/** Of depth three: at node n goes to 2n+1 when the feature is at most `at`, else to 2n+2; eight leaves. */
export interface Tree {
  readonly feature: readonly number[];
  readonly at: readonly number[];
  readonly leaf: readonly number[];
}

export interface Weights {
  readonly features: readonly string[];
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly weights: readonly number[];
  readonly bias: number;
  readonly treeBias: number;
  readonly trees: readonly Tree[];
  readonly about: Readonly<Record<string, unknown>>;
}

/** Masked words, and when they were said (epoch ms). */
export interface Saying {
  readonly masked: string;
  readonly at: number;
}

export interface Matcher {
  /** The numbers under which a text is posted and looked for, the rarest first. */
  rare(masked: string): readonly number[];
  /** The feature rows of `one` against each of `others`, in their order. */
  rows(one: Saying, others: readonly Saying[]): number[][];
  /** Log-odds that `one` is the same matter as each of `others`, in their order. */
  compare(one: Saying, others: readonly Saying[]): number[];
  readonly about: Readonly<Record<string, unknown>>;
}

const KNOWN_TEXTS = 2_048;

export function matcher(weights: Weights, table: GramTable): Matcher {
  const readingOf = remembered<Reading>(KNOWN_TEXTS, (text) => read(text, table));
  function rows(one: Saying, others: readonly Saying[]): number[][] {
    const reading = readingOf(one.masked);
    const likeness = others.map((other) => cosine(reading.full, readingOf(other.masked).full));
    const best = Math.max(0, ...likeness);
    return others.map((other, i) =>
      featuresOf(
        { ...one, reading },
        { ...other, reading: readingOf(other.masked) },
        { likeness: likeness[i] ?? 0, best },
        table,
      ),
    );
  }
  return {
    rare: (masked) => readingOf(masked).rare,
    rows,
    compare: (one, others) => rows(one, others).map((row) => logOdds(weights, row)),
    about: weights.about,
  };
}

function logOdds(model: Weights, row: readonly number[]): number {
  let linear = model.bias;
  for (const [i, value] of row.entries())
    linear += ((value - (model.mean[i] ?? 0)) / (model.scale[i] ?? 1)) * (model.weights[i] ?? 0);
  if (model.trees.length === 0) return linear;
  const trees = model.trees.reduce((sum, tree) => sum + leafOf(tree, row), model.treeBias);
  return (linear + trees) / 2;
}

export function leafOf(tree: Tree, row: readonly number[]): number {
  let node = 0;
  for (let depth = 0; depth < 3; depth++)
    node = 2 * node + ((row[tree.feature[node] ?? 0] ?? 0) <= (tree.at[node] ?? 0) ? 1 : 2);
  return tree.leaf[node - 7] ?? 0;
}

export const probability = (odds: number): number => 1 / (1 + Math.exp(-odds));

/** Four bytes with the length of the JSON, the JSON of the weights, then the slots of the table. */
export function encode(weights: Weights, table: GramTable): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify({ ...weights, texts: table.texts }));
  const bytes = new Uint8Array(4 + json.length + table.slots.length);
  new DataView(bytes.buffer).setUint32(0, json.length);
  bytes.set(json, 4);
  bytes.set(table.slots, 4 + json.length);
  return bytes;
}

/** Throws `bad_model` for anything `encode` did not write with these features. */
export function decode(bytes: Uint8Array): Matcher {
  const length = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (bytes.length !== 4 + length + 2 ** SLOT_BITS) throw badModel('is no model of relating, or is cut off');
  const { texts, ...weights }: Weights & { texts: number } = parsed(bytes.subarray(4, 4 + length));
  const fits = weights.features?.join() === FEATURES.join() && weights.weights?.length === FEATURES.length;
  if (!fits || !(texts > 0)) throw badModel('was made for other features');
  return matcher(weights, { texts, slots: bytes.slice(4 + length) });
}

function parsed(json: Uint8Array) {
  try {
    return JSON.parse(new TextDecoder().decode(json));
  } catch (cause) {
    throw badModel('holds no readable weights', cause);
  }
}

const badModel = (message: string, cause?: unknown): GatewayError =>
  new GatewayError({
    code: 'bad_model',
    message,
    retryable: false,
    advice: 'make it again with civicline train --relate, or remove the file: then the rules relate alone',
    ...(cause === undefined ? {} : { cause }),
  });
