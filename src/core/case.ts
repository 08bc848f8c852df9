// Case 工单: one person's request, which the city owes an answer to. Has a number, a clock and a state.
import Type, { type Static, type TEnum } from 'typebox';
import { Level } from './message.ts';

const literals = <T extends string[]>(...values: [...T]): TEnum<T> => Type.Enum<T>(values);

export const Kind = literals('consult', 'help', 'complaint', 'report', 'suggestion', 'praise', 'other');
export type Kind = Static<typeof Kind>;

export const Urgency = literals('normal', 'urgent', 'emergency');
export type Urgency = Static<typeof Urgency>;

export const Status = literals(
  'received',
  'needs_info',
  'triage',
  'answered',
  'dispatched',
  'signed',
  'in_progress',
  'returned',
  'extended',
  'done',
  'follow_up',
  'reopened',
  'closed',
  'diverted',
  'rejected',
);
export type Status = Static<typeof Status>;

/** One rival category, best first in a list. `path` holds names from level 1 down; `confidence` is 0..1. */
export const Rival = Type.Object({
  code: Type.String(),
  name: Type.String(),
  level1: Type.String(),
  path: Type.Array(Type.String()),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
});
export type Rival = Static<typeof Rival>;

export const DivertTo = literals(
  '110',
  '119',
  '120',
  '122',
  '12356',
  '81890',
  'petition',
  'court',
  'arbitration',
  'discipline',
  'other',
);
export type DivertTo = Static<typeof DivertTo>;
export const Divert = Type.Object({ to: DivertTo, reason: Type.String(), advice: Type.String() });
export type Divert = Static<typeof Divert>;

export const Place = Type.Object({
  text: Type.String(),
  normalised: Type.Optional(Type.String()),
  division: Type.Optional(Type.String({ description: '区划代码' })),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
});
export type Place = Static<typeof Place>;

export const UnitRef = Type.Object({ code: Type.String(), name: Type.String() });
export type UnitRef = Static<typeof UnitRef>;

/** A unit the table of duties names for a case. `reason`: one Chinese sentence for an operator. */
export const Candidate = Type.Object({
  unit: UnitRef,
  coUnits: Type.Optional(Type.Array(UnitRef)),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  reason: Type.String(),
});
export type Candidate = Static<typeof Candidate>;

/** How the case found its unit, or did not. `table`: the day whose table was read. */
export const Routing = Type.Object({ table: Type.String(), candidates: Type.Array(Candidate) });
export type Routing = Static<typeof Routing>;

export const Answer = Type.Object({ text: Type.String(), source: Type.String(), validUntil: Type.String() });
export type Answer = Static<typeof Answer>;

/** Why this case belongs to its matter. `by` is `system` or the key of the person who decided. */
export const Membership = Type.Object({
  id: Type.String({ pattern: '^mat_' }),
  role: literals('first', 'joined'),
  score: Type.Number(),
  rule: Type.String(),
  evidence: Type.Array(Type.String()),
  by: Type.String(),
  at: Type.String(),
  /** Number of the case it was found to be like. */
  like: Type.Optional(Type.String()),
  /** Code of the unit it took over from the matter instead of one of its own. */
  led: Type.Optional(Type.String()),
  /** Matters it came from by merging, the last one last: by these a merge is taken apart again. */
  from: Type.Optional(Type.Array(Type.String())),
});
export type Membership = Static<typeof Membership>;

/** Something the machine was not sure of and a person decides. `value` is what is adopted when accepted. */
export const Proposal = Type.Object({
  id: Type.String({ pattern: '^pro_' }),
  type: literals('join', 'divert', 'category', 'route', 'same_person', 'review', 'extension', 'refuse'),
  reason: Type.String(),
  value: Type.Record(Type.String(), Type.Unknown()),
  at: Type.String(),
  decided: Type.Optional(
    Type.Object({ accept: Type.Boolean(), by: Type.String(), at: Type.String(), reason: Type.String() }),
  ),
});
export type Proposal = Static<typeof Proposal>;

