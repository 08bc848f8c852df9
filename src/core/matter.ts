// Matter 事项: the thing in the world. Several people's cases about the same thing belong to one matter.
import Type, { type Static } from 'typebox';

export const Matter = Type.Object({
  id: Type.String({ pattern: '^mat_' }),
  tenant: Type.String(),
  /** Name of the first case's category; a matter carries no citizen's words. */
  title: Type.String(),
  category: Type.String(),
  division: Type.Optional(Type.String()),
  unit: Type.Optional(Type.String()),
  size: Type.Integer({ minimum: 1 }),
  cases: Type.Array(Type.String(), { description: 'case numbers, oldest first, at most 1,000' }),
  openedAt: Type.String(),
  lastAt: Type.String(),
  state: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
});
export type Matter = Static<typeof Matter>;
