// Step answer: a plain question gets the entry that asks the same, if it is valid today; when unsure an operator gets three; else silence.
import type { Knowledge } from '../city.ts';
import { dateOf } from '../clock.ts';
import type { Draft, Given } from '../draft.ts';
import { type Candidate, candidates } from '../text/retrieval.ts';

/** Score (0..1) from which an entry answers by itself. A wrong answer costs more than none: see docs/understanding/knowledge.md. */
const SURE = 0.56;
/** The runner-up (another entry) must be this much worse. */
const CLEAR = 0.06;
/** From here an entry is worth an operator's look. */
const OFFERED = 0.3;
const MOST_OFFERED = 3;

export function answer(draft: Draft, given: Given): Draft {
  const { city, now } = given;
  const free = draft.noted === undefined && draft.divert === undefined && draft.relation.to === 'none';
  if (!free || draft.kind !== 'consult') return draft;
  const today = dateOf(now, city.utcOffsetMinutes);
  // What may not answer today must not silence what may.
  const valid = (one: Knowledge): boolean =>
    one.validFrom <= today && today <= one.validUntil && (!one.example || city.demo);
  const found = candidates(draft.words.masked, city.knowledge, valid, MOST_OFFERED);
  const [best, next] = found;
  if (best === undefined || best.score < OFFERED) return draft;
  if (best.score >= SURE && best.score - (next?.score ?? 0) >= CLEAR) {
    const { answer: text, source, validUntil } = best.entry;
    return { ...draft, answer: { text, source, validUntil } };
  }
  return { ...draft, proposals: [...draft.proposals, offer(found.filter((one) => one.score >= OFFERED))] };
}

/** Ids of entries, best first: an operator reads them and answers, or does not. */
function offer(found: readonly Candidate[]): Draft['proposals'][number] {
  const candidatesFound = found.map(({ entry, score }) => ({ entry: entry.id, score: Math.round(score * 100) / 100 }));
  return { type: 'review', reason: 'knowledge_candidates', value: { step: 'answer', candidates: candidatesFound } };
}
