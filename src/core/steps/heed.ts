// Step heed: what a person told apart is not put together again by the machine; where the words fit both sides, a person is asked.
import type { Draft, Given, KnownCase } from '../draft.ts';
import { similarity } from '../text/similarity.ts';

/** A rival this near to the best one is as good a home for the message. */
const NEAR = 0.9;
const SHOWN = 3;

export function heed(draft: Draft, given: Given): Draft {
  const { relation } = draft;
  if (relation.to !== 'joined') return draft;
  const { other } = relation;
  const rivals = rivalsOf(draft, other, given);
  if (rivals.length === 0) return draft;
  const named = [other, ...rivals].slice(0, SHOWN);
  const candidates = named.map((one) => ({ no: one.no, matter: one.matter.id, score: score(draft, one) }));
  const why = '与人工认定为不同的事项都相近，系统不代为选择，请人工判断属于哪一个。';
  const value = { candidates: candidates.map(({ no, ...rest }) => ({ caseNo: no, ...rest })) };
  return {
    ...draft,
    relation: { to: 'none' },
    weighed: { band: 'unsure', candidates, why },
    proposals: [...draft.proposals, { type: 'join', reason: why, value }],
    flags: draft.flags.includes('told_apart') ? draft.flags : [...draft.flags, 'told_apart'],
  };
}

/** One case of each matter that a person told apart from the one chosen; closed ones speak too, for they say whose words these are. */
function rivalsOf(draft: Draft, other: KnownCase, { known }: Given): KnownCase[] {
  const { apart } = other.matter;
  if (!apart) return [];
  const enough = NEAR * similarity(draft.words.masked, other.masked);
  const seen = new Set<string>();
  return known.alike.filter(
    (one) =>
      apart.includes(one.matter.id) &&
      !seen.has(one.matter.id) &&
      similarity(draft.words.masked, one.masked) >= enough &&
      seen.add(one.matter.id),
  );
}

const score = (draft: Draft, one: KnownCase): number =>
  Math.round(similarity(draft.words.masked, one.masked) * 1_000) / 1_000;
