// Views: what of a case, a message or a matter goes out to whom. The seal opens here a little, and never by accident.
import { mergedIn } from '../core/acts.ts';
import type { Call } from '../core/call.ts';
import { type Case, isHidden, type Said } from '../core/case.ts';
import { formatCaseNo } from '../core/case-no.ts';
import type { Matter } from '../core/matter.ts';
import type { Message } from '../core/message.ts';
import type { OutgoingRow } from '../core/store.ts';
import { mask } from '../core/text/mask.ts';
import { normalise } from '../core/text/normalise.ts';
import { toRfc3339 } from '../core/time.ts';
import type { Standing } from './rights.ts';

/** Facts without words: for integrators, and for lists. An id the sender chose (order-13899990000) may be words. */
export function thinView(c: Case) {
  const { said: _said, proposals: _proposals, barred: _barred, flags: _flags, ...open } = c;
  const { routing: _routing, matter, externalId, ...facts } = open;
  return {
    ...facts,
    ...(externalId === undefined || isHidden(c) ? {} : { externalId }),
    caseNo: c.no,
    display: formatCaseNo(c.no),
    ...(matter ? { matter: { id: matter.id, role: matter.role } } : {}),
    href: `/v1/cases/${c.no}`,
  };
}

/** In lists: the desk also sees what waits for a decision. No words: opening the seal is for one case at a time. */
export function rowView(c: Case, standing: Standing) {
  if (standing !== 'desk') return thinView(c);
  return { ...thinView(c), ...deskFacts(c) };
}

export function caseView(c: Case, standing: Standing) {
  if (standing === 'integrator') return thinView(c);
  const said = c.said ? { said: saidView(c, c.said) } : {};
  return standing === 'desk' ? { ...thinView(c), ...deskFacts(c), ...said } : { ...thinView(c), ...said };
}

const deskFacts = (c: Case) => ({
  proposals: c.proposals,
  barred: c.barred,
  flags: c.flags,
  ...(c.routing ? { routing: c.routing } : {}),
  ...(c.matter ? { matter: c.matter } : {}),
});

/** Identity is masked; of a secret or anonymous case there is none at all, also not inside the words. */
function saidView(c: Case, said: Said) {
  const { title, text, place, occurredAt, digest, answer } = said;
  const names = namesOf(c);
  if (isHidden(c))
    return {
      ...(title === undefined ? {} : { title: masked(title, names) }),
      text: masked(text, names),
      ...(digest ? { digest: { title: masked(digest.title, names), core: masked(digest.core, names) } } : {}),
      ...(occurredAt === undefined ? {} : { occurredAt: masked(occurredAt, names) }),
      ...(place ? { place: { text: masked(place.text, names), confidence: place.confidence } } : {}),
      ...(answer ? { answer: { text: masked(answer.text, names) } } : {}),
    };
  return {
    ...(title === undefined ? {} : { title }),
    text,
    ...(digest ? { digest } : {}),
    ...(said.name === undefined ? {} : { name: maskName(said.name) }),
    ...(said.phone === undefined ? {} : { phone: maskPhone(said.phone) }),
    ...(said.email === undefined ? {} : { email: maskMail(said.email) }),
    ...(said.address === undefined ? {} : { address: said.address }),
    ...(occurredAt === undefined ? {} : { occurredAt }),
    ...(place ? { place } : {}),
    ...(answer ? { answer } : {}),
  };
}

/** What the sender wrote into fields of their own is taken out of the words wherever it stands. */
const namesOf = (c: Case, sender: Pick<Said, 'name' | 'address'> = {}): string[] =>
  [c.said?.name, c.said?.address, sender.name, sender.address].flatMap((text) => (text ? [normalise(text)] : []));
/** A name alone on the last line is a signature, as if it stood after a dash. */
function masked(text: string, names: readonly string[]): string {
  const lines = text.trimEnd().split('\n').map(normalise);
  const clean = (line: string, i: number): string =>
    i > 0 && i === lines.length - 1 ? mask(`—${line}`, names).slice(1) : mask(line, names);
  return lines.map(clean).join('\n');
}

