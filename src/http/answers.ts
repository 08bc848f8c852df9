// Answers: the shapes of what the API tells, for the document; made from the same schemas as the words themselves.
import Type from 'typebox';
import { ApiKey } from '../core/access.ts';
import { Case, Divert, Kind, Membership, Proposal, Said, Status, Urgency } from '../core/case.ts';
import { Matter } from '../core/matter.ts';
import { Message, Part } from '../core/message.ts';
import { Receipt } from '../core/receipt.ts';

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

const PartyKeyAnswer = Type.Object({
  ...{ id: text, kind: text, scope: optional, value: Type.String({ description: 'masked' }), at: text },
  how: Type.String({ description: 'code: typed in what was sent there; case: showed number and query code' }),
});
const PartyOf = Type.Object({ id: text, keys: Type.Array(PartyKeyAnswer) });
export const PartySplitAnswer = Type.Object({
  party: Type.Optional(Type.Object(PartyOf.properties, { description: 'gone when one key was left' })),
});
export const PartyAnswer = Type.Object({
  party: Type.Optional(PartyOf),
  cases: Type.Array(text, { description: 'of these keys; none that is secret, anonymous or informs on somebody' }),
  stated: Type.Array(Type.Object({ kind: text, value: Type.String({ description: 'masked' }), at: text }), {
    description: 'said to be theirs too, but not proved',
  }),
});

const { kind, mediaType, size, hash: fileHash } = Part.properties;
const file = { kind, mediaType, size, hash: fileHash };
const FileOf = Type.Object({ ...file, name: Type.Optional(Type.String({ description: 'not of a hidden sender' })) });
export const AttachmentAnswer = Type.Object({ ...FileOf.properties, messageId: text, receivedAt: text });

const { id: messageId, channel, direction, receivedAt, sentAt, verified } = Message.properties;
export const MessageAnswer = Type.Object({
  ...{ id: messageId, channel, direction, receivedAt, sentAt, verified, text, title: optional },
  parts: Type.Array(Type.Object(file)),
  name: Type.Optional(Type.String({ description: 'masked; not of a hidden sender' })),
  phone: Type.Optional(Type.String({ description: 'masked; not of a hidden sender' })),
});

export const AuditAnswer = Type.Object({
  id: Type.Integer({ description: 'place in the trail; later lines are higher' }),
  at: text,
  actor: Type.String({ description: 'id of a key, `system` or `cli`' }),
  action: Type.String({ description: 'such as case.reveal, case.assign, key.create' }),
  subject: text,
  reason: optional,
  detail: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

const waiting = { id: text, account: text, channel: text, receivedAt: text, error: text, messageId: text };
export const QuarantineRow = Type.Object({ ...waiting, contentHash: text });
export const QuarantineAnswer = Type.Object({
  ...{ ...waiting, sentAt, anonymous: Type.Boolean(), secret: Type.Boolean() },
  said: Type.Object({
    ...{ title: optional, text: optional, address: optional, occurredAt: optional },
    ...{ name: optional, phone: optional, email: optional, caseNo: optional },
  }),
  attachments: Type.Array(FileOf),
});
export const RetakenAnswer = Type.Object({
  ...{ id: text, messageId: text, outcome: Receipt.properties.outcome },
  ...{ caseNo: optional, href: optional, status: Type.Optional(Status) },
});

export const HealthAnswer = Type.Object({ status: text });
export const UnreadyAnswer = Type.Object({
  status: text,
  reasons: Type.Array(Type.Object({ code: text, detail: text })),
});
export const SchemaName = Type.Object({ name: text, href: text });

export const Identity = Type.Object({
  caseNo: text,
  name: optional,
  phone: optional,
  email: optional,
  address: optional,
});

export const MatterAnswer = Type.Object({
  ...Matter.properties,
  reporters: Type.Optional(Matter.properties.reporters),
  urgency: Type.Optional(Matter.properties.urgency),
  merged: Type.Optional(Type.Array(text, { description: 'matters that can be taken out again; for the desk' })),
  cases: Type.Array(text, { description: 'numbers of the cases this key may see' }),
});

const { reporters: _counted, urgency, size: cases, cases: _cases, lastAt: _last, ...named } = Matter.properties;
export const HotMatter = Type.Object({
  ...named,
  size: Type.Optional(cases),
  urgency: Type.Optional(urgency),
  heat: Type.Number({ description: 'docs/matters.md has the formula' }),
  hot: Type.Boolean(),
  storm: Type.Boolean({ description: 'it makes up a great share of all that came in within the hour' }),
  reporters: Type.Number({ description: 'persons; those of whom nothing is known count as the root of their number' }),
  lastHour: Type.Number(),
  lastDay: Type.Number(),
  area: Type.Array(Type.Object({ code: text, name: text }), { description: 'divisions, most often named first' }),
  channels: Type.Array(text),
  words: Type.Array(text, { description: 'typical of what was said' }),
  firstAt: text,
  lastAt: text,
  href: text,
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
