// Step answer: a plain question gets the entry that asks the same, if it is valid today and here; when unsure an operator gets three; else silence.
import type { Knowledge } from '../city.ts';
import { dateOf } from '../clock.ts';
import type { Draft, Given } from '../draft.ts';
import { trim } from '../routing/table.ts';
import { type Candidate, candidates } from '../text/retrieval.ts';

/** Score (0..1) from which an entry answers by itself. A wrong answer costs more than none: see docs/understanding/knowledge.md. */
const SURE = 0.66;
/** The runner-up (another entry) must be this much worse. */
const CLEAR = 0.06;
/** From here an entry is worth an operator's look. */
const OFFERED = 0.35;
const MOST_OFFERED = 3;

export function answer(draft: Draft, given: Given): Draft {
  const { city, now } = given;
  const free = draft.noted === undefined && draft.divert === undefined && draft.relation.to === 'none';
  if (!free || draft.kind !== 'consult') return draft;
  const today = dateOf(now, city.utcOffsetMinutes);
  const here = draft.place?.division;
  // What may not answer today, or elsewhere only, must not silence what may.
  const valid = (one: Knowledge): boolean =>
    one.validFrom <= today && today <= one.validUntil && (!one.example || city.demo) && !isElsewhere(one, here);
  const found = candidates(asked(draft), city.knowledge, valid, MOST_OFFERED);
  const [best, next] = found;
  if (best === undefined || best.score < OFFERED) return draft;
  const isSure = best.score >= SURE && best.score - (next?.score ?? 0) >= CLEAR;
  // An answer for one district is given only to who is surely there.
  if (isSure && (best.entry.region === undefined || here !== undefined)) {
    const { answer: text, source, validUntil } = best.entry;
    return { ...draft, answer: { text, source, validUntil } };
  }
  return { ...draft, proposals: [...draft.proposals, offer(found.filter((one) => one.score >= OFFERED))] };
}

/** Where it is asked is no part of what is asked. */
const asked = ({ words, place }: Draft): string => words.masked.replace(place?.text ?? '', ' ');

const isElsewhere = ({ region }: Knowledge, here: string | undefined): boolean =>
  region !== undefined && here !== undefined && !here.startsWith(trim(region));

/** Best first, with the words to send: an operator reads them and answers, or does not. */
function offer(found: readonly Candidate[]): Draft['proposals'][number] {
  const offered = found.map(({ entry, score }) => ({
    entry: entry.id,
    score: Math.round(score * 100) / 100,
    question: entry.questions[0],
    answer: { text: entry.answer, source: entry.source, validUntil: entry.validUntil },
    ...(entry.region === undefined ? {} : { region: entry.region }),
  }));
  return { type: 'review', reason: 'knowledge_candidates', value: { step: 'answer', candidates: offered } };
}
