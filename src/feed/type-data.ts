// Type data: the JSON Schema of what each event type says in `data`, and an example. New fields may be added within a version.
import type { TSchema } from 'typebox';
import Type from 'typebox';
import { Divert, UnitRef } from '../core/case.ts';
import type { EventType } from '../core/event.ts';

const text = (description: string) => Type.Optional(Type.String({ description }));
const caseNo = Type.String({ description: 'Case number, 14 digits.' });
const href = Type.String({
  description: 'Where more of it can be read with a key: /v1/cases/{no} or /v1/matters/{id}.',
});
const messageId = text('Id of the message this is about.');
const externalId = text('Id the sender gave, where one did and the sender is not hidden.');
const MatterRef = Type.Object({ id: Type.String(), size: Type.Optional(Type.Integer()) });

/** What is told of a case as it stands after the event. */
const aboutCase = {
  tenant: text('Division whose hotline it is.'),
  level: text('city, county, …'),
  status: text('State of the case.'),
  kind: text('consult, help, complaint, report, suggestion, praise or other.'),
  urgency: text('Urgency.'),
  category: Type.Optional(Type.Object({ code: Type.String(), name: Type.String() })),
  division: text('Division code of the place.'),
  unit: Type.Optional(UnitRef),
  coUnits: Type.Optional(Type.Array(UnitRef, { description: 'Units that help.' })),
  dueAt: text('By when the city owes an answer, RFC 3339.'),
  divert: Type.Optional(Divert),
  externalId,
  said: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: 'What the citizen said, in the fields granted to this endpoint; in webhooks alone.',
    }),
  ),
  added: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description:
        'What the message says that came to the case later and brought this event about, in the same fields.',
    }),
  ),
  saidVersion: Type.Optional(Type.Integer({ description: 'Version of the fields of said and added.' })),
};
const ofCase = (more: Record<string, TSchema> = {}): TSchema => Type.Object({ caseNo, ...aboutCase, ...more, href });
const matter = Type.Optional(MatterRef);
const channel = text('Channel the message came by.');
const opening = {
  matter,
  channel,
  messageId,
  alone: Type.Optional(Type.Boolean({ description: 'A file without words, given to a person.' })),
};
const proposals = Type.Optional(
  Type.Array(
    Type.Object({
      ...{ id: Type.String(), type: Type.String() },
      code: text('Of type refuse: the reason why it must not be accepted.'),
      advice: text('Of type refuse: where to go instead.'),
    }),
  ),
);
const from = text('State the case was in.');
const decided = {
  proposal: Type.Optional(
    Type.Object(
      { id: Type.String(), type: Type.String(), decision: Type.String() },
      { description: 'What was decided.' },
    ),
  ),
};
const reported = {
  ...decided,
  reportedBy: text('Code of the unit that reports.'),
  onBehalf: Type.Optional(Type.Boolean({ description: 'An operator reported for the unit.' })),
  messageId,
};

const ofMatter = (more: Record<string, TSchema> = {}): TSchema =>
  Type.Object({
    matterId: Type.String(),
    size: Type.Integer({ minimum: 0, description: 'Cases in the matter.' }),
    category: text('Category code of the matter.'),
    unit: Type.Optional(UnitRef),
    caseNo: text('Case that made the difference.'),
    ...more,
    href,
  });
const ofEndpoint = (more: Record<string, TSchema> = {}): TSchema =>
  Type.Object({ endpoint: Type.String({ description: 'Id of the endpoint.' }), ...more });
const reason = text('Why.');
const aboutDelivery = {
  seq: Type.Optional(Type.Integer({ description: 'Place of the event in the log.' })),
  eventId: text('Id of the event.'),
  type: text('Type of the event.'),
  attempts: Type.Optional(Type.Integer()),
  lane: text('Case or other subject whose events stand in one line.'),
  reason,
};
const ofMessage = Type.Object({
  messageId,
  channel,
  externalId,
  caseNo: Type.Optional(caseNo),
  href: Type.Optional(href),
});
const ofNote = Type.Object({
  ...ofMessage.properties,
  claim: text('Kind of key somebody said is theirs too, to which a code goes (email).'),
});
const ofOutgoing = Type.Object({
  ...ofMessage.properties,
  status: text('State of the case.'),
  purpose: text('receipt, answer, more, result, closed or code.'),
  account: text('Account it went out by, or was to.'),
  result: text('failed or unknown: whether the citizen has it is not known.'),
  why: text('other_channel, by_hand, or what went wrong.'),
});
const ofChannel = Type.Object({ channel, account: text('Account of the channel.'), reason });

