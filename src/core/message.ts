// Message 来件: what somebody said once, on one channel. Immutable testimony; every channel speaks this one format.
import Type, { type Static } from 'typebox';
import { Call } from './call.ts';

export const Level = Type.Union([
  Type.Literal('province'),
  Type.Literal('city'),
  Type.Literal('county'),
  Type.Literal('township'),
]);
export type Level = Static<typeof Level>;

/**
 * One way to recognise a person on one channel. An openid differs per app, so `scope` (the account it belongs to)
 * is part of the key. Only a `proved` key (platform identity, authenticated mailbox, exchange-reported number) may
 * show somebody their own earlier case; a merely stated one is a hint for operators.
 */
export const SenderKey = Type.Object({
  kind: Type.String({ maxLength: 32 }),
  scope: Type.String({ maxLength: 128 }),
  value: Type.String({ maxLength: 256 }),
  proved: Type.Boolean(),
});
export type SenderKey = Static<typeof SenderKey>;

export const Sender = Type.Object({
  keys: Type.Array(SenderKey, { maxItems: 8 }),
  name: Type.Optional(Type.String({ maxLength: 100 })),
  phone: Type.Optional(Type.String({ maxLength: 50 })),
  email: Type.Optional(Type.String({ maxLength: 254 })),
  anonymous: Type.Boolean(),
  secret: Type.Boolean(),
});
export type Sender = Static<typeof Sender>;

/** An attachment already kept by the blob store; `blob` is its reference there. `size` is in bytes, `hash` is `sha256:` + hex. */
export const Part = Type.Object({
  kind: Type.Union([
    Type.Literal('image'),
    Type.Literal('audio'),
    Type.Literal('video'),
    Type.Literal('file'),
    Type.Literal('location'),
    Type.Literal('link'),
  ]),
  mediaType: Type.String({ maxLength: 127 }),
  name: Type.Optional(Type.String({ maxLength: 255 })),
  size: Type.Integer({ minimum: 0 }),
  hash: Type.String(),
  blob: Type.String(),
});
export type Part = Static<typeof Part>;

/** How a message refers to an earlier one: a cited case (with the code that proves it is theirs) or mail headers. */
export const Thread = Type.Object({
  caseNo: Type.Optional(Type.String({ maxLength: 40 })),
  queryCode: Type.Optional(Type.String({ maxLength: 20 })),
  inReplyTo: Type.Optional(Type.String({ maxLength: 998 })),
});
export type Thread = Static<typeof Thread>;

/**
 * What was answered on the line before the message came to us (a three-way call, an operator who knew): the case opens
 * as `answered` and is not dispatched again. `unit` is a code or name of units.yaml; absent, the hotline answered.
 */
export const LineAnswer = Type.Object({
  by: Type.Union([Type.Literal('operator'), Type.Literal('department')]),
  unit: Type.Optional(Type.String({ maxLength: 100 })),
  /** How the speaker is known in the call: a staff number or role. */
  speaker: Type.Optional(Type.String({ maxLength: 100 })),
  text: Type.String({ minLength: 1, maxLength: 20_000 }),
});
export type LineAnswer = Static<typeof LineAnswer>;

/**
 * What `channel.read` yields: everything the payload tells, nothing the house adds.
 * Times are RFC 3339 with offset. `externalId` is the channel's own id by the platform's idempotency rule; without one
 * the door mints it and the message can have no repeat. `group`: others read along where it was said; no number, code
 * or state is answered there. `content` of `raw` is the original as received, sealed at rest.
 */
export const Incoming = Type.Object({
  externalId: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  sender: Sender,
  sentAt: Type.Optional(Type.String()),
  title: Type.Optional(Type.String({ maxLength: 500 })),
  text: Type.String({ maxLength: 100_000 }),
  address: Type.Optional(Type.String({ maxLength: 500 })),
  occurredAt: Type.Optional(Type.String({ maxLength: 100 })),
  parts: Type.Optional(Type.Array(Part, { maxItems: 50 })),
  thread: Type.Optional(Thread),
  group: Type.Optional(Type.Boolean()),
  answered: Type.Optional(LineAnswer),
  call: Type.Optional(Call),
  /**
   * Where files are fetched: the words without them, and the platform's names of them (`asSent`). Tells a retry from other
   * words under the same id, whether or not the files could be had this time.
   */
  asSent: Type.Optional(Type.String()),
  /** What a person should know of how it was read, e.g. `quote_uncertain`: becomes a flag of the case it opens. */
  doubts: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 8 })),
  raw: Type.Optional(Type.Object({ mediaType: Type.String(), content: Type.String() })),
  verified: Type.Union([Type.Literal('signature'), Type.Literal('token'), Type.Literal('none')]),
});
export type Incoming = Static<typeof Incoming>;

/** `contentHash` (`sha256:` + hex over sender and words) tells a retried delivery from a platform that reuses ids. */
export const Message = Type.Object({
  id: Type.String({ pattern: '^msg_' }),
  tenant: Type.String({ description: '区划代码 of the receiving level' }),
  level: Level,
  channel: Type.String(),
  account: Type.String(),
  direction: Type.Union([Type.Literal('in'), Type.Literal('out'), Type.Literal('note')]),
  externalId: Type.String(),
  externalIdGiven: Type.Boolean(),
  contentHash: Type.String(),
  receivedAt: Type.String(),
  sentAt: Type.String(),
  sender: Sender,
  title: Type.Optional(Type.String()),
  text: Type.String(),
  address: Type.Optional(Type.String()),
  occurredAt: Type.Optional(Type.String()),
  parts: Type.Array(Part),
  thread: Type.Optional(Thread),
  group: Type.Optional(Type.Boolean()),
  answered: Type.Optional(LineAnswer),
  call: Type.Optional(Call),
  doubts: Type.Optional(Type.Array(Type.String())),
  /** Brought in from a file: nobody is written to about its arrival. */
  quiet: Type.Optional(Type.Boolean()),
  /** The case out of whose message a person split this request: it follows that case up in nothing. */
  splitFrom: Type.Optional(Type.String()),
  /** Trace context (W3C) of the request that brought it. */
  traceparent: Type.Optional(Type.String()),
  raw: Type.Optional(Type.Object({ mediaType: Type.String(), content: Type.String() })),
  verified: Type.Union([Type.Literal('signature'), Type.Literal('token'), Type.Literal('none')]),
});
export type Message = Static<typeof Message>;
