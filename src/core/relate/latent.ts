// Latent: what a text is about, as few numbers: ordinary pairs that stand in the same texts point the same way, so other words for one trouble are near.

export interface LatentTable {
  /** Numbers of a text. */
  readonly width: number;
  /** The known pairs, ascending. */
  readonly grams: Uint32Array;
  /** `width` numbers a pair, to be multiplied by its scale. */
  readonly rows: Int8Array;
  readonly scales: Float32Array;
}

/** Adds up the directions of grams; of unit length unless nothing is known of any. */
export function latentOf(
  { width, grams, rows, scales }: LatentTable,
  own: Uint32Array,
  weightOf: (at: number) => number,
): Float32Array {
  const sum = new Float32Array(width);
  for (let at = 0, row = 0; at < own.length && row < grams.length; ) {
    const mine = own[at] ?? 0;
    const known = grams[row] ?? 0;
    if (mine > known) {
      row = firstNotBelow(grams, mine, row + 1);
      continue;
    }
    if (mine === known) {
      const weight = weightOf(at) * (scales[row] ?? 0);
      const from = row * width;
      for (let i = 0; i < width; i++) sum[i] = (sum[i] ?? 0) + weight * (rows[from + i] ?? 0);
    }
    at++;
  }
  let length = 0;
  for (const one of sum) length += one * one;
  if (length > 0) for (let i = 0; i < width; i++) sum[i] = (sum[i] ?? 0) / Math.sqrt(length);
  return sum;
}

/** Looks ever further ahead, then between: the texts hold few of many grams, in the same order. */
function firstNotBelow(sorted: Uint32Array, value: number, from: number): number {
  let step = 1;
  let low = from;
  while (low + step < sorted.length && (sorted[low + step] ?? 0) < value) {
    low += step;
    step *= 2;
  }
  let high = Math.min(sorted.length, low + step);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
