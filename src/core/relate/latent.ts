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

/** Where the row of a gram lies: cells hold a gram and the number of its row. */
interface Index {
  readonly mask: number;
  readonly grams: Uint32Array;
  readonly rows: Uint32Array;
}

const indexes = new WeakMap<LatentTable, Index>();

function indexOf(table: LatentTable): Index {
  const known = indexes.get(table);
  if (known) return known;
  // A third full: a text's grams are mostly unknown ones, and these should meet an empty cell at once.
  const cells = 2 ** Math.ceil(Math.log2(3 * table.grams.length + 2));
  const made = { mask: cells - 1, grams: new Uint32Array(cells), rows: new Uint32Array(cells) };
  table.grams.forEach((gram, row) => {
    const cell = cellOf(made, gram);
    made.grams[cell] = gram;
    made.rows[cell] = row;
  });
  indexes.set(table, made);
  return made;
}

/** The cell of a gram, or the empty one where it would lie; no gram is 0. */
function cellOf({ mask, grams }: Index, gram: number): number {
  let cell = gram & mask;
  while (grams[cell] !== 0 && grams[cell] !== gram) cell = (cell + 1) & mask;
  return cell;
}

/** Adds up the directions of grams with their weights; of unit length unless nothing is known of any. */
export function latentOf(table: LatentTable, own: Uint32Array, weights: Float32Array): Float32Array {
  const { width, rows, scales } = table;
  const index = indexOf(table);
  const sum = new Float32Array(width);
  for (let at = 0; at < own.length; at++) {
    const cell = cellOf(index, own[at] ?? 0);
    if (index.grams[cell] === 0) continue;
    const row = index.rows[cell] ?? 0;
    const weight = (weights[at] ?? 0) * (scales[row] ?? 0);
    const from = row * width;
    for (let i = 0; i < width; i++) sum[i] = (sum[i] ?? 0) + weight * (rows[from + i] ?? 0);
  }
  let length = 0;
  for (const one of sum) length += one * one;
  if (length > 0) for (let i = 0; i < width; i++) sum[i] = (sum[i] ?? 0) / Math.sqrt(length);
  return sum;
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
