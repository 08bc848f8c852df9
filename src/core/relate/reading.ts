// Reading: what is compared of one text: its character pairs and triples with their rarity, its title, names and marks.
import { type GramTable, idfOf, ordinary } from './table.ts';

/** Gram numbers ascending, with their weights; compared by walking both at once. */
export interface Vector {
  readonly grams: Uint32Array;
  readonly weights: Float32Array;
  readonly norm: number;
}

export interface Reading {
  readonly full: Vector;
  readonly title: Vector;
  /** Grams few other places use (names), and those everybody uses (problems). */
  readonly names: Vector;
  readonly problem: Vector;
  /** Pairs of the title in order, 0 between words that punctuation parts. */
  readonly run: readonly number[];
  readonly districts: { readonly title: readonly string[]; readonly all: readonly string[] };
  readonly counted: ReadonlyMap<string, readonly string[]>;
  readonly codes: readonly string[];
  /** The rarest grams of title and beginning, rarest first: under these a case is found. */
  readonly rare: readonly number[];
}

const HEAD = 400;
const TITLE = 40;
const MOST_READ = 4_000;
export const RARE = 30;
const DISTRICT = /[a-z]\d{0,2}[市区县]+/g;
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
export function read(masked: string, table: GramTable): Reading {
  const lower = masked.slice(0, MOST_READ).toLowerCase();
  const cut = lower.indexOf('\n');
  const title =
    cut >= 0 ? lower.slice(0, cut).slice(0, 120) : (lower.split(/[。!?！？；;]/, 1)[0] ?? '').slice(0, TITLE);
  const body = cut >= 0 ? lower.slice(cut + 1) : lower;
  const counts = new Map<number, number>();
  const inTitle = new Map<number, number>();
  const run = count(title, inTitle);
  count(body, counts);
  const head = new Map(inTitle);
  count(body.slice(0, HEAD), head);
  for (const [gram, times] of inTitle) counts.set(gram, (counts.get(gram) ?? 0) + 2 * times);
  const digits = title.replace(/[一二三四五六七八九](?=期|栋|号)/g, (one) => CHINESE[one] ?? one);
  return {
    full: vector(counts, table, () => true),
    title: vector(inTitle, table, () => true),
    names: vector(counts, table, (gram) => !ordinary(gram, table)),
    problem: vector(counts, table, (gram) => ordinary(gram, table)),
    run,
    districts: { title: unique(title.match(DISTRICT)), all: unique(lower.match(DISTRICT)) },
    counted: counted(digits),
    codes: unique(body.match(CODE)),
    rare: rarest(head, inTitle, table),
  };
}

/** Adds the pairs and triples of `text` to `into`; answers its pairs in order. */
function count(text: string, into: Map<number, number>): number[] {
  const run: number[] = [];
  for (const words of text.replace(DISTRICT, ' ').split(/[^\p{L}\p{N}]+/u)) {
    for (let at = 0; at + 1 < words.length; at++) {
      const pair = hash(words, at, at + 2);
      into.set(pair, (into.get(pair) ?? 0) + 1);
      run.push(pair);
      if (at + 2 < words.length) {
        const triple = hash(words, at, at + 3);
        into.set(triple, (into.get(triple) ?? 0) + 1);
      }
    }
    run.push(0);
  }
  return run;
}

/** FNV-1a with a final mix, unsigned 32 bits; 0 is kept free. */
function hash(words: string, from: number, to: number): number {
  let value = 0x811c9dc5;
  for (let at = from; at < to; at++) value = Math.imul(value ^ words.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0 || 1;
}

function vector(counts: ReadonlyMap<number, number>, table: GramTable, take: (gram: number) => boolean): Vector {
  const grams = Uint32Array.from([...counts.keys()].filter(take)).sort();
  const weights = new Float32Array(grams.length);
  let sum = 0;
  grams.forEach((gram, at) => {
    const weight = (1 + Math.log(counts.get(gram) ?? 1)) * idfOf(gram, table);
    weights[at] = weight;
    sum += weight * weight;
  });
  return { grams, weights, norm: Math.sqrt(sum) };
}

function rarest(head: ReadonlyMap<number, number>, title: ReadonlyMap<number, number>, table: GramTable): number[] {
  const scored = [...head.keys()].map((gram) => ({ gram, worth: idfOf(gram, table) * (title.has(gram) ? 1.5 : 1) }));
  scored.sort((a, b) => b.worth - a.worth || a.gram - b.gram);
  return scored.slice(0, RARE).map((one) => one.gram);
}

function counted(title: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [, value = '', unit = ''] of title.matchAll(NUMBER)) found.set(unit, [...(found.get(unit) ?? []), value]);
  return found;
}

const unique = (found: readonly string[] | null): string[] => [...new Set(found ?? [])].slice(0, 50);

/** The distinct grams of a text as the table counts them. */
export function gramsOf(masked: string): Set<number> {
  const counts = new Map<number, number>();
  count(masked.slice(0, MOST_READ).toLowerCase(), counts);
  return new Set(counts.keys());
}
