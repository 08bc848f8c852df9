// Lists: the one shape `{data, next_cursor, has_more}`, and what their queries have in common.
import Type, { type TSchema } from 'typebox';
import { Written } from '../../core/text/written.ts';
import { refusal } from '../problem.ts';

export const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: 'default 50' }));
export const limitOf = (query: Readonly<Record<string, string>>): number => Number(query.limit ?? 50);

export const listOf = <T extends TSchema>(item: T) =>
  Type.Object({
    data: Type.Array(item),
    next_cursor: Type.Union([Type.String(), Type.Null()]),
    has_more: Type.Boolean(),
  });

/** `items` holds one more than `limit` when there are more. */
export function listAnswer<T>(items: readonly T[], limit: number, cursor: (item: T) => string | null) {
  const data = items.slice(0, limit);
  const last = data.at(-1);
  const more = items.length > limit;
  return { status: 200, body: { data, next_cursor: more && last !== undefined ? cursor(last) : null, has_more: more } };
}

/** A place that no answer of this list gave: going on from it would pass over something, or answer nothing, in silence. */
export const noPlace = () =>
  refusal(422, 'invalid_field', 'after is no next_cursor of this list', {
    field: 'after',
    advice: 'Begin without after, and hand on next_cursor as it came.',
  });

export const Reason = { ...Written(1_000), description: 'why; kept in the audit trail' };
export const CaseNo = Type.String({ minLength: 1, maxLength: 80 });
