// Matter 事项: the thing in the world. Several people's cases about the same thing belong to one matter.
import Type, { type Static } from 'typebox';
import { Urgency } from './case.ts';

export const Matter = Type.Object({
  id: Type.String({ pattern: '^mat_' }),
  tenant: Type.String(),
  /** Name of the first case's category; a matter carries no citizen's words. */
  title: Type.String(),
  category: Type.String(),
  division: Type.Optional(Type.String()),
  unit: Type.Optional(Type.String()),
  size: Type.Integer({ minimum: 1 }),
  /** Without the cases known to be of somebody who stands in the matter already. */
  reporters: Type.Integer({ minimum: 1 }),
  /** The highest of what its cases said and of what their number asks for. */
  urgency: Urgency,
  cases: Type.Array(Type.String(), { description: 'case numbers, oldest first, at most 1,000' }),
  openedAt: Type.String(),
  lastAt: Type.String(),
  state: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
});
export type Matter = Static<typeof Matter>;

/** What is said of a matter when it is opened; the store counts the rest. */
export type NewMatter = Omit<Matter, 'size' | 'cases' | 'lastAt' | 'reporters' | 'urgency'> &
  Partial<Pick<Matter, 'urgency'>>;
