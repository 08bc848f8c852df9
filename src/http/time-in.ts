// Times in a query: one, or from and to of a report.
import type { RouteRequest } from '../core/route.ts';
import { parseTime } from '../core/time.ts';
import type { ApiDeps } from './deps.ts';
import { refusal } from './problem.ts';

const DAY = 86_400_000;
const MOST_DAYS = 400;

/** RFC 3339, or without an offset in the city's own; epoch ms of the parameter `name`; undefined where it was not given. Throws 422 `invalid_field` for what is no time. */
export function timeIn({ query }: RouteRequest, name: string, { settings }: ApiDeps): number | undefined {
  const given = query[name];
  if (given === undefined) return undefined;
  // A plus sign in a query is a space for who does not escape it.
  const time = parseTime(given.replace(/ (\d\d:?\d\d)$/, '+$1'), settings.city.utcOffsetMinutes);
  if (time === undefined) throw refusal(422, 'invalid_field', `${name} is no time`, { field: name });
  return time;
}

/** The days a report covers: until now where `to` is not given, `days` of them where `from` is not. Throws 422 `invalid_field`. */
export function spanIn(
  request: RouteRequest,
  days: number,
  deps: ApiDeps,
): { readonly from: number; readonly to: number } {
  const to = timeIn(request, 'to', deps) ?? deps.now();
  const from = timeIn(request, 'from', deps) ?? to - days * DAY;
  if (from >= to || to - from > MOST_DAYS * DAY)
    throw refusal(422, 'invalid_field', `from must lie before to, by at most ${MOST_DAYS} days`, { field: 'from' });
  return { from, to };
}
