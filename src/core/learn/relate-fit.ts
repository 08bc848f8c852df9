// Fit: a logistic regression and boosted trees of depth three over weighted rows. The same rows give the same weights.
import { leafOf, type Tree } from '../relate/forest.ts';
import { oddsOf, TREES_COUNT, type Weights } from '../relate/model.ts';
import { chance } from './chance.ts';

export interface Row {
  readonly values: readonly number[];
  /** One matter or not. */
  readonly same: boolean;
  readonly weight: number;
}

interface Linear {
  readonly mean: number[];
  readonly scale: number[];
  readonly weights: number[];
  readonly bias: number;
}

/** The parts of a model that rows of features decide. */
export function fitWeights(
  rows: readonly Row[],
): Pick<Weights, 'mean' | 'scale' | 'weights' | 'bias' | 'treeBias' | 'trees'> {
  const { mean, scale, weights, bias } = fitLinear(rows);
  const trees = fitBaggedTrees(rows);
  return {
    ...{ mean: mean.map(short), scale: scale.map(short), weights: weights.map(short), bias: short(bias) },
    ...{ treeBias: short(trees.bias), trees: trees.trees },
  };
}

const MORE_TREES = 60;
const LEAST_OF_OWN = 6;

/** Trees of a city's own on top of a model: they learn what it gets wrong. Those it had of that kind before go. */
export function fitMore(weights: Weights, rows: readonly Row[]): Weights {
  const trees = weights.trees.slice(0, weights.trees.length - (weights.own ?? 0));
  const base = { ...weights, trees };
  const oddsIn = oddsOf(base);
  const odds = rows.map(({ values }) => oddsIn(values));
  const own = boost(rows, odds, { rounds: MORE_TREES, least: LEAST_OF_OWN });
  const scaled = own.map((tree) => ({
    ...tree,
    leaf: tree.leaf.map((one) => Number((one / TREES_COUNT).toPrecision(5))),
  }));
  return { ...base, trees: [...trees, ...scaled], own: scaled.length };
}

const short = (value: number): number => Number(value.toPrecision(7));

const BAGS = 4;
const IN_A_BAG = 0.7;
const STEPS = 400;
const sigmoid = (odds: number): number => 1 / (1 + Math.exp(-odds));

/** Gradient steps with momentum over standardised features, L2 `penalty` on the weights. */
function fitLinear(rows: readonly Row[], penalty = 1e-4): Linear {
  const { mean, scale } = spread(rows);
  const width = mean.length;
  const z = rows.map((row) => row.values.map((value, i) => (value - (mean[i] ?? 0)) / (scale[i] ?? 1)));
  const total = rows.reduce((sum, row) => sum + row.weight, 0);
  const weights = new Array<number>(width + 1).fill(0);
  const speed = new Array<number>(width + 1).fill(0);
  for (let step = 0; step < STEPS; step++) {
    const slope = new Array<number>(width + 1).fill(0);
    rows.forEach((row, n) => {
      const values = z[n] ?? [];
      let odds = weights[width] ?? 0;
      for (let i = 0; i < width; i++) odds += (weights[i] ?? 0) * (values[i] ?? 0);
      const miss = ((sigmoid(odds) - (row.same ? 1 : 0)) * row.weight) / total;
      for (let i = 0; i < width; i++) slope[i] = (slope[i] ?? 0) + miss * (values[i] ?? 0);
      slope[width] = (slope[width] ?? 0) + miss;
    });
    for (let i = 0; i <= width; i++) {
      const pull = i < width ? penalty * (weights[i] ?? 0) : 0;
      speed[i] = 0.9 * (speed[i] ?? 0) - 0.4 * ((slope[i] ?? 0) + pull);
      weights[i] = (weights[i] ?? 0) + (speed[i] ?? 0);
    }
  }
  return { mean, scale, weights: weights.slice(0, width), bias: weights[width] ?? 0 };
}

function spread(rows: readonly Row[]): { mean: number[]; scale: number[] } {
  const width = rows[0]?.values.length ?? 0;
  const columns = Array.from({ length: width }, (_, i) => rows.map((row) => row.values[i] ?? 0));
  const mean = columns.map((column) => column.reduce((a, b) => a + b, 0) / column.length);
  const scale = columns.map((column, i) =>
    Math.max(1e-6, Math.sqrt(column.reduce((sum, value) => sum + (value - (mean[i] ?? 0)) ** 2, 0) / column.length)),
  );
  return { mean, scale };
}

const TREES = 100;
const RATE = 0.08;
const LEAST = 15;
const L2 = 3;
const BINS = 32;

