// Model: what training yields and prediction reads: grams, their weights and two small sets of numbers. No text lies in it.
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { GatewayError } from '../errors.ts';

const MAGIC = 0x324d4c43; // "CLM2"

/** One number a label: how much each half of the model says of it, and what is added. */
const Mix = Type.Object({
  bias: Type.Array(Type.Number()),
  linear: Type.Array(Type.Number()),
  net: Type.Array(Type.Number()),
});
export type Mix = Static<typeof Mix>;

const Header = Type.Object({
  labels: Type.Array(Type.String({ minLength: 1 }), { minItems: 2, maxItems: 1_000 }),
  grams: Type.Integer({ minimum: 1, maximum: 5_000_000 }),
  titleGrams: Type.Integer({ minimum: 0, maximum: 5_000_000 }),
  hidden: Type.Integer({ minimum: 0, maximum: 1_024 }),
  titleWeight: Type.Number({ minimum: 0 }),
  inputScale: Type.Number({ exclusiveMinimum: 0 }),
  linearScale: Type.Number({ exclusiveMinimum: 0 }),
  mix: Mix,
  about: Type.Record(Type.String(), Type.Unknown()),
});
type Header = Static<typeof Header>;

/**
 * `n` = grams + titleGrams features, of which the title's come last. Weights lie feature by feature, so that a message
 * touches neighbouring bytes: `linear` n x labels, `net.input` n x hidden. `about` says what it was trained on.
 */
export interface Model {
  readonly labels: readonly string[];
  readonly titleWeight: number;
  /** One over the frequency, `ln((1 + lines) / (1 + df)) + 1`, of each feature. */
  readonly rarity: Float32Array;
  /** How much each feature tells the classes apart: the Naive-Bayes scale. */
  readonly scale: Float32Array;
  readonly grams: Uint32Array;
  readonly titleGrams: Uint32Array;
  readonly linear: Int8Array;
  readonly linearScale: number;
  readonly bias: Float32Array;
  /** Turns the scores of both halves into honest probabilities. */
  readonly mix: Mix;
  readonly net?: Net;
  readonly about: Readonly<Record<string, unknown>>;
}

export interface Net {
  readonly hidden: number;
  readonly inputScale: number;
  readonly input: Int8Array;
  /** What one step of `input` is worth, for each hidden unit. */
  readonly steps: Float32Array;
  readonly inputBias: Float32Array;
  /** labels x hidden. */
  readonly output: Float32Array;
  readonly outputBias: Float32Array;
}

export function encodeModel(model: Model): Uint8Array {
  const { net } = model;
  const header: Header = {
    labels: [...model.labels],
    grams: model.grams.length,
    titleGrams: model.titleGrams.length,
    hidden: net?.hidden ?? 0,
    titleWeight: model.titleWeight,
    inputScale: net?.inputScale ?? 1,
    linearScale: model.linearScale,
    mix: model.mix,
    about: model.about,
  };
  const head = new TextEncoder().encode(JSON.stringify(header));
  const tables: ArrayBufferView[] = [model.grams, model.titleGrams, model.rarity, model.scale, model.bias];
  if (net) tables.push(net.steps, net.inputBias, net.output, net.outputBias, net.input);
  tables.push(model.linear);
  const start = padded(8 + head.length);
  const out = new Uint8Array(tables.reduce((size, one) => size + padded(one.byteLength), start));
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, head.length, true);
  out.set(head, 8);
  let at = start;
  for (const one of tables) {
    out.set(new Uint8Array(one.buffer, one.byteOffset, one.byteLength), at);
    at += padded(one.byteLength);
  }
  return out;
}

/** Throws `model_invalid` for anything encodeModel did not write. Numbers are little-endian, as on every machine Node runs on. */
export function decodeModel(bytes: Uint8Array): Model {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint32(0, true) !== MAGIC) throw invalid('it is not a model of this program');
  const length = view.getUint32(4, true);
  if (8 + length > bytes.length) throw invalid('it is cut off');
  const header = readHeader(bytes.subarray(8, 8 + length));
  const take = sections(bytes, padded(8 + length));
  const labels = header.labels.length;
  const n = header.grams + header.titleGrams;
  const { hidden } = header;
  const grams = new Uint32Array(take(4 * header.grams));
  const titleGrams = new Uint32Array(take(4 * header.titleGrams));
  const floats = (count: number): Float32Array => new Float32Array(take(4 * count));
  const rarity = floats(n);
  const scale = floats(n);
  const bias = floats(labels);
  const net = hidden === 0 ? undefined : readNet(header, floats, () => new Int8Array(take(n * hidden)));
  const linear = new Int8Array(take(n * labels));
  const { titleWeight, linearScale, mix, about } = header;
  const numbers = { titleWeight, linearScale, mix, about };
  return { labels: header.labels, ...numbers, grams, titleGrams, rarity, scale, bias, linear, ...(net ? { net } : {}) };
}

function readNet(header: Header, floats: (count: number) => Float32Array, input: () => Int8Array): Net {
  const { hidden, inputScale } = header;
  const labels = header.labels.length;
  const steps = floats(hidden);
  const inputBias = floats(hidden);
  const output = floats(labels * hidden);
  const outputBias = floats(labels);
  return { hidden, inputScale, steps, inputBias, output, outputBias, input: input() };
}

function readHeader(bytes: Uint8Array): Header {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (Value.Check(Header, header) && Object.values(header.mix).every((one) => one.length === header.labels.length))
      return header;
  } catch (cause) {
    throw invalid('its heading cannot be read', cause);
  }
  throw invalid('its heading is of another version');
}

/** Cuts the tables off one after another, each beginning at a multiple of four; copies, so that the file's own buffer can go. */
function sections(bytes: Uint8Array, start: number): (size: number) => ArrayBuffer {
  let at = start;
  return (size) => {
    if (at + size > bytes.length) throw invalid('it is cut off');
    const part = new Uint8Array(size);
    part.set(bytes.subarray(at, at + size));
    at += padded(size);
    return part.buffer;
  };
}

const padded = (size: number): number => (size + 3) & ~3;

const invalid = (why: string, cause?: unknown): GatewayError =>
  new GatewayError({
    code: 'model_invalid',
    message: `the model cannot be used: ${why}`,
    retryable: false,
    advice: 'Make it again with `civicline train`.',
    ...(cause === undefined ? {} : { cause }),
  });
