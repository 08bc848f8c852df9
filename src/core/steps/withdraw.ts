// Step withdraw: the citizen wants nothing any more: their own open case closes by their wish, unless a person must look.

import type { Draft, Given, KnownCase } from '../draft.ts';
import { fill, numbers } from '../replies.ts';
import { OPEN_STATUS } from '../status.ts';
import { type Withdrawal, withdrawalOf } from '../text/withdrawal.ts';

export function withdraw(draft: Draft, given: Given): Draft {
  const withdrawal = draft.enquiry === undefined ? withdrawalOf(draft.words.full) : undefined;
  if (withdrawal === undefined) return draft;
  const { city } = given;
  const other = meant(withdrawal, given);
  const { noted: _noted, ...rest } = draft;
  if (other === undefined || !OPEN_STATUS.includes(other.status)) return nothingOpen(draft, withdrawal, given);
  const evidence = ['来件人撤销诉求'];
  const relation = { to: 'same' as const, other, score: 1, rule: 'withdrawn', evidence };
  // With the case it is about, so that the person who has it reads it there.
  if (isForPeople(other)) return withdrawal.alone ? { ...rest, relation } : draft;
  return { ...rest, relation, withdrawn: fill(city.replies.withdrawn, numbers(other.no)) };
}

/** Dangers, reports and secret cases are closed by people only. */
const isForPeople = ({ status, kind, secret }: KnownCase): boolean =>
  status === 'diverted' || kind === 'report' || secret;

/** A number that is named means that case and no other. */
function meant({ caseNo }: Withdrawal, { city, known, now }: Given): KnownCase | undefined {
  const { cited, mine } = known;
  if (caseNo !== undefined) return [...(cited ? [cited] : []), ...mine].find(({ no }) => no === caseNo);
  const window = city.relate.windowDays * 86_400_000;
  return cited ?? (mine.length === 1 ? mine[0] : mine.find((c) => now - c.lastAt <= window));
}

/** Who can be answered is told so; a form or a letter may be about a case it cannot show to be its sender's: a person looks. */
function nothingOpen(draft: Draft, { alone, caseNo }: Withdrawal, { city }: Given): Draft {
  const { message } = draft;
  const isHeard = caseNo !== undefined || message.sender.keys.some((key) => key.proved);
  if (!alone || !isHeard || message.parts.length > 0) return draft;
  const note = message.group ? city.replies.group : city.replies.notWithdrawn;
  return { ...draft, relation: { to: 'none' }, noted: fill(note, {}) };
}