/** By type, in the order of the catalogue. */
export const TYPE_DATA: Readonly<Record<EventType, TSchema>> = {
  'message.received': ofMessage,
  'message.noted': ofNote,
  'message.key_reused': ofCase(opening),
  'message.sent': ofOutgoing,
  'message.failed': ofOutgoing,
  'case.opened': ofCase(opening),
  'case.followed_up': ofCase({ urges: Type.Optional(Type.Boolean()), messageId }),
  'case.joined': ofCase({ ...opening, ...decided }),
  'case.answered': ofCase({ ...opening, ...reported }),
  'case.diverted': ofCase({ ...opening, ...decided, messageId, urges: Type.Optional(Type.Boolean()) }),
  'case.proposed': ofCase({
    ...opening,
    ...reported,
    proposals,
    opened: Type.Optional(Type.Array(caseNo, { description: 'Cases that an accepted split took out of the message.' })),
  }),
  'case.corrected': ofCase({ ...decided, corrected: Type.Optional(Type.Array(Type.String({ description: 'field' }))) }),
  'case.assigned': ofCase({
    ...decided,
    previousUnit: text('Code of the unit that had it.'),
    urges: Type.Optional(Type.Boolean()),
    messageId,
  }),
  'case.signed': ofCase(reported),
  'case.returned': ofCase({
    ...reported,
    ground: text('Ground of the return.'),
    suggestedUnit: Type.Optional(Type.Unknown({ description: 'Who the unit thinks has it.' })),
    proposals,
  }),
  'case.extended': ofCase(reported),
  'case.contacted': ofCase({
    ...reported,
    reached: Type.Optional(Type.Boolean({ description: 'Whether the citizen was reached.' })),
    method: text('How.'),
  }),
  'case.progressed': ofCase(reported),
  'case.resolved': ofCase({
    ...reported,
    resolved: Type.Optional(Type.Boolean()),
    factual: Type.Optional(Type.Boolean({ description: 'Whether what was reported is so.' })),
    beyondDuty: Type.Optional(Type.Boolean()),
  }),
  'case.reopened': ofCase({ from, messageId, by: text('citizen, when their own words reopened it.') }),
  'case.closed': ofCase({
    ...reported,
    from,
    messageId,
    refusal: Type.Optional(
      Type.Object({ code: Type.String(), advice: Type.String() }, { description: 'Not accepted, for this reason.' }),
    ),
  }),
  'case.rated': ofCase({
    messageId,
    score: Type.Integer({
      minimum: 1,
      maximum: 5,
      description: '5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意.',
    }),
    previous: Type.Optional(Type.Integer({ minimum: 1, maximum: 5, description: 'The rating it replaces.' })),
    round: Type.Integer({ minimum: 0, description: 'How often the case had been reopened before this result.' }),
    words: Type.Boolean({ description: 'The citizen said more; it lies sealed with the case.' }),
  }),
  'case.split': ofCase({ matter, from: text('Matter it was taken out of.') }),
  'case.redacted': Type.Object({ caseNo, status: aboutCase.status, href }),
  'matter.opened': ofMatter(),
  'matter.grown': ofMatter({ urgency: text('Urgency of the matter, where it has risen.') }),
  'matter.hot': ofMatter({
    heat: Type.Optional(Type.Number({ description: 'Heat; docs/matters.md has the formula.' })),
    reporters: Type.Optional(Type.Number({ description: 'Persons who report it.' })),
    storm: Type.Optional(Type.Boolean({ description: 'It makes up a great share of all cases of this hour.' })),
  }),
  'matter.split': ofMatter(),
  'matter.merged': ofMatter({ into: text('Matter it went into.') }),
  'endpoint.created': ofEndpoint(),
  'endpoint.updated': ofEndpoint({ fields: Type.Optional(Type.Array(Type.String())) }),
  'endpoint.failing': ofEndpoint({ reason, nextTry: text('When it is tried again, RFC 3339.') }),
  'endpoint.disabled': ofEndpoint({ reason }),
  'endpoint.enabled': ofEndpoint({ reason }),
  'endpoint.recovered': ofEndpoint({ reason }),
  'delivery.exhausted': ofEndpoint(aboutDelivery),
  'delivery.late': ofEndpoint(aboutDelivery),
  'delivery.recovered': ofEndpoint(aboutDelivery),
  'lane.blocked': ofEndpoint(aboutDelivery),
  'lane.released': ofEndpoint(aboutDelivery),
  'channel.degraded': ofChannel,
  'channel.restored': ofChannel,
  'webhook.ping': ofEndpoint({ challenge: text('To be returned, when an endpoint is to be confirmed.') }),
};
