// Mix: how much each half of the model says of each label, learnt from lines neither half was trained on (stacking).
import type { Mix } from '../understand/model.ts';
import { mixed, type Scores } from '../understand/predict.ts';

/** One line that was held out: what people said of it, and what both halves score. */
export interface HeldOut {
  readonly gold: number;
  readonly scores: Scores;
}

/** What stands before anything is learnt, and what few lines are held to. */
const BEFORE = { linear: 1.7, net: 0.45, linearAlone: 3.4 };
/** As much as a few lines that speak for what stood before. */
const PRIOR = 12;
const STEPS = 150;
const RATE = 0.03;

export function usualMix(labels: number, withNet: boolean): Mix {
  const all = (value: number): number[] => new Array<number>(labels).fill(value);
  return {
    bias: all(0),
    linear: all(withNet ? BEFORE.linear : BEFORE.linearAlone),
    net: all(withNet ? BEFORE.net : 0),
  };
}

/** The mix under which the held-out lines are likeliest, by steps of Adam over all of them at once. */
export function learnMix(held: readonly HeldOut[], labels: number): Mix {
  const withNet = held[0]?.scores.net !== undefined;
  const usual = usualMix(labels, withNet);
  const start = [...usual.bias, ...usual.linear, ...usual.net];
  const value = [...start];
  const mean = start.map(() => 0);
  const square = start.map(() => 0);
  const moving = withNet ? value.length : 2 * labels;
  for (let step = 1; step <= STEPS; step++) {
    const slope = slopeAt(held, asMix(value, labels), labels);
    for (let i = 0; i < moving; i++) {
      const g = ((slope[i] ?? 0) + PRIOR * ((value[i] ?? 0) - (start[i] ?? 0))) / Math.max(1, held.length);
      mean[i] = 0.9 * (mean[i] ?? 0) + 0.1 * g;
      square[i] = 0.99 * (square[i] ?? 0) + 0.01 * g * g;
      const pace = (RATE * (mean[i] ?? 0)) / (1 - 0.9 ** step);
      value[i] = (value[i] ?? 0) - pace / (Math.sqrt((square[i] ?? 0) / (1 - 0.99 ** step)) + 1e-8);
    }
  }
  return asMix(value, labels);
}

function asMix(value: readonly number[], labels: number): Mix {
  const [bias, linear, net] = [0, 1, 2].map((part) => value.slice(part * labels, (part + 1) * labels));
  return { bias: bias ?? [], linear: linear ?? [], net: net ?? [] };
}

/** Of the log loss, summed over the lines. */
function slopeAt(held: readonly HeldOut[], mix: Mix, labels: number): Float64Array {
  const slope = new Float64Array(3 * labels);
  for (const { gold, scores } of held) {
    const probabilities = mixed(mix, scores);
    for (let c = 0; c < labels; c++) {
      const error = (probabilities[c] ?? 0) - (c === gold ? 1 : 0);
      slope[c] = (slope[c] ?? 0) + error;
      slope[labels + c] = (slope[labels + c] ?? 0) + error * (scores.linear[c] ?? 0);
      slope[2 * labels + c] = (slope[2 * labels + c] ?? 0) + error * (scores.net?.[c] ?? 0);
    }
  }
  return slope;
}
