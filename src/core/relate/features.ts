// Features: what speaks for and against two texts being one matter, as a row of numbers.
import { type Conflict, conflicts, readMarks } from '../text/conflicts.ts';
import { districtsApart } from './districts.ts';
import { dot } from './latent.ts';
import type { Reading, Vector, Whole } from './reading.ts';
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
  'about',
  'headAbout',
  'runAbout',
  'namesAbout',
  'relativeAbout',
  'nameWorth',
  'covered',
  'lengths',
  'rank',
] as const;

/** How alike two whole texts are: everything, names alone, problems alone; the worth of shared names, and how much of the shorter one's names is shared. */
export interface Likeness {
  readonly full: number;
  readonly names: number;
  readonly problem: number;
  readonly nameWorth: number;
  readonly covered: number;
  readonly about: number;
}

/** What a message is compared with is judged by the company, too: a likeness that many have says little. */
export interface Company {
  readonly best: number;
  readonly bestAbout: number;
  readonly rank: number;
}

export function likenessOf(a: Reading, b: Reading): Likeness {
  const [one, two] = [a.full, b.full];
  let [names, problem] = [0, 0];
  for (let i = 0, j = 0; i < one.grams.length && j < two.grams.length; ) {
    const left = one.grams[i] ?? 0;
    const right = two.grams[j] ?? 0;
    if (left === right) {
      const product = (one.weights[i] ?? 0) * (two.weights[j] ?? 0);
      if (one.isName[i] === 1) names += product;
      else problem += product;
    }
    if (left <= right) i++;
    if (left >= right) j++;
  }
  return {
    full: share(names + problem, one.norm, two.norm),
    names: share(names, one.nameNorm, two.nameNorm),
    problem: share(problem, one.problemNorm, two.problemNorm),
    nameWorth: Math.log(1 + names),
    covered: names / Math.max(1e-9, Math.min(one.nameNorm, two.nameNorm) ** 2),
    about: dot(a.about, b.about),
  };
}

const share = (product: number, a: number, b: number): number => (a === 0 || b === 0 ? 0 : product / (a * b));

export function featuresOf(a: Side, b: Side, likeness: Likeness, company: Company, table: GramTable): number[] {
  const [one, two] = [a.reading, b.reading];
  const { full, names, problem, about } = likeness;
  const headAbout = dot(one.headAbout, two.headAbout);
  const [there, back] = [carried(one, two.full, table), carried(two, one.full, table)];
  const run = Math.log(1 + Math.max(there.run, back.run));
  const against: ReadonlySet<Conflict> = new Set(conflicts(readMarks(a.masked), readMarks(b.masked)));
  const flag = (what: Conflict): number => (against.has(what) ? 1 : 0);
  return [
    ...[full, cosine(one.title, two.title), names, problem, run, run * problem, names * problem],
    ...[Math.min(there.lost, back.lost), Math.max(there.lost, back.lost)],
    districtsApart(one.districts.title, two.districts.title) ? 1 : 0,
    districtsApart(one.districts.all, two.districts.all) ? 1 : 0,
    numbersApart(one.counted, two.counted, () => true),
    numbersApart(one.counted, two.counted, (unit) => unit === '号线' || unit === '路'),
    Math.min(3, one.codes.filter((code) => two.codes.includes(code)).length),
    Math.log(1 + Math.abs(a.at - b.at) / 86_400_000),
    full / Math.max(company.best, 0.05),
    ...[flag('road'), flag('community'), flag('date'), flag('opposite'), flag('house')],
    ...[about, headAbout, run * headAbout, names * headAbout, about / Math.max(company.bestAbout, 0.05)],
    ...[likeness.nameWorth, Math.min(2, likeness.covered)],
    Math.log(Math.max(one.length, two.length) / Math.max(1, Math.min(one.length, two.length))),
    Math.log(1 + company.rank),
  ];
}

function cosine(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0, j = 0; i < a.grams.length && j < b.grams.length; ) {
    const left = a.grams[i] ?? 0;
    const right = b.grams[j] ?? 0;
    if (left === right) sum += (a.weights[i] ?? 0) * (b.weights[j] ?? 0);
    if (left <= right) i++;
    if (left >= right) j++;
  }
  return share(sum, a.norm, b.norm);
}

/** Of a title's names: the weightiest run the other text holds, and the share of their weight it lacks. */
function carried(from: Reading, to: Whole, table: GramTable): { run: number; lost: number } {
  let [run, longest, all, kept] = [0, 0, 0, 0];
  for (const pair of from.run) {
    const held = pair !== 0 && holds(to.grams, pair);
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
