// Retrieval: which questions of the knowledge base ask what a text asks, by the weight of the characters and pairs they share.
import type { Knowledge } from '../city.ts';
import { once } from './lexicon.ts';
import { bare } from './normalise.ts';

const POLITE =
  /您好|你好|请问一下|请问|想问一下|问一下|咨询一下|我想咨询|想咨询|咨询|谢谢|麻烦|工作人员|我想知道|我想了解|了解一下|什么时候|多少钱|怎么办理|如何办理|怎么办|怎样|怎么|如何|需要什么|需要哪些|要什么|要哪些|带什么|材料|手续|办理|申请|去哪里|在哪里|哪里|我的|我们|我|呢|吗|啊|了|的|要|想/g;
/** Characters of a message beyond which it tells a story of its own, which no standard answer covers. */
const LONGEST = 200;
/** A pair says more than a single character. */
const PAIR = 1;
const SINGLE = 0.35;

export interface Candidate {
  readonly entry: Knowledge;
  /** 0..1: share of weight both have in common. */
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
  readonly weigh: (gram: string) => number;
}

const index = once((knowledge: readonly Knowledge[]): Index => {
  const raw = knowledge.flatMap((entry) => entry.questions.map((question) => ({ entry, grams: gramsOf(question) })));
  const holders = new Map<string, number[]>();
  for (const [at, { grams }] of raw.entries())
    for (const gram of grams) holders.set(gram, [...(holders.get(gram) ?? []), at]);
  const weigh = (gram: string): number =>
    (gram.length > 1 ? PAIR : SINGLE) * Math.log(1 + raw.length / (holders.get(gram)?.length ?? 0.5));
  return { questions: raw.map((one) => ({ ...one, weight: sum(one.grams, weigh) })), holders, weigh };
});

/** Best first, each entry once with its best question; only entries that may answer (`valid`). At most `most`. */
export function candidates(
  text: string,
  knowledge: readonly Knowledge[],
  valid: (entry: Knowledge) => boolean,
  most: number,
): Candidate[] {
  if (text.length > LONGEST) return [];
  const { questions, holders, weigh } = index(knowledge);
  const asked = gramsOf(text);
  const whole = sum(asked, weigh);
  const shared = new Map<number, number>();
  for (const gram of asked)
    for (const at of holders.get(gram) ?? []) shared.set(at, (shared.get(at) ?? 0) + weigh(gram));
  const best = new Map<Knowledge, number>();
  for (const [at, weight] of shared) {
    const question = questions[at];
    if (question === undefined || !valid(question.entry)) continue;
    const score = weight / Math.sqrt(question.weight * whole || 1);
    if (score > (best.get(question.entry) ?? 0)) best.set(question.entry, score);
  }
  return [...best]
    .map(([entry, score]) => ({ entry, score }))
    .sort((a, b) => b.score - a.score || (a.entry.id < b.entry.id ? -1 : 1))
    .slice(0, most);
}

function sum(grams: ReadonlySet<string>, weigh: (gram: string) => number): number {
  let total = 0;
  for (const gram of grams) total += weigh(gram);
  return total;
}

function gramsOf(text: string): Set<string> {
  const words = bare(text.replace(POLITE, ' '));
  const grams = new Set<string>(words);
  for (let at = 0; at + 1 < words.length; at++) grams.add(words.slice(at, at + 2));
  return grams;
}
