// Folds: parts of the lines to be held out in turn; near duplicates stay together, and each label is spread evenly.
import { chance, shuffle } from './chance.ts';
import type { Labelled } from './corpus.ts';

/** Which part (from 0) each line belongs to. Lines without a group are grouped by their Chinese characters. */
export function foldsOf(labelled: readonly Labelled[], parts: number, seed: number): Int32Array {
  const groups = new Map<string, number[]>();
  labelled.forEach((one, row) => {
    const name = one.group ?? `=${one.text.replace(/[^\u4e00-\u9fff]/g, '').slice(0, 200)}`;
    const known = groups.get(name);
    if (known) known.push(row);
    else groups.set(name, [row]);
  });
  const lists = [...groups.values()];
  const order = shuffle(
    Int32Array.from(lists, (_, i) => i),
    chance(seed),
  );
  const held = new Map<string, Float64Array>();
  const fold = new Int32Array(labelled.length);
  for (const place of order) {
    const rows = lists[place] ?? [];
    const label = labelled[rows[0] ?? 0]?.label ?? '';
    const sizes = held.get(label) ?? new Float64Array(parts);
    held.set(label, sizes);
    const least = sizes.indexOf(Math.min(...sizes));
    sizes[least] = (sizes[least] ?? 0) + rows.length;
    for (const row of rows) fold[row] = least;
  }
  return fold;
}