/** Everything that may name a person. Sealed under the case's own data key; never in events, logs or indexes. */
export const Said = Type.Object({
  title: Type.Optional(Type.String()),
  text: Type.String(),
  name: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  address: Type.Optional(Type.String()),
  occurredAt: Type.Optional(Type.String()),
  place: Type.Optional(Place),
  /** Short title and core sentence, cut out of title and text. */
  digest: Type.Optional(Type.Object({ title: Type.String(), core: Type.String() })),
  /** What the citizen was told on the line, and who said it as the call names them. */
  answer: Type.Optional(Type.Object({ text: Type.String(), speaker: Type.Optional(Type.String()) })),
});
export type Said = Static<typeof Said>;

/** How it went with the unit: times and facts, no words. `resolved`, `factual` (诉求属实) and `beyondDuty` (超职责) as the unit says. */
export const Handling = Type.Object({
  signedAt: Type.Optional(Type.String()),
  /** First time the citizen was reached. */
  contactedAt: Type.Optional(Type.String()),
  answeredAt: Type.Optional(Type.String()),
  doneAt: Type.Optional(Type.String()),
  closedAt: Type.Optional(Type.String()),
  returns: Type.Optional(Type.Integer()),
  extensions: Type.Optional(Type.Integer()),
  reopened: Type.Optional(Type.Integer()),
  resolved: Type.Optional(Type.Boolean()),
  factual: Type.Optional(Type.Boolean()),
  beyondDuty: Type.Optional(Type.Boolean()),
});
export type Handling = Static<typeof Handling>;

/** 5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意. */
export const Score = Type.Enum([1, 2, 3, 4, 5]);
export type Score = Static<typeof Score>;

/** Stands on the case. `round`: how often it had been reopened, since each result is rated by itself. */
export const Rating = Type.Object({
  score: Score,
  round: Type.Integer({ minimum: 0 }),
  /** When it was first said, and when this was said. */
  first: Type.String(),
  at: Type.String(),
});
export type Rating = Static<typeof Rating>;

/** The call a case came by: times and who was joined, no words and no numbers; those lie sealed with the message. */
export const CaseCall = Type.Object({
  start: Type.Optional(Type.String()),
  durationS: Type.Optional(Type.Number()),
  waitS: Type.Optional(Type.Number()),
  transfers: Type.Array(
    Type.Object({
      kind: literals('three_way', 'blind'),
      who: literals('agent', 'department'),
      unit: Type.Optional(UnitRef),
      from: Type.Optional(Type.String()),
      to: Type.Optional(Type.String()),
      outcome: literals('joined', 'no_answer', 'refused'),
    }),
  ),
});
export type CaseCall = Static<typeof CaseCall>;

export const Case = Type.Object({
  no: Type.String(),
  tenant: Type.String(),
  level: Level,
  version: Type.Integer({ minimum: 1 }),
  channel: Type.String(),
  account: Type.String(),
  kind: Kind,
  category: Type.Array(Rival, { minItems: 1 }),
  urgency: Urgency,
  status: Status,
  anonymous: Type.Boolean(),
  secret: Type.Boolean(),
  division: Type.Optional(Type.String()),
  unit: Type.Optional(UnitRef),
  coUnits: Type.Array(UnitRef),
  /** Candidates of the table of duties, best first. */
  routing: Type.Optional(Routing),
  /** Units this case complains about, with those below them: never routed there, never in their feed. */
  barred: Type.Array(Type.String()),
  dueAt: Type.Optional(Type.String()),
  matter: Type.Optional(Membership),
  divert: Type.Optional(Divert),
  answer: Type.Optional(Answer),
  call: Type.Optional(CaseCall),
  handling: Type.Optional(Handling),
  /** What the citizen said of the result; that of an earlier one once the case was reopened. */
  rating: Type.Optional(Rating),
  proposals: Type.Array(Proposal),
  flags: Type.Array(Type.String()),
  externalId: Type.Optional(Type.String()),
  openedAt: Type.String(),
  updatedAt: Type.String(),
  /** Number of messages in this case, 1 for a new one. */
  messages: Type.Integer({ minimum: 1 }),
  /** How often its sender urged (催办); absent for never. */
  urges: Type.Optional(Type.Integer({ minimum: 1 })),
  said: Type.Optional(Said),
});
export type Case = Static<typeof Case>;

/** Of these nobody is shown who sent them, nor any id the sender chose. */
export const isHidden = (one: Pick<Case, 'secret' | 'anonymous'>): boolean => one.secret || one.anonymous;
