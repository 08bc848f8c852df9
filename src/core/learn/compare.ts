// Compare: a newly trained model against the running one, on lines neither learnt from; only a better one may take its place.
import type { Predictor } from '../understand/predict.ts';
import type { Labelled } from './corpus.ts';
import { foldsOf } from './folds.ts';

export interface Comparison {
  readonly lines: number;
  readonly running: number;
  readonly fresh: number;
  /** Lines only one of the two got right. */
  readonly won: number;
  readonly lost: number;
  readonly better: boolean;
}

/** One part of five is held out; whole groups go to one side. */
export function heldOut<T extends Labelled>(lines: readonly T[], seed: number): { train: T[]; test: T[] } {
  const fold = foldsOf(lines, 5, seed);
  return { train: lines.filter((_, row) => fold[row] !== 0), test: lines.filter((_, row) => fold[row] === 0) };
}

/** Better means: more wins than losses, by more than the toss of a coin would often give (a sign test of one standard deviation). */
export function compare(running: Predictor | undefined, fresh: Predictor, test: readonly Labelled[]): Comparison {
  let [old, now, won, lost] = [0, 0, 0, 0];
  for (const line of test) {
    const before = running !== undefined && best(running, line) === line.label;
    const after = best(fresh, line) === line.label;
    old += before ? 1 : 0;
    now += after ? 1 : 0;
    if (after && !before) won++;
    if (before && !after) lost++;
  }
  const lines = Math.max(1, test.length);
  const better = won - lost > Math.sqrt(won + lost);
  return { lines: test.length, running: share(old, lines), fresh: share(now, lines), won, lost, better };
}

const share = (part: number, whole: number): number => Math.round((part / whole) * 10_000) / 10_000;

function best(model: Predictor, { title, text }: Labelled): string | undefined {
  const probabilities = model.probabilities(title, text);
  return model.labels[probabilities.indexOf(Math.max(...probabilities))];
}
