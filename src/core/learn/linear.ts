// Linear: one-against-the-rest support vector machines with squared hinge, by dual coordinate descent (Hsieh et al., ICML 2008).
import { chance, shuffle } from './chance.ts';
import type { Sparse } from './features.ts';

export interface Linear {
  /** Feature by feature, one weight a label. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

export interface LinearOptions {
  readonly seed: number;
  readonly cost: number;
  /** How much of each line's loss counts, 1 when left out. */
  readonly trust?: Float64Array;
}

const TOLERANCE = 0.02;
const MOST_PASSES = 300;

/** All labels are trained in one walk over a line, so that its features are fetched once. */
export function trainLinear(
  vectors: readonly Sparse[],
  labels: Int32Array,
  count: number,
  size: number,
  { seed, cost, trust }: LinearOptions,
): Linear {
  const weights = new Float64Array(size * count);
  const bias = new Float64Array(count);
  const alpha = new Float64Array(vectors.length * count);
  const done = new Uint8Array(count);
  const worst = new Float64Array(count);
  const sums = new Float64Array(count);
  const order = Int32Array.from(vectors, (_, row) => row);
  const random = chance(seed);
  const norms = vectors.map(({ value }) => value.reduce((sum, one) => sum + one * one, 1));
  for (let pass = 0; pass < MOST_PASSES && done.includes(0); pass++) {
    worst.fill(0);
    shuffle(order, random);
    for (const row of order) {
      const x = vectors[row];
      if (!x) continue;
      dots(x, weights, bias, sums);
      const slack = 1 / (2 * cost * (trust?.[row] ?? 1));
      const square = (norms[row] ?? 1) + slack;
      let moved = false;
      for (let c = 0; c < count; c++) {
        const sign = labels[row] === c ? 1 : -1;
        const place = row * count + c;
        const old = alpha[place] ?? 0;
        const gradient = sign * (sums[c] ?? 0) - 1 + old * slack;
        const projected = old === 0 ? Math.min(gradient, 0) : gradient;
        worst[c] = Math.max(worst[c] ?? 0, Math.abs(projected));
        sums[c] = 0;
        if (done[c] === 1 || Math.abs(projected) < 1e-12) continue;
        const fresh = Math.max(old - gradient / square, 0);
        alpha[place] = fresh;
        sums[c] = (fresh - old) * sign;
        moved = true;
      }
      if (moved) add(x, weights, bias, sums);
    }
    for (let c = 0; c < count; c++) if ((worst[c] ?? 0) < TOLERANCE) done[c] = 1;
  }
  return { weights, bias };
}

function dots({ index, value }: Sparse, weights: Float64Array, bias: Float64Array, sums: Float64Array): void {
  const count = sums.length;
  sums.set(bias);
  for (let i = 0; i < index.length; i++) {
    const row = (index[i] ?? 0) * count;
    const one = value[i] ?? 0;
    for (let c = 0; c < count; c++) sums[c] = (sums[c] ?? 0) + one * (weights[row + c] ?? 0);
  }
}

function add({ index, value }: Sparse, weights: Float64Array, bias: Float64Array, steps: Float64Array): void {
  const count = steps.length;
  for (let i = 0; i < index.length; i++) {
    const row = (index[i] ?? 0) * count;
    const one = value[i] ?? 0;
    for (let c = 0; c < count; c++) weights[row + c] = (weights[row + c] ?? 0) + one * (steps[c] ?? 0);
  }
  for (let c = 0; c < count; c++) bias[c] = (bias[c] ?? 0) + (steps[c] ?? 0);
}
