// Shapes: the body of a request with the type its schema gives it, and the time of an answer.
import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { toRfc3339 } from '../../core/time.ts';
import type { ApiDeps } from '../deps.ts';
import { bodyRefusal } from '../problem.ts';

/** The front has checked the body already; this tells the compiler, and would refuse a route mounted without its schema. */
export function bodyOf<T extends TSchema>(schema: T, body: unknown): Static<T> {
  if (Value.Check(schema, body)) return body;
  throw bodyRefusal(422, 'invalid_field', 'the body is not in its shape');
}

export function timeOf({ now, settings }: ApiDeps): string {
  return toRfc3339(now(), settings.city.utcOffsetMinutes);
}
