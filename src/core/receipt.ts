// Receipt 回执: what the sender gets at once, and only after the commit. Reveals only what the sender proved to be theirs.
import Type, { type Static } from 'typebox';
import { Answer, Divert, Kind, Status, UnitRef, Urgency } from './case.ts';

export const Outcome = Type.Union([
  Type.Literal('opened'),
  Type.Literal('followed_up'),
  Type.Literal('joined'),
  Type.Literal('answered'),
  Type.Literal('diverted'),
  Type.Literal('noted'),
  Type.Literal('repeated'),
]);
export type Outcome = Static<typeof Outcome>;

export const Receipt = Type.Object({
  outcome: Outcome,
  caseNo: Type.Optional(Type.String()),
  queryCode: Type.Optional(Type.String()),
  status: Type.Optional(Status),
  kind: Type.Optional(Kind),
  category: Type.Optional(
    Type.Object({ code: Type.String(), name: Type.String(), confidence: Type.Number({ minimum: 0, maximum: 1 }) }),
  ),
  urgency: Type.Optional(Urgency),
  unit: Type.Optional(UnitRef),
  dueAt: Type.Optional(Type.String()),
  matter: Type.Optional(Type.Object({ id: Type.String(), size: Type.Integer() })),
  answer: Type.Optional(Answer),
  divert: Type.Optional(Divert),
  /** What to say to a sender whose message opened no case (greeting, thanks, a photo alone). */
  note: Type.Optional(Type.String()),
});
export type Receipt = Static<typeof Receipt>;
