// Tokens: what the pages hand to the browser and want back unforged and unread: the form's ticket, kept files, receipt, case.
import Type, { type Static, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { Divert, Status, UnitRef } from '../core/case.ts';
import { Part } from '../core/message.ts';
import { Outcome } from '../core/receipt.ts';
import type { WebDeps } from './deps.ts';

/** Made when a form is first served: its key makes sending twice harmless; `at` (epoch ms) tells how long it was filled in. */
export const Ticket = Type.Object({ key: Type.String(), at: Type.Number() });
export type Ticket = Static<typeof Ticket>;

/** A file that came with an earlier request of the same form; its blob is pending. */
export const Kept = Type.Object({ part: Part, at: Type.Number() });
export type Kept = Static<typeof Kept>;

/** What the status page needs to show itself again and to add words, for half an hour. */
export const Claim = Type.Object({
  caseNo: Type.String(),
  queryCode: Type.String(),
  key: Type.String(),
  at: Type.Number(),
});
export type Claim = Static<typeof Claim>;

/** The receipt as the cookie carries it. */
export const Slip = Type.Object({
  /** Key of the form that was sent, and a hash of its words. */
  key: Type.String(),
  hash: Type.String(),
  at: Type.Number(),
  outcome: Outcome,
  added: Type.Optional(Type.Boolean()),
  caseNo: Type.Optional(Type.String()),
  queryCode: Type.Optional(Type.String()),
  status: Type.Optional(Status),
  dueAt: Type.Optional(Type.String()),
  unit: Type.Optional(UnitRef),
  others: Type.Optional(Type.Integer()),
  divert: Type.Optional(Divert),
  note: Type.Optional(Type.String()),
  wrote: Type.Optional(
    Type.Object({
      what: Type.String(),
      where: Type.Optional(Type.String()),
      files: Type.Integer(),
      who: Type.Union([Type.Literal('contact'), Type.Literal('secret'), Type.Literal('anonymous')]),
    }),
  ),
});
export type Slip = Static<typeof Slip>;

const KINDS = { ticket: Ticket, kept: Kept, claim: Claim, slip: Slip } as const;
type Kind = keyof typeof KINDS;
type Of<K extends Kind> = Static<(typeof KINDS)[K]>;

export const HALF_HOUR = 30 * 60_000;
const DAY = 86_400_000;
/** Pending blobs are swept after an hour. */
const MOST_AGE: Readonly<Record<Kind, number>> = { ticket: DAY, kept: 50 * 60_000, claim: HALF_HOUR, slip: HALF_HOUR };

/** The kind stands inside the seal, so that one kind of token cannot be passed off as another. */
export function issue<K extends Kind>(deps: WebDeps, kind: K, value: Of<K>): string {
  return deps.seal(JSON.stringify([kind, value]));
}

/** The value, or undefined when the token is missing, forged, of another kind or too old. */
export function redeem<K extends Kind>(deps: WebDeps, kind: K, token: string | undefined): Of<K> | undefined {
  const value = unwrap(deps, kind, token);
  return value && deps.now() - value.at <= MOST_AGE[kind] ? value : undefined;
}

/** As `redeem`, whatever its age: to name a file that has waited too long. */
export function unwrap<K extends Kind>(deps: WebDeps, kind: K, token: string | undefined): Of<K> | undefined {
  const text = token ? deps.open(token) : undefined;
  if (text === undefined) return undefined;
  const sealed: unknown = JSON.parse(text);
  if (!Array.isArray(sealed) || sealed[0] !== kind) return undefined;
  return checked(KINDS[kind], sealed[1]);
}

function checked<T extends TSchema>(schema: T, value: unknown): Static<T> | undefined {
  return Value.Check(schema, value) ? value : undefined;
}

export const newTicket = (deps: WebDeps): Ticket => ({ key: deps.token(), at: deps.now() });
