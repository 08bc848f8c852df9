// Reading: what is compared of one text: its character pairs and triples with their rarity, its title, names and marks.
import { type Marks, readMarks } from '../text/conflicts.ts';
import { DISTRICT } from './districts.ts';
import { countedGrams, countGrams, pairsOf, startCounting, timesOf } from './grams.ts';
import { type LatentTable, latentOf } from './latent.ts';
import { type GramTable, idfOf, ordinary, slotOf } from './table.ts';

/** Gram numbers ascending, with their weights; compared by walking both at once. */
export interface Vector {
  readonly grams: Uint32Array;
  readonly weights: Float32Array;
  readonly norm: number;
}

/** Which grams of the whole are names (few other places use them); the others are what everybody says of a problem. */
export interface Whole extends Vector {
  readonly isName: Uint8Array;
  readonly nameNorm: number;
  readonly problemNorm: number;
}

/** Pairs of the title in order: the place of each in the grams of the whole (-1 between words that punctuation parts), and its worth as a name (0: vocabulary). */
export interface Run {
  readonly places: Int32Array;
  readonly worths: Float64Array;
}

export interface Reading {
  readonly full: Whole;
  readonly title: Vector;
  /** What it is about: of the whole, and of title and first words. */
  readonly about: Float32Array;
  readonly headAbout: Float32Array;
  readonly run: Run;
  readonly districts: { readonly title: readonly string[]; readonly all: readonly string[] };
  readonly counted: ReadonlyMap<string, readonly string[]>;
  readonly codes: readonly string[];
  readonly length: number;
  /** Roads, houses, numbers and the like that tell matters apart. */
  readonly marks: Marks;
  /** The rarest pairs of title and beginning, rarest first: under these a case is found. */
  readonly rare: readonly number[];
}

const HEAD = 400;
const FIRST_WORDS = 140;
const TITLE = 40;
const MOST_READ = 4_000;
export const RARE = 30;
const ABOVE_GRAMS = 2 ** 32;
const NUMBER = /(\d+)(号线|路|期|栋|号|年)/g;
const CODE = /\d{3,}/g;
const CHINESE: Readonly<Record<string, string>> = {
  一: '1',
  二: '2',
  三: '3',
  四: '4',
  五: '5',
  六: '6',
  七: '7',
  八: '8',
  九: '9',
};

/** Of masked words; a title stands on a line of its own, else the first sentence serves. */
export function read(masked: string, table: GramTable, latent: LatentTable): Reading {
  const lower = masked.slice(0, MOST_READ).toLowerCase();
  const cut = lower.indexOf('\n');
  const title =
    cut >= 0 ? lower.slice(0, cut).slice(0, 120) : (lower.split(/[。!?！？；;]/, 1)[0] ?? '').slice(0, TITLE);
  const body = cut >= 0 ? lower.slice(cut + 1) : lower;
  const plainTitle = title.replace(DISTRICT, ' ');
  const plainBody = body.replace(DISTRICT, ' ');

  startCounting();
  countGrams(plainTitle);
  const titled = vector(table);
  const pairs = pairsOf(plainTitle);
  const rare = rarest(pairs, plainBody.slice(0, HEAD), table);
  startCounting();
  countGrams(plainTitle);
  countGrams(plainBody.slice(0, FIRST_WORDS));
  const headAbout = aboutOf(latent, vector(table));
  startCounting();
  countGrams(plainBody);
  countGrams(plainTitle, 2);
  const full = whole(table);

  const digits = title.replace(/[一二三四五六七八九](?=期|栋|号)/g, (one) => CHINESE[one] ?? one);
  return {
    ...{ full, title: titled, about: aboutOf(latent, full), headAbout, rare },
    run: runOf(pairs, full.grams, table),
    districts: { title: unique(title.match(DISTRICT)), all: unique(lower.match(DISTRICT)) },
    counted: counted(digits),
    codes: unique(body.match(CODE)),
    length: lower.length,
    marks: readMarks(masked),
  };
}

const LOGS = Float64Array.from({ length: 64 }, (_, times) => 1 + Math.log(Math.max(1, times)));

function vector(table: GramTable): Vector {
  const grams = countedGrams();
  const weights = new Float32Array(grams.length);
  let sum = 0;
  for (let at = 0; at < grams.length; at++) {
    const gram = grams[at] ?? 0;
    const weight = (LOGS[Math.min(63, timesOf(gram))] ?? 1) * idfOf(gram, table);
    weights[at] = weight;
    sum += weight * weight;
  }
  return { grams, weights, norm: Math.sqrt(sum) };
}

function whole(table: GramTable): Whole {
  const all = vector(table);
  const isName = new Uint8Array(all.grams.length);
  let names = 0;
  for (let at = 0; at < isName.length; at++) {
    if (slotOf(all.grams[at] ?? 0, table) >= table.ordinary) continue;
    isName[at] = 1;
    names += (all.weights[at] ?? 0) ** 2;
  }
  const problems = Math.max(0, all.norm ** 2 - names);
  return { ...all, isName, nameNorm: Math.sqrt(names), problemNorm: Math.sqrt(problems) };
}

function runOf(pairs: readonly number[], grams: Uint32Array, table: GramTable): Run {
  const places = Int32Array.from(pairs, (pair) => (pair === 0 ? -1 : placeOf(grams, pair)));
  const worths = Float64Array.from(pairs, (pair) => (pair === 0 || ordinary(pair, table) ? 0 : idfOf(pair, table)));
  return { places, worths };
}

/** -1: not among them. */
function placeOf(sorted: Uint32Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle] ?? 0;
    if (found === value) return middle;
    if (found < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

const aboutOf = (latent: LatentTable, { grams, weights }: Vector): Float32Array => latentOf(latent, grams, weights);

/**
 * Pairs recur where triples break at the first other word; what stands in the title counts twice. The title is what was
 * counted last. Ranked by value and then by number in one sort of plain numbers.
 */
function rarest(run: readonly number[], head: string, table: GramTable): number[] {
  const beginning = pairsOf(head);
  const keys = new Float64Array(run.length + beginning.length);
  let found = 0;
  for (const pair of run) if (pair !== 0) keys[found++] = (table.titled[slotOf(pair, table)] ?? 0) * ABOVE_GRAMS + pair;
  for (const pair of beginning)
    if (pair !== 0 && timesOf(pair) === 0)
      keys[found++] = (table.ranked[slotOf(pair, table)] ?? 0) * ABOVE_GRAMS + pair;
  const sorted = keys.subarray(0, found).sort();
  const rare: number[] = [];
  for (let at = 0; at < found && rare.length < RARE; at++)
    if (at === 0 || sorted[at] !== sorted[at - 1]) rare.push((sorted[at] ?? 0) % ABOVE_GRAMS);
  return rare;
}

function counted(title: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [, value = '', unit = ''] of title.matchAll(NUMBER)) found.set(unit, [...(found.get(unit) ?? []), value]);
  return found;
}

const unique = (found: readonly string[] | null): string[] => [...new Set(found ?? [])].slice(0, 50);

/** The distinct grams of a text as the tables count them; `pairs`: of these alone. */
export function gramsOf(masked: string, pairs = false): Uint32Array {
  const plain = masked.slice(0, MOST_READ).toLowerCase().replace(DISTRICT, ' ');
  if (pairs) return Uint32Array.from(new Set(pairsOf(plain).filter((pair) => pair !== 0))).sort();
  startCounting();
  countGrams(plain);
  return countedGrams();
}
