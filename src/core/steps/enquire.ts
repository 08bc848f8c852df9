// Step enquire: a question after a case by its number, and the hotline's own words that came back: neither is a matter.
import type { City } from '../city.ts';
import type { Draft, Given, KnownCase } from '../draft.ts';
import type { Replies } from '../replies.ts';
import { fill, numbers } from '../replies.ts';
import { type Enquiry, enquiryOf } from '../text/enquiry.ts';
import { once } from '../text/lexicon.ts';
import { normalise } from '../text/normalise.ts';
import { asksState } from '../text/progress.ts';
import { textOf } from './classify.ts';

/** Before the transaction: recognises both, so that the store is asked for the case and for nothing alike. */
export function enquire(draft: Draft, city: City): Draft {
  if (isEcho(draft.words.full, city)) return { ...draft, noted: '' };
  // Under a mail's subject the question may stand alone in the text.
  const enquiry = enquiryOf(draft.words.full) ?? enquiryOf(textOf(draft.words)) ?? asked(draft);
  if (enquiry === undefined) return draft;
  const { mistyped, unproved, phone } = city.replies.enquiry;
  return { ...draft, enquiry, noted: fill(enquiry.phone ? phone : enquiry.mistyped ? mistyped : unproved, {}) };
}

/** 办好了吗 from a proved key is answered like 查询 alone; in a thread it belongs to the case of the thread. */
const asked = ({ message: { thread, parts, sender }, words }: Draft): Enquiry | undefined =>
  thread === undefined && parts.length === 0 && sender.keys.some((key) => key.proved) && asksState(words.full)
    ? {}
    : undefined;

/** Inside it: only who proved the case to be theirs is told how it stands, and nobody in a group. */
export function tellState(draft: Draft, { city, known }: Given): Draft {
  if (draft.enquiry === undefined) return draft;
  const { replies } = city;
  if (draft.message.group) return { ...draft, noted: replies.group };
  if (known.cited !== undefined) return { ...draft, noted: stateOf(known.cited, replies) };
  const { caseNo, mistyped } = draft.enquiry;
  if (caseNo !== undefined || mistyped) return draft;
  const own = latest([...known.mine, ...(known.finished ?? [])]);
  return own.length === 0 ? draft : { ...draft, noted: listOf(own, replies) };
}

const SHOWN = 3;

const latest = (cases: readonly KnownCase[]): KnownCase[] =>
  [...new Map(cases.map((c) => [c.no, c])).values()]
    .sort((a, b) => b.openedAt - a.openedAt || (a.no < b.no ? 1 : -1))
    .slice(0, SHOWN);

/** Who asks without a number, in private and by a key they proved, is told of their own cases. */
function listOf(own: readonly KnownCase[], { enquiry, status }: Replies): string {
  const lines = own.map((c) => fill(enquiry.line, { ...numbers(c.no), status: status[c.status] }));
  return fill(enquiry.list, { lines: lines.join('\n') });
}

const stateOf = (c: KnownCase, replies: Replies): string =>
  fill(replies.enquiry.shown, { ...numbers(c.no), status: replies.status[c.status], unit: c.unit?.name });

/** The first line of every text of ours that is long enough to be nobody's own words. */
const own = once((replies: Replies) =>
  [
    ...Object.values(replies.receipt),
    ...Object.values(replies.outgoing),
    ...Object.values(replies.enquiry),
    ...Object.values(replies.bind),
    ...Object.values(replies.rating),
    ...[replies.group, replies.welcome, replies.withdrawn, replies.notWithdrawn],
  ]
    .map((template) => normalise(template.split('\n')[0] ?? '').split(/\{[A-Za-z]+\}/))
    .filter((pieces) => pieces.join('').length >= SHORTEST),
);
const SHORTEST = 8;

const answers = once(
  (notes: City['notes']) =>
    new Set(notes.filter(({ reply }) => reply.length >= SHORTEST).map(({ reply }) => normalise(reply))),
);

/** A bot's echo, or a citizen who sends our receipt back: the words of a template, whatever was filled in. */
function isEcho(text: string, { replies, notes }: City): boolean {
  if (answers(notes).has(text)) return true;
  return own(replies).some((pieces) => {
    if (!text.startsWith(pieces[0] ?? '')) return false;
    let from = 0;
    for (const piece of pieces) {
      const at = text.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    // What follows must be more of ours: a citizen may begin with our words and go on with theirs.
    return (
      text.length - from <= 4 || /^\s*(?:工单号|查询码|承办单位|信息来源|发送“查询|我们已登记)/.test(text.slice(from))
    );
  });
}
