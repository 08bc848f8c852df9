// Model: how likely two texts are one matter: a linear model and small trees over the features, both trained from a city's own stream.
import { GatewayError } from '../errors.ts';
import { remembered } from '../text/remembered.ts';
import { FEATURES, featuresOf } from './features.ts';
import { forestOf, type Tree } from './forest.ts';
import type { LatentTable } from './latent.ts';
import { likenesses } from './likeness.ts';
import { type Reading, read } from './reading.ts';
import { type GramTable, SLOT_BITS, tableFrom } from './table.ts';
import { sharedWords } from './words.ts';

/** How likely one matter a message must be with another: to be joined by the machine, to be shown to a person, and, of the same person's open case, to follow it up. */
export interface Bands {
  readonly sure: number;
  readonly unsure: number;
  readonly own: number;
}

export interface Weights {
  readonly features: readonly string[];
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly weights: readonly number[];
  readonly bias: number;
  readonly treeBias: number;
  readonly trees: readonly Tree[];
  /** How many of the last trees are of the city's own, learnt from its people's decisions. */
  readonly own?: number;
  readonly bands: Bands;
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
  /** The weightiest words both hold, at most `most`. */
  shared(one: string, other: string, most: number): string[];
  readonly bands: Bands;
  readonly about: Readonly<Record<string, unknown>>;
}

const KNOWN_TEXTS = 2_048;

export interface Tables {
  readonly grams: GramTable;
  readonly latent: LatentTable;
}

export function matcher(weights: Weights, { grams, latent }: Tables): Matcher {
  const readingOf = remembered<Reading>(KNOWN_TEXTS, (text) => read(text, grams, latent));
  function rows(one: Saying, others: readonly Saying[]): number[][] {
    const reading = readingOf(one.masked);
    const readings = others.map((other) => readingOf(other.masked));
    const alike = likenesses(reading, readings);
    const best = alike.reduce((most, { full }) => Math.max(most, full), 0);
    const bestAbout = alike.reduce((most, { about }) => Math.max(most, about), 0);
    const own = { reading, at: one.at };
    return alike.map((likeness, i) => {
      const rank = alike.reduce((before, { full }) => (full > likeness.full ? before + 1 : before), 0);
      const side = { reading: readings[i] ?? reading, at: others[i]?.at ?? one.at };
      return featuresOf(own, side, likeness, { best, bestAbout, rank });
    });
  }
  const odds = oddsOf(weights);
  return {
    rare: (masked) => readingOf(masked).rare,
    rows,
    compare: (one, others) => rows(one, others).map(odds),
    shared: (one, other, most) => sharedWords(one, other, grams, most),
    bands: weights.bands,
    about: weights.about,
  };
}

/** How much the trees count beside the linear model. */
export const TREES_COUNT = 2 / 3;

/** Log-odds of a row. The linear model keeps what is rare, the trees keep apart what only looks alike: these count twice. */
export function oddsOf({ mean, scale, weights, bias, trees, treeBias }: Weights): (row: readonly number[]) => number {
  const forest = forestOf(trees, treeBias);
  const asked = new Float64Array(FEATURES.length);
  return (row) => {
    let linear = bias;
    for (let i = 0; i < asked.length; i++) {
      const value = row[i] ?? 0;
      asked[i] = value;
      linear += ((value - (mean[i] ?? 0)) / (scale[i] ?? 1)) * (weights[i] ?? 0);
    }
    return trees.length === 0 ? linear : (linear + 2 * forest(asked)) / 3;
  };
}

export const probability = (odds: number): number => 1 / (1 + Math.exp(-odds));

const ALIGNED = 8;

/** Eight bytes with the length of the JSON (padded with spaces to eight), the JSON of the weights, then the tables one after the other. */
export function encode(weights: Weights, { grams, latent }: Tables): Uint8Array {
  const about = { ...weights, texts: grams.texts, latent: { width: latent.width, rows: latent.grams.length } };
  const text = JSON.stringify(about);
  const json = new TextEncoder().encode(text);
  const length = Math.ceil(json.length / ALIGNED) * ALIGNED;
  const parts = [grams.slots, bytesOf(latent.grams), bytesOf(latent.scales), bytesOf(latent.rows)];
  const bytes = new Uint8Array(ALIGNED + length + parts.reduce((sum, part) => sum + part.length, 0)).fill(
    0x20,
    8,
    8 + length,
  );
  new DataView(bytes.buffer).setUint32(0, length);
  bytes.set(json, ALIGNED);
  let at = ALIGNED + length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const bytesOf = (part: Uint32Array | Float32Array | Int8Array): Uint8Array =>
  new Uint8Array(part.buffer, part.byteOffset, part.byteLength);

/** Throws `bad_model` for anything `encode` did not write with these features. */
export function decode(bytes: Uint8Array): Matcher {
  const { weights, tables } = unpack(bytes);
  return matcher(weights, tables);
}

/** The parts of a model; throws as `decode`. */
export function unpack(bytes: Uint8Array): { weights: Weights; tables: Tables } {
  const length = bytes.length < ALIGNED ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length === 0 || ALIGNED + length > bytes.length) throw badModel('is no model of relating, or is cut off');
  const { texts, latent, ...weights }: Packed = parsed(bytes.subarray(ALIGNED, ALIGNED + length));
  const fits =
    weights.features?.join() === FEATURES.join() &&
    weights.weights?.length === FEATURES.length &&
    weights.bands !== undefined;
  if (!fits || !(texts > 0) || !(latent?.rows >= 0)) throw badModel('was made for other features');
  const { rows, width } = latent;
  if (bytes.length !== ALIGNED + length + 2 ** SLOT_BITS + rows * (8 + width)) throw badModel('is cut off');
  let at = ALIGNED + length;
  // A copy: what is read from a file may share its memory, and not on a number's boundary.
  const next = (size: number): ArrayBuffer => {
    const part = new Uint8Array(bytes.subarray(at, at + size));
    at += size;
    return part.buffer;
  };
  const grams = tableFrom(texts, new Uint8Array(next(2 ** SLOT_BITS)));
  const directions = { known: next(rows * 4), scales: next(rows * 4), rows: next(rows * width) };
  const table: LatentTable = {
    width,
    grams: new Uint32Array(directions.known),
    scales: new Float32Array(directions.scales),
    rows: new Int8Array(directions.rows),
  };
  return { weights, tables: { grams, latent: table } };
}

interface Packed extends Weights {
  readonly texts: number;
  readonly latent: { readonly width: number; readonly rows: number };
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
