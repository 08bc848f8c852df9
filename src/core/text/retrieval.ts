// Retrieval: which questions of the knowledge base ask what a text asks, by the weight of the characters and pairs they share.
import type { Knowledge } from '../city.ts';
import { once } from './lexicon.ts';
import { bare } from './normalise.ts';
import { essence } from './wordings.ts';

/** Characters of a message beyond which it tells a story of its own, which no standard answer covers. */
const LONGEST = 200;
/** A pair says more than a single character. */
const PAIR = 1;
const SINGLE = 0.5;
/** How much it counts that the question is in the text; the rest, that the text holds nothing the entry does not speak of. */
const ASKED = 0.35;

export interface Candidate {
  readonly entry: Knowledge;
  /** 0..1: how much of the question the text asks, and how little else. */
  readonly score: number;
}

interface Question {
  readonly entry: Knowledge;
  readonly grams: ReadonlySet<string>;
  readonly weight: number;
}

interface Index {
  readonly questions: readonly Question[];
  /** Questions by the grams they hold: a text is compared only with those it shares one with. */
  readonly holders: ReadonlyMap<string, readonly number[]>;
  /** All grams of an entry's questions. */
  readonly spoken: ReadonlyMap<Knowledge, ReadonlySet<string>>;
  readonly weigh: (gram: string) => number;
}

const index = once((knowledge: readonly Knowledge[]): Index => {
  const raw = knowledge.flatMap((entry) => entry.questions.map((question) => ({ entry, grams: gramsOf(question) })));
  const holders = new Map<string, number[]>();
  const spoken = new Map<Knowledge, Set<string>>();
  const entries = new Map<string, number>();
  for (const [at, { entry, grams }] of raw.entries()) {
    const own = spoken.get(entry) ?? new Set();
    spoken.set(entry, own);
    for (const gram of grams) {
      holders.set(gram, [...(holders.get(gram) ?? []), at]);
      if (!own.has(gram)) entries.set(gram, (entries.get(gram) ?? 0) + 1);
      own.add(gram);
    }
  }
  // What no entry speaks of weighs most: it is what the text asks beside.
  const weightOf = (gram: string, times: number): number =>
    (gram.length > 1 ? PAIR : SINGLE) * Math.log(1 + spoken.size / times);
  const weights = new Map([...entries].map(([gram, times]) => [gram, weightOf(gram, times)]));
  const [single, pair] = [weightOf('-', 0.5), weightOf('--', 0.5)];
  const weigh = (gram: string): number => weights.get(gram) ?? (gram.length > 1 ? pair : single);
  return { questions: raw.map((one) => ({ ...one, weight: sum(one.grams, weigh) })), holders, spoken, weigh };
});

/** Best first, each entry once with its best question; only entries that may answer (`valid`). At most `most`. */
export function candidates(
  text: string,
  knowledge: readonly Knowledge[],
  valid: (entry: Knowledge) => boolean,
  most: number,
): Candidate[] {
  if (text.length > LONGEST) return [];
  const { questions, holders, spoken, weigh } = index(knowledge);
  const asked = gramsOf(text);
  const whole = sum(asked, weigh);
  const shared = new Map<number, number>();
  for (const gram of asked) {
    const holding = holders.get(gram);
    if (holding === undefined) continue;
    const weight = weigh(gram);
    for (const at of holding) shared.set(at, (shared.get(at) ?? 0) + weight);
  }
  const best = new Map<Knowledge, number>();
  for (const [at, weight] of shared) {
    const question = questions[at];
    if (question === undefined || !valid(question.entry)) continue;
    const share = weight / (question.weight || 1);
    if (share > (best.get(question.entry) ?? 0)) best.set(question.entry, share);
  }
  return [...best]
    .filter(([entry]) => !entry.unless.some((word) => text.includes(word)))
    .map(([entry, share]) => ({ entry, score: share ** ASKED * covered(asked, spoken.get(entry)) ** (1 - ASKED) }))
    .sort((a, b) => b.score - a.score || (a.entry.id < b.entry.id ? -1 : 1))
    .slice(0, most);

  function covered(grams: ReadonlySet<string>, own: ReadonlySet<string> = new Set()): number {
    let known = 0;
    for (const gram of grams) if (own.has(gram)) known += weigh(gram);
    return known / (whole || 1);
  }
}

function sum(grams: ReadonlySet<string>, weigh: (gram: string) => number): number {
  let total = 0;
  for (const gram of grams) total += weigh(gram);
  return total;
}

function gramsOf(text: string): Set<string> {
  const words = bare(essence(text));
  const grams = new Set<string>(words);
  for (let at = 0; at + 1 < words.length; at++) grams.add(words.slice(at, at + 2));
  return grams;
}
