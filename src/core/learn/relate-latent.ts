// Fit of the latent directions: the dominant subspace of weighted texts by ordinary pairs, found by repeated multiplication.
import type { LatentTable } from '../relate/latent.ts';
import { chance } from './chance.ts';

const WIDTH = 64;
const PASSES = 3;
const LEAST = 8 / 5_000;
const MOST = 0.3;
const MOST_ROWS = 24_000;

/** Of the distinct pairs of each text. The same texts give the same directions. */
export function fitLatent(texts: readonly Uint32Array[], width = WIDTH): LatentTable {
  const grams = rowsOf(texts);
  const row = new Map([...grams.keys()].map((gram, at) => [gram, at] as const));
  const idf = [...grams.values()].map((count) => Math.log((texts.length + 1) / (count + 1)));
  const known = texts.map((text) =>
    Uint32Array.from(text, (gram) => row.get(gram) ?? -1).filter((at) => at < row.size),
  );
  const weights = known.map((rows) => weighted(rows, idf));
  const random = chance(1);
  let directions = Float64Array.from({ length: grams.size * width }, () => random() - 0.5);
  orthonormal(directions, width);
  for (let pass = 0; pass < PASSES; pass++) {
    directions = multiplied(directions, width, known, weights);
    orthonormal(directions, width);
  }
  return squeezed(Uint32Array.from(grams.keys()), directions, width);
}

/** Pairs that are neither names nor in every text, ascending, with the number of texts that hold them. */
function rowsOf(texts: readonly Uint32Array[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const text of texts) for (const gram of text) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  const [least, most] = [Math.max(2, LEAST * texts.length), MOST * texts.length];
  const fit = [...counts].filter(([, count]) => count >= least && count <= most);
  fit.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return new Map(fit.slice(0, MOST_ROWS).sort((a, b) => a[0] - b[0]));
}

/** Of unit length, so that long texts count no more than short ones. */
function weighted(rows: Uint32Array, idf: readonly number[]): Float64Array {
  const weights = Float64Array.from(rows, (at) => idf[at] ?? 0);
  const length = Math.sqrt(weights.reduce((sum, one) => sum + one * one, 0)) || 1;
  return weights.map((one) => one / length);
}

function multiplied(
  directions: Float64Array,
  width: number,
  texts: readonly Uint32Array[],
  weights: readonly Float64Array[],
): Float64Array<ArrayBuffer> {
  const result = new Float64Array(directions.length);
  const sum = new Float64Array(width);
  texts.forEach((rows, n) => {
    const own = weights[n] ?? new Float64Array(0);
    sum.fill(0);
    for (let k = 0; k < rows.length; k++) {
      const from = (rows[k] ?? 0) * width;
      const weight = own[k] ?? 0;
      for (let i = 0; i < width; i++) sum[i] = (sum[i] ?? 0) + weight * (directions[from + i] ?? 0);
    }
    for (let k = 0; k < rows.length; k++) {
      const from = (rows[k] ?? 0) * width;
      const weight = own[k] ?? 0;
      for (let i = 0; i < width; i++) result[from + i] = (result[from + i] ?? 0) + weight * (sum[i] ?? 0);
    }
  });
  return result;
}

/** Makes the columns orthonormal in place: one after the other loses what those before it hold (Gram and Schmidt). */
function orthonormal(matrix: Float64Array, width: number): void {
  const columns = Array.from({ length: width }, (_, i) =>
    Float64Array.from({ length: matrix.length / width }, (_none, row) => matrix[row * width + i] ?? 0),
  );
  columns.forEach((own, i) => {
    // Twice over: once leaves what rounding hid.
    for (const other of [...columns.slice(0, i), ...columns.slice(0, i)]) take(own, other, inner(own, other));
    const length = Math.sqrt(inner(own, own));
    for (let at = 0; at < own.length; at++) {
      own[at] = length > 1e-9 ? (own[at] ?? 0) / length : 0;
      matrix[at * width + i] = own[at] ?? 0;
    }
  });
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

function take(from: Float64Array, other: Float64Array, times: number): void {
  for (let at = 0; at < from.length; at++) from[at] = (from[at] ?? 0) - times * (other[at] ?? 0);
}

function squeezed(grams: Uint32Array, directions: Float64Array, width: number): LatentTable {
  const rows = new Int8Array(directions.length);
  const scales = new Float32Array(grams.length);
  for (let row = 0; row < grams.length; row++) {
    const own = directions.subarray(row * width, (row + 1) * width);
    const scale = own.reduce((most, one) => Math.max(most, Math.abs(one)), 0) / 127;
    scales[row] = scale;
    if (scale > 0)
      own.forEach((one, i) => {
        rows[row * width + i] = Math.round(one / scale);
      });
  }
  return { width, grams, rows, scales };
}
