// Call 通话: what was said on the line, by whom and when, and who was joined to it. Lies sealed with its message.
import Type, { type Static } from 'typebox';

/** `agent` is the hotline's own; `department` a unit that was joined; `unknown` where nothing tells them apart. */
export const Speaker = Type.Union([
  Type.Literal('citizen'),
  Type.Literal('agent'),
  Type.Literal('department'),
  Type.Literal('unknown'),
]);
export type Speaker = Static<typeof Speaker>;

/** `at` and `to` are seconds from the start of the call; `who` is how the speaker is known there. */
export const Turn = Type.Object({
  speaker: Speaker,
  who: Type.Optional(Type.String({ maxLength: 100 })),
  at: Type.Optional(Type.Number({ minimum: 0 })),
  to: Type.Optional(Type.Number({ minimum: 0 })),
  text: Type.String({ maxLength: 20_000 }),
  confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
});
export type Turn = Static<typeof Turn>;

/** Somebody who was joined to the call, or should have been. `unit` as the exchange names it: a code, name or alias. */
export const Transfer = Type.Object({
  kind: Type.Union([Type.Literal('three_way'), Type.Literal('blind')]),
  who: Type.Union([Type.Literal('agent'), Type.Literal('department')]),
  unit: Type.Optional(Type.String({ maxLength: 100 })),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
  outcome: Type.Union([Type.Literal('joined'), Type.Literal('no_answer'), Type.Literal('refused')]),
});
export type Transfer = Static<typeof Transfer>;

export const MOST_TURNS = 5_000;
export const MOST_TRANSFERS = 20;

export const Call = Type.Object({
  /** The exchange's own id of the call. */
  id: Type.Optional(Type.String({ maxLength: 256 })),
  start: Type.Optional(Type.String()),
  durationS: Type.Optional(Type.Number({ minimum: 0 })),
  waitS: Type.Optional(Type.Number({ minimum: 0 })),
  turns: Type.Array(Turn, { maxItems: MOST_TURNS }),
  transfers: Type.Optional(Type.Array(Transfer, { maxItems: MOST_TRANSFERS })),
});
export type Call = Static<typeof Call>;
