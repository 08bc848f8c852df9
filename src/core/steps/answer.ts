// Step answer: a plain question gets the knowledge entry that asks the same, if it is valid today; else silence.
import type { Knowledge } from '../city.ts';
import { dateOf } from '../clock.ts';
import type { Draft, Given } from '../draft.ts';
import { once } from '../text/lexicon.ts';
import { bare } from '../text/normalise.ts';

/** Share of weighted character pairs both ways (geometric mean) below which nothing is said. A wrong answer costs more than none. */
const SURE = 0.62;
/** The runner-up (another entry) must be this much worse. */
const CLEAR = 0.08;
const POLITE =
  /您好|你好|请问一下|请问|想问一下|问一下|咨询一下|我想咨询|想咨询|咨询|谢谢|麻烦|工作人员|我想知道|我想了解|了解一下|呢|吗|啊/g;

interface Question {
  readonly entry: Knowledge;
  readonly pairs: ReadonlySet<string>;
}

interface Index {
  readonly questions: readonly Question[];
  /** Rarer pairs weigh more: ln(1 + questions / questions with the pair). */
  readonly weights: ReadonlyMap<string, number>;
}

const index = once((knowledge: readonly Knowledge[]): Index => {
  const questions = knowledge.flatMap((entry) =>
    entry.questions.map((question) => ({ entry, pairs: pairsOf(question) })),
  );
  const counts = new Map<string, number>();
  for (const { pairs } of questions) for (const pair of pairs) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  const weights = new Map([...counts].map(([pair, count]) => [pair, Math.log(1 + questions.length / count)]));
  return { questions, weights };
});

export function answer(draft: Draft, given: Given): Draft {
  const { city, now } = given;
  const free = draft.noted === undefined && draft.divert === undefined && draft.relation.to === 'none';
  if (!free || draft.kind !== 'consult') return draft;
  const entry = retrieve(draft.words.masked, city.knowledge, (one) => {
    const today = dateOf(now, city.utcOffsetMinutes);
    return one.validFrom <= today && today <= one.validUntil && (!one.example || city.demo);
  });
  if (entry === undefined) return draft;
  return { ...draft, answer: { text: entry.answer, source: entry.source, validUntil: entry.validUntil } };
}

function retrieve(
  text: string,
  knowledge: readonly Knowledge[],
  valid: (entry: Knowledge) => boolean,
): Knowledge | undefined {
  const { questions, weights } = index(knowledge);
  const asked = pairsOf(text);
  const whole = weightOf(asked, weights);
  let best: Knowledge | undefined;
  let most = 0;
  let next = 0;
  for (const { entry, pairs } of questions) {
    // What may not answer today must not silence what may.
    if (!valid(entry)) continue;
    let shared = 0;
    for (const pair of pairs) if (asked.has(pair)) shared += weights.get(pair) ?? 0;
    const score = shared / Math.sqrt(weightOf(pairs, weights) * whole || 1);
    if (score > most) {
      if (best !== entry) next = most;
      [best, most] = [entry, score];
    } else if (entry !== best && score > next) next = score;
  }
  return best !== undefined && most >= SURE && most - next >= CLEAR ? best : undefined;
}

function weightOf(pairs: ReadonlySet<string>, weights: ReadonlyMap<string, number>): number {
  let sum = 0;
  // A pair no question knows is news: it weighs like the rarest.
  for (const pair of pairs) sum += weights.get(pair) ?? Math.log(1 + weights.size);
  return sum;
}

function pairsOf(text: string): Set<string> {
  const words = bare(text.replace(POLITE, ''));
  const pairs = new Set<string>();
  for (let at = 0; at + 1 < words.length; at++) pairs.add(words.slice(at, at + 2));
  return pairs;
}
