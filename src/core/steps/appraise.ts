// Step appraise: a citizen rates the result of their case. A low rating has somebody call; with words that it is not done, it is done again.

import type { City } from '../city.ts';
import type { Draft, Given, KnownResult, Rated } from '../draft.ts';
import { DIGIT_HOURS, isLow, roundOf, type Standing, standingOf, toldAt } from '../rating.ts';
import { fill, numbers } from '../replies.ts';
import { appraisalOf, isMere, lacksOf, wants } from '../text/appraisal.ts';
import { ANOTHER } from '../text/conversation.ts';
import { toRfc3339 } from '../time.ts';

/** Before the transaction: recognises it, so that the store is asked for results. */
export function appraise(draft: Draft, { replies }: City): Draft {
  const { enquiry, binding, message, words } = draft;
  if (enquiry || binding || message.parts.length > 0) return draft;
  const appraisal = appraisalOf(words.full);
  if (appraisal !== undefined) return { ...draft, appraisal };
  const lacks = lacksOf(words.full);
  if (lacks === undefined) return draft;
  return { ...draft, noted: fill(message.group ? replies.group : replies.rating[lacks], {}) };
}

/** Inside it: whose result it is was proved, and nobody rates anything in a group. */
export function settleRating(draft: Draft, given: Given): Draft {
  const { appraisal, relation } = draft;
  if (!appraisal || draft.withdrawn) return draft;
  const { replies } = given.city;
  const isOnly = isMere(appraisal) || appraisal.named;
  if (draft.message.group) return appraisal.weak || !isOnly ? draft : { ...draft, noted: replies.group };
  const results = given.known.results ?? [];
  const stood = results.map((one) => ({ one, standing: standingOf({ ...one.known, ...one }, given.now) }));
  const found = stood.find(({ standing }) => standing === 'open') ?? stood.find(({ standing }) => standing === 'rated');
  if (found && appraisal.weak && given.now - toldAt({ ...found.one.known, ...found.one }) > DIGIT_HOURS * 3_600_000)
    return { ...draft, noted: fill(replies.rating.how, {}) };
  if (!found) {
    // A digit is the menu's then, and what says more is heard for what it says, even where it is called a rating.
    if (appraisal.weak || !isMere(appraisal)) return draft;
    return { ...draft, noted: fill(replies.rating[whyNot(stood[0]?.standing, given)], {}) };
  }
  const { known } = found.one;
  const reopens =
    relation.to === 'same' && relation.reopens === true && relation.other.no === known.no && !isMere(appraisal);
  if (reopens) return { ...draft, rated: ratedAs(draft, found.one, given, 'reopened') };
  if (!isOnly && goesElsewhere(draft, known.no)) return draft;
  const { noted: _menu, ...rest } = draft;
  const evidence = ['评价办理结果'];
  return {
    ...rest,
    relation: { to: 'same', other: known, score: 1, rule: 'rated', evidence },
    rated: ratedAs(draft, found.one, given),
  };
}

const whyNot = (standing: Standing | undefined, { known }: Given): 'early' | 'late' | 'fixed' | 'none' => {
  if (standing === 'late' || standing === 'fixed') return standing;
  return standing === 'early' || known.mine.length > 0 ? 'early' : 'none';
};

/** Words that turn to something else are no rating: a request must not be lost in praise. */
const goesElsewhere = ({ relation, appraisal, words }: Draft, no: string): boolean =>
  (relation.to === 'same' && relation.other.no !== no) ||
  ANOTHER.test(words.full) ||
  (appraisal?.words.length ?? 0) > MOST;
const MOST = 60;

function ratedAs(
  draft: Draft,
  { known, rating, ...result }: KnownResult,
  { city, now }: Given,
  why?: 'reopened',
): Rated {
  const appraisal = draft.appraisal;
  if (!appraisal) throw new Error('nothing was rated');
  const round = roundOf(result);
  const before = rating?.round === round ? rating : undefined;
  const { score } = appraisal;
  const at = toRfc3339(now, city.utcOffsetMinutes);
  const visit = isLow(score) || (!isMere(appraisal) && wants(appraisal));
  const text = why ?? (isLow(score) ? 'low' : before ? 'changed' : 'thanks');
  return {
    rating: { score, round, first: before?.first ?? at, at },
    ...(before ? { previous: before.score } : {}),
    words: !isMere(appraisal),
    ...(visit && !why ? { visit } : {}),
    note: fill(city.replies.rating[text], numbers(known.no)),
  };
}
