// Features: what speaks for and against two texts being one matter, as a row of numbers.
import { conflicts, readMarks } from '../text/conflicts.ts';
import type { Reading, Vector } from './reading.ts';
import { type GramTable, idfOf, ordinary } from './table.ts';

/** One side of a comparison. `at`: epoch ms when it was said. */
export interface Side {
  readonly reading: Reading;
  readonly masked: string;
  readonly at: number;
}

export const FEATURES = [
  'full',
  'title',
  'names',
  'problem',
  'run',
  'runProblem',
  'namesProblem',
  'lostLeast',
  'lostMost',
  'titleDistricts',
  'districts',
  'numbers',
  'lines',
  'codes',
  'days',
  'relative',
  'road',
  'community',
  'date',
  'opposite',
  'house',
] as const;

/** `likeness` of the whole texts; `best`: the greatest one among everything this message is compared with. */
export function featuresOf(
  a: Side,
  b: Side,
  { likeness, best }: { readonly likeness: number; readonly best: number },
  table: GramTable,
): number[] {
  const [one, two] = [a.reading, b.reading];
  const names = cosine(one.names, two.names);
  const problem = cosine(one.problem, two.problem);
  const [there, back] = [carried(one, two, table), carried(two, one, table)];
  const run = Math.log(1 + Math.max(there.run, back.run));
  const against = new Set<string>(conflicts(readMarks(a.masked), readMarks(b.masked)));
  const flag = (what: string): number => (against.has(what) ? 1 : 0);
  return [
    likeness,
    cosine(one.title, two.title),
    names,
    problem,
    run,
    run * problem,
    names * problem,
    Math.min(there.lost, back.lost),
    Math.max(there.lost, back.lost),
    apart(one.districts.title, two.districts.title),
    apart(one.districts.all, two.districts.all),
    numbersApart(one.counted, two.counted, () => true),
    numbersApart(one.counted, two.counted, (unit) => unit === '号线' || unit === '路'),
    Math.min(3, one.codes.filter((code) => two.codes.includes(code)).length),
    Math.log(1 + Math.abs(a.at - b.at) / 86_400_000),
    likeness / Math.max(best, 0.05),
    ...['road', 'community', 'date', 'opposite', 'house'].map(flag),
  ];
}

/** Cosine of two vectors: 0 (nothing shared) to 1. */
export function cosine(a: Vector, b: Vector): number {
  if (a.norm === 0 || b.norm === 0) return 0;
  let sum = 0;
  for (let i = 0, j = 0; i < a.grams.length && j < b.grams.length; ) {
    const [left = 0, right = 0] = [a.grams[i], b.grams[j]];
    if (left === right) sum += (a.weights[i++] ?? 0) * (b.weights[j++] ?? 0);
    else if (left < right) i++;
    else j++;
  }
  return sum / (a.norm * b.norm);
}

/** Of a title's names: the weightiest run the other text holds, and the share of their weight it lacks. */
function carried(from: Reading, to: Reading, table: GramTable): { run: number; lost: number } {
  let [run, longest, all, kept] = [0, 0, 0, 0];
  for (const pair of from.run) {
    const held = pair !== 0 && holds(to.full.grams, pair);
    const worth = pair === 0 || ordinary(pair, table) ? 0 : idfOf(pair, table);
    all += worth;
    if (!held) {
      run = 0;
      continue;
    }
    kept += worth;
    run += worth + 1e-9;
    longest = Math.max(longest, run);
  }
  return { run: longest, lost: all === 0 ? 0 : 1 - kept / all };
}

function holds(sorted: Uint32Array, value: number): boolean {
  let [low, high] = [0, sorted.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle] ?? 0;
    if (found === value) return true;
    if (found < value) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

const apart = (a: readonly string[], b: readonly string[]): number =>
  a.length > 0 && b.length > 0 && !a.some((one) => b.includes(one)) ? 1 : 0;

function numbersApart(
  a: ReadonlyMap<string, readonly string[]>,
  b: ReadonlyMap<string, readonly string[]>,
  of: (unit: string) => boolean,
): number {
  return [...a].filter(([unit, values]) => of(unit) && apart(values, b.get(unit) ?? []) === 1).length;
}