/** How what went out to the citizen stands; `why` tells what it waits for, and `other_channel` that it took another way. */
export const outgoingView = (row: OutgoingRow, utcOffsetMinutes: number) => ({
  ...{ purpose: row.purpose, account: row.account, state: row.state, attempts: row.attempts },
  messageId: row.messageId,
  at: toRfc3339(row.at, utcOffsetMinutes),
  ...(row.lastAt === undefined ? {} : { lastAt: toRfc3339(row.lastAt, utcOffsetMinutes) }),
  ...(row.why === undefined ? {} : { why: row.why }),
});

/** Who it is, in the clear; only for a reveal, which is audited. */
export function identityOf(c: Case) {
  const { name, phone, email, address } = c.said ?? {};
  return {
    caseNo: c.no,
    ...(name === undefined ? {} : { name }),
    ...(phone === undefined ? {} : { phone }),
    ...(email === undefined ? {} : { email }),
    ...(address === undefined ? {} : { address }),
  };
}

/** `c` with its `said`: of a hidden case the names known from it are taken out of every message. */
export function messageView(m: Message, c: Case) {
  const { sender } = m;
  const names = namesOf(c, { ...sender, ...m });
  const words = (text: string) => (isHidden(c) ? masked(text, names) : text);
  return {
    id: m.id,
    channel: m.channel,
    direction: m.direction,
    receivedAt: m.receivedAt,
    sentAt: m.sentAt,
    ...(m.title === undefined ? {} : { title: words(m.title) }),
    text: words(m.text),
    parts: m.parts.map(({ kind, mediaType, size, hash }) => ({ kind, mediaType, size, hash })),
    verified: m.verified,
    ...(m.call ? { call: callView(m.call, words, isHidden(c)) } : {}),
    ...(isHidden(c)
      ? {}
      : {
          ...(sender.name === undefined ? {} : { name: maskName(sender.name) }),
          ...(sender.phone === undefined ? {} : { phone: maskPhone(sender.phone) }),
        }),
  };
}

/** Who said what when; of a hidden case neither the speakers' names nor the exchange's id of the call. */
function callView({ id, turns, ...rest }: Call, words: (text: string) => string, hidden: boolean) {
  return {
    ...(id === undefined || hidden ? {} : { id }),
    ...rest,
    turns: turns.map(({ who, text, ...turn }) => ({
      ...turn,
      ...(who === undefined || hidden ? {} : { who }),
      text: words(text),
    })),
  };
}

/** `cases` are those the reader may see. */
export function matterView(m: Matter, cases: readonly Case[], standing: Standing) {
  const numbers = cases.map((c) => c.no);
  // Written when the matter began; who has it now is who has its oldest case that is with a unit.
  const held = cases.find(({ unit, status }) => unit && status !== 'triage' && status !== 'diverted')?.unit?.code;
  const now = held === undefined ? m : { ...m, unit: held };
  if (standing === 'desk') return { ...now, cases: numbers, merged: mergedIn(cases) };
  const { reporters: _reporters, urgency: _urgency, ...rest } = now;
  return { ...rest, cases: numbers, size: cases.length };
}

/** 王小明 → 王** */
export function maskName(name: string): string {
  const [first = '', ...rest] = [...name];
  return first + '*'.repeat(Math.max(1, Math.min(rest.length, 4)));
}

/** 13800008000 → 138****8000; what is too short for that shows nothing. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  return digits.length < 9 ? '****' : `${digits.slice(0, 3)}****${digits.slice(-4)}`;
}

function maskMail(email: string): string {
  const at = email.lastIndexOf('@');
  return at < 1 ? '****' : `${email.slice(0, 1)}***${email.slice(at)}`;
}

/** Enough of a key to tell it from another: never the whole of it. */
export function glimpse(kind: string, value: string): string {
  if (kind === 'email') return maskMail(value);
  return kind === 'phone' ? maskPhone(value) : `${value.slice(0, 3)}***${value.length > 8 ? value.slice(-2) : ''}`;
}
