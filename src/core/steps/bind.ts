// Step bind: a citizen proves that another key is theirs too (a case's code, a code sent to their mail); what is only stated proves nothing.
import type { City } from '../city.ts';
import type { Draft, Given, KnownCase } from '../draft.ts';
import type { SenderKey } from '../message.ts';
import { CLAIM_MINUTES, caseKey, MOST_CLAIMS_A_DAY } from '../party.ts';
import { fill } from '../replies.ts';
import { type Binding, bindingOf } from '../text/binding.ts';
import { textOf } from './classify.ts';

/** Before the transaction: recognises it, in the subject of a mail too, so that the store is asked for what it needs. */
export function bind(draft: Draft, { replies }: City): Draft {
  const { words } = draft;
  if (bindingOf(words.full)?.to === 'undo') return { ...draft, noted: fill(replies.bind.undo, {}) };
  if (!draft.message.sender.keys.some((key) => key.proved)) return draft;
  const binding = bindingOf(words.full) ?? bindingOf(words.title) ?? bindingOf(textOf(words));
  if (binding === undefined) return draft;
  // A code alone may be anything; whoever was sent none is told how to ask.
  const noted = binding.to === 'code' && binding.bare ? replies.enquiry.unproved : replies.bind.how;
  return { ...draft, binding, noted: fill(noted, {}) };
}

/** Inside it: every answer is the same whether the other key is known here or not. */
export function settleBinding(draft: Draft, given: Given): Draft {
  const { binding } = draft;
  if (binding === undefined) return draft;
  const { replies } = given.city;
  const own = draft.message.sender.keys.filter((key) => key.proved);
  if (draft.message.group) return { ...draft, noted: fill(replies.group, {}) };
  switch (binding.to) {
    case 'undo':
      return { ...draft, noted: fill(replies.bind.undo, {}) };
    case 'how':
      return { ...draft, noted: fill(replies.bind.how, {}) };
    case 'case':
      return byCase(draft, own, given);
    case 'code':
      return byCode(draft, binding, own, given);
    case 'key':
      return claimed(draft, binding.key, own, given);
  }
}

/** Who informed, or wants to be nobody, is tied to no account: not even by their own code. */
const isHidden = (c: KnownCase): boolean => c.secret || c.anonymous || c.kind === 'report';

function byCase(draft: Draft, own: readonly SenderKey[], { city, known }: Given): Draft {
  const { cited } = known;
  const { bind } = city.replies;
  if (cited === undefined) return { ...draft, noted: fill(bind.wrong, {}) };
  if (isHidden(cited)) return { ...draft, noted: fill(bind.hidden, {}) };
  const keys = [...own, caseKey(cited.no)];
  return { ...draft, noted: fill(bind.done, {}), bound: { join: { keys, how: 'case', caseNo: cited.no } } };
}

function byCode(
  draft: Draft,
  { bare }: Extract<Binding, { to: 'code' }>,
  own: readonly SenderKey[],
  { city, known }: Given,
): Draft {
  const { bind } = city.replies;
  const open = known.claim?.open;
  if (open === undefined) return bare ? draft : { ...draft, noted: fill(bind.wrong, {}) };
  if (!open.isRight) return { ...draft, noted: fill(bind.wrong, {}), bound: { tried: open.id } };
  const keys = [...own, { ...open.target, proved: true }];
  return { ...draft, noted: fill(bind.done, {}), bound: { join: { keys, how: 'code', claim: open.id } } };
}

function claimed(draft: Draft, target: SenderKey, own: readonly SenderKey[], { city, known, reaches }: Given): Draft {
  const { bind } = city.replies;
  const [claimant] = own;
  if (claimant === undefined || own.some((key) => key.kind === target.kind && key.value === target.value))
    return { ...draft, noted: fill(bind.how, {}) };
  if ((known.claim?.recent ?? 0) >= MOST_CLAIMS_A_DAY) return { ...draft, noted: fill(bind.later, {}) };
  const isReached = reaches?.(target.kind) === true;
  const noted = isReached ? fill(bind.sent, { minutes: String(CLAIM_MINUTES) }) : fill(bind.unreached, {});
  // Without a way to prove it, it stays a hint.
  return { ...draft, noted, bound: { claim: { claimant, target, isReached } } };
}