/** Trees of several random parts of the rows, averaged: what one part suggests by accident the others do not. */
function fitBaggedTrees(rows: readonly Row[]): { bias: number; trees: Tree[] } {
  const random = chance(1);
  const bags = Array.from({ length: BAGS }, () => fitTrees(rows.filter(() => random() < IN_A_BAG)));
  return {
    bias: bags.reduce((sum, { bias }) => sum + bias, 0) / BAGS,
    trees: bags.flatMap(({ trees }) =>
      trees.map((tree) => ({ ...tree, leaf: tree.leaf.map((one) => Number((one / BAGS).toPrecision(5))) })),
    ),
  };
}

function fitTrees(rows: readonly Row[]): { bias: number; trees: Tree[] } {
  const total = rows.reduce((sum, row) => sum + row.weight, 0);
  const right = rows.reduce((sum, row) => sum + (row.same ? row.weight : 0), 0);
  const bias = Math.log(right / (total - right));
  const odds = rows.map(() => bias);
  return { bias, trees: boost(rows, odds, { rounds: TREES, least: LEAST }) };
}

/** Newton boosting on the logistic loss, from `odds` on, which it moves; cuts are sought among `BINS` quantiles of each feature. */
function boost(rows: readonly Row[], odds: number[], { rounds, least }: { rounds: number; least: number }): Tree[] {
  const cuts = quantiles(rows);
  const trees: Tree[] = [];
  for (let round = 0; round < rounds; round++) {
    const pulls = rows.map((row, n) => {
      const p = sigmoid(odds[n] ?? 0);
      return { row, g: (p - (row.same ? 1 : 0)) * row.weight, h: p * (1 - p) * row.weight };
    });
    const tree = grow(pulls, cuts, least);
    trees.push(tree);
    rows.forEach((row, n) => {
      odds[n] = (odds[n] ?? 0) + leafOf(tree, row.values);
    });
  }
  return trees;
}

interface Pull {
  readonly row: Row;
  readonly g: number;
  readonly h: number;
}

function quantiles(rows: readonly Row[]): number[][] {
  return (rows[0]?.values ?? []).map((_, i) => {
    const sorted = rows.map((row) => row.values[i] ?? 0).sort((a, b) => a - b);
    const picked = Array.from({ length: BINS - 1 }, (_none, k) => sorted[Math.floor(((k + 1) * sorted.length) / BINS)]);
    // Sums of products differ in the last digits between machines; rounded cuts do not.
    return [...new Set(picked.map((value) => Number((value ?? 0).toPrecision(7))))];
  });
}

function grow(pulls: readonly Pull[], cuts: readonly number[][], least: number): Tree {
  const [feature, at, leaf]: [number[], number[], number[]] = [
    new Array(7).fill(0),
    new Array(7).fill(0),
    new Array(8).fill(0),
  ];
  const fill = (node: number, own: readonly Pull[]): void => {
    if (node >= 7) {
      const [g, h] = sums(own);
      leaf[node - 7] = Number(((-g / (h + L2)) * RATE).toPrecision(7));
      return;
    }
    const cut = bestCut(own, cuts, least);
    feature[node] = cut.feature;
    at[node] = cut.at;
    fill(
      2 * node + 1,
      own.filter(({ row }) => (row.values[cut.feature] ?? 0) <= cut.at),
    );
    fill(
      2 * node + 2,
      own.filter(({ row }) => (row.values[cut.feature] ?? 0) > cut.at),
    );
  };
  fill(0, pulls);
  return { feature, at, leaf };
}

const sums = (pulls: readonly Pull[]): [number, number] => {
  let [g, h] = [0, 0];
  for (const one of pulls) {
    g += one.g;
    h += one.h;
  }
  return [g, h];
};

/** Where nothing is gained everything goes left. */
function bestCut(pulls: readonly Pull[], cuts: readonly number[][], least: number): { feature: number; at: number } {
  const [g, h] = sums(pulls);
  let best = { feature: 0, at: 1e9, gain: 0 };
  for (const [feature, values] of cuts.entries()) {
    const bins = values.length + 1;
    const [gs, hs, ns] = [new Float64Array(bins), new Float64Array(bins), new Float64Array(bins)];
    for (const one of pulls) {
      const bin = binOf(one.row.values[feature] ?? 0, values);
      gs[bin] = (gs[bin] ?? 0) + one.g;
      hs[bin] = (hs[bin] ?? 0) + one.h;
      ns[bin] = (ns[bin] ?? 0) + 1;
    }
    let [gl, hl, nl] = [0, 0, 0];
    for (const [bin, at] of values.entries()) {
      gl += gs[bin] ?? 0;
      hl += hs[bin] ?? 0;
      nl += ns[bin] ?? 0;
      if (nl < least || pulls.length - nl < least) continue;
      const gain = gl ** 2 / (hl + L2) + (g - gl) ** 2 / (h - hl + L2) - g ** 2 / (h + L2);
      if (gain > best.gain) best = { feature, at, gain };
    }
  }
  return best;
}

function binOf(value: number, cuts: readonly number[]): number {
  let bin = 0;
  while (bin < cuts.length && value > (cuts[bin] ?? 0)) bin++;
  return bin;
}
