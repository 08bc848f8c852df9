// Answers: the shapes of what the API tells, for the document; made from the same schemas as the words themselves.
import Type from 'typebox';
import { ApiKey } from '../core/access.ts';
import { Case, Divert, Kind, Membership, Proposal, Said, Status, Urgency } from '../core/case.ts';
import { Matter } from '../core/matter.ts';

const text = Type.String();
const optional = Type.Optional(text);
const {
  said: _said,
  proposals: _proposals,
  barred: _barred,
  flags: _flags,
  matter: _matter,
  ...facts
} = Case.properties;
const { id, role, ...why } = Membership.properties;

const row = {
  ...facts,
  caseNo: text,
  display: Type.String({ description: 'the number as people read it' }),
  href: text,
  /** Why it belongs there is the desk's. */
  matter: Type.Optional(Type.Object({ id, role, ...Type.Partial(Type.Object(why)).properties })),
  proposals: Type.Optional(Type.Array(Proposal, { description: 'for the desk' })),
  barred: Type.Optional(Type.Array(text, { description: 'for the desk' })),
  flags: Type.Optional(Type.Array(text, { description: 'for the desk' })),
};
export const CaseRow = Type.Object(row);
export const OutgoingAnswer = Type.Object(
  {
    ...{ purpose: text, account: text, state: text, attempts: Type.Integer(), messageId: text, at: text },
    ...{ lastAt: optional, why: optional },
  },
  { description: 'a message to the citizen: pending, sending, sent, unknown, failed or waiting for their next word' },
);

export const CaseAnswer = Type.Object({
  ...row,
  outgoing: Type.Optional(Type.Array(OutgoingAnswer, { description: 'not for integrators' })),
  said: Type.Optional(
    Type.Object(Said.properties, {
      description: 'identity masked; not for integrators, and without it for a hidden sender',
    }),
  ),
});

export const Identity = Type.Object({
  caseNo: text,
  name: optional,
  phone: optional,
  email: optional,
  address: optional,
});

export const MatterAnswer = Type.Object({
  ...Matter.properties,
  cases: Type.Array(text, { description: 'numbers of the cases this key may see' }),
});

export const UnitAnswer = Type.Object({ code: text, name: text, level: text, division: optional, superior: optional });

const { hash: _hash, ...shown } = ApiKey.properties;
export const KeyAnswer = Type.Object(shown);
export const CreatedKey = Type.Object({ ...shown, token: Type.String({ description: 'Shown this once.' }) });

export const CitizenAnswer = Type.Object({
  caseNo: text,
  display: text,
  status: Status,
  kind: Kind,
  category: Type.Object({ name: text }),
  urgency: Urgency,
  unit: Type.Optional(Type.Object({ name: text })),
  openedAt: text,
  updatedAt: text,
  dueAt: optional,
  answer: Case.properties.answer,
  divert: Type.Optional(Divert),
  replies: Type.Array(Type.Object({ text, from: text, at: text }), { description: 'what units told the citizen' }),
  timeline: Type.Array(Type.Object({ step: text, at: text }), { description: 'oldest first' }),
});
