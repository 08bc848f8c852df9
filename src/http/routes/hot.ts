// GET /v1/matters: the matters that grow, hottest first or by size or time, with what makes them hot.
import Type from 'typebox';
import type { Route, RouteRequest } from '../../core/route.ts';
import { toRfc3339 } from '../../core/time.ts';
import { HotMatter } from '../answers.ts';
import type { ApiDeps, BoardEntry } from '../deps.ts';
import { refusal } from '../problem.ts';
import { keyOf, standingOf } from '../rights.ts';
import { Limit, limitOf, listAnswer, listOf } from './lists.ts';

const Query = Type.Object({
  sort: Type.Optional(Type.Enum(['heat', 'size', 'last'], { description: 'default heat' })),
  hot: Type.Optional(Type.Literal('true', { description: 'only those above the heat of the configuration' })),
  after: Type.Optional(
    Type.String({ maxLength: 40, pattern: '^mat_', description: 'id of the last matter of the page before' }),
  ),
  limit: Limit,
});

const ORDERS: Readonly<Record<string, (a: BoardEntry, b: BoardEntry) => number>> = {
  heat: () => 0, // as the board has them
  size: (a, b) => b.matter.size - a.matter.size,
  last: (a, b) => b.lastAt - a.lastAt,
};

export function hotRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/matters',
      access: ['operator', 'unit', 'integrator'],
      summary:
        'Matters of two cases or more that grew within three days, hottest first; without secret cases and informants',
      tags: ['matters'],
      schema: { query: Query, answers: { 200: listOf(HotMatter) } },
      handle: (request) => list(request, deps),
    },
  ];
}

async function list(request: RouteRequest, { board, settings }: ApiDeps) {
  const key = keyOf(request);
  const { sort = 'heat', hot, after } = request.query;
  const limit = limitOf(request.query);
  // Scope unit without a unit sees nothing, as with cases.
  const blind = standingOf(key) === 'unit' && key.unit === undefined;
  const desk = standingOf(key) === 'desk';
  // Of a matter of two with one to be seen others would learn that there is a hidden one.
  const mine = ({ matter, barred, seen }: BoardEntry): boolean =>
    !blind &&
    (desk || seen > 1) &&
    (key.tenant === undefined || key.tenant === matter.tenant) &&
    (key.unit === undefined || (key.unit === matter.unit && !barred.includes(key.unit)));
  const all = (await board()).filter((one) => mine(one) && (hot === undefined || one.hot)).toSorted(ORDERS[sort]);
  const start = after === undefined ? 0 : all.findIndex((one) => one.matter.id === after) + 1;
  if (after !== undefined && start === 0) throw gone(after);
  const page = all.slice(start, start + limit + 1);
  const rows = page.map((one) => rowOf(one, settings.city, desk));
  return listAnswer(rows, limit, (row) => row.id);
}

/** The board moves: an empty page would pass for its end. */
const gone = (id: string) =>
  refusal(410, 'cursor_gone', `matter ${id} is not on this board (any more)`, {
    field: 'after',
    advice: 'Begin again without after.',
  });

/** What others than the desk see counts no hidden case; nor does the heat itself. */
function rowOf(one: BoardEntry, city: ApiDeps['settings']['city'], desk: boolean) {
  const { matter, divisions, firstAt, lastAt, barred: _barred, seen: _seen, ...heat } = one;
  const { size, reporters: _reporters, urgency, lastAt: _last, openedAt, division, ...facts } = matter;
  const at = (ms: number): string => toRfc3339(ms, city.utcOffsetMinutes);
  return {
    ...facts,
    ...heat,
    // The first case may be a hidden one: when it came and where it lies is for the desk.
    ...(desk ? { size, urgency, openedAt } : { openedAt: at(firstAt) }),
    ...(division !== undefined && (desk || divisions.includes(division)) ? { division } : {}),
    area: divisions.map((code) => ({ code, name: city.divisions.find((one) => one.code === code)?.name ?? code })),
    firstAt: at(firstAt),
    lastAt: at(lastAt),
    href: `/v1/matters/${matter.id}`,
  };
}
