// Features: what speaks for and against two texts being one matter, as a row of numbers.
import { type Conflict, conflicts } from '../text/conflicts.ts';
import { districtsApart } from './districts.ts';
import { dot } from './latent.ts';
import { type Likeness, share } from './likeness.ts';
import type { Reading, Vector } from './reading.ts';

/** One side of a comparison. `at`: epoch ms when it was said. */
export interface Side {
  readonly reading: Reading;
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

/** What a message is compared with is judged by the company, too: a likeness that many have says little. */
export interface Company {
  readonly best: number;
  readonly bestAbout: number;
  readonly rank: number;
}

export function featuresOf(a: Side, b: Side, likeness: Likeness, company: Company): number[] {
  const [one, two] = [a.reading, b.reading];
  const { full, names, problem, about, run } = likeness;
  const headAbout = dot(one.headAbout, two.headAbout);
  const against = conflicts(one.marks, two.marks);
  const flag = (what: Conflict): number => (against.includes(what) ? 1 : 0);
  // One plain literal: of spread parts an array of boxed numbers would be made, for every candidate of every message.
  return [
    full,
    cosine(one.title, two.title),
    names,
    problem,
    run,
    run * problem,
    names * problem,
    likeness.lostLeast,
    likeness.lostMost,
    districtsApart(one.districts.title, two.districts.title) ? 1 : 0,
    districtsApart(one.districts.all, two.districts.all) ? 1 : 0,
    numbersApart(one.counted, two.counted, () => true),
    numbersApart(one.counted, two.counted, (unit) => unit === '号线' || unit === '路'),
    Math.min(3, shared(one.codes, two.codes)),
    Math.log(1 + Math.abs(a.at - b.at) / 86_400_000),
    full / Math.max(company.best, 0.05),
    flag('road'),
    flag('community'),
    flag('date'),
    flag('opposite'),
    flag('house'),
    about,
    headAbout,
    run * headAbout,
    names * headAbout,
    about / Math.max(company.bestAbout, 0.05),
    likeness.nameWorth,
    Math.min(2, likeness.covered),
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

function shared(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  return a.filter((one) => b.includes(one)).length;
}

const apart = (a: readonly string[], b: readonly string[]): boolean =>
  a.length > 0 && b.length > 0 && !a.some((one) => b.includes(one));

type Counted = ReadonlyMap<string, readonly string[]>;

function numbersApart(a: Counted, b: Counted, of: (unit: string) => boolean): number {
  if (a.size === 0 || b.size === 0) return 0;
  return [...a].filter(([unit, values]) => of(unit) && apart(values, b.get(unit) ?? [])).length;
}
