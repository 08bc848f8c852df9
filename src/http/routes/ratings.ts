// GET /v1/ratings/figures: satisfaction 满意率 of a period, in all and by unit, category, day or month.
import Type from 'typebox';
import type { Route, RouteRequest } from '../../core/route.ts';
import { groupsOf, ratingFigures } from '../../core/satisfaction.ts';
import { toRfc3339 } from '../../core/time.ts';
import type { ApiDeps } from '../deps.ts';
import { refusal } from '../problem.ts';
import { keyOf, standingOf } from '../rights.ts';
import { spanIn } from '../time-in.ts';

const BY = ['unit', 'category', 'day', 'month'] as const;
const text = Type.String();
const count = Type.Integer();
const ratio = Type.Union([Type.Number(), Type.Null()]);

const figuresOf = {
  rated: count,
  scores: Type.Object(
    { 1: count, 2: count, 3: count, 4: count, 5: count },
    { description: '5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意' },
  ),
  rate: Type.Union([Type.Number(), Type.Null()], { description: '满意率: scores of 3 and more ÷ rated' }),
  average: ratio,
};
const Figures = Type.Object({
  ...{ from: text, to: text, by: text },
  total: Type.Object(figuresOf),
  groups: Type.Array(
    Type.Object({ name: Type.String({ description: 'code of the unit or category, or the time' }), ...figuresOf }),
  ),
});
const Query = Type.Object({
  from: Type.Optional(Type.String({ maxLength: 40, description: 'a time; without an offset it is the city’s' })),
  to: Type.Optional(Type.String({ maxLength: 40 })),
  by: Type.Optional(Type.Enum([...BY], { description: 'unit when left out' })),
  unit: Type.Optional(Type.String({ maxLength: 40, description: 'code of a unit: only what it handled' })),
});

export function ratingRoutes(deps: ApiDeps): Route[] {
  return [
    {
      ...{ method: 'GET', path: '/v1/ratings/figures', access: ['operator', 'integrator', 'metrics'] },
      tags: ['cases'],
      summary: 'How citizens rated results in a period; the last 30 days by default. Last ratings count, once a result',
      schema: { query: Query, answers: { 200: Figures } },
      handle: (request) => figures(request, deps),
    },
  ];
}

async function figures(request: RouteRequest, deps: ApiDeps) {
  const { utcOffsetMinutes } = deps.settings.city;
  const { from, to } = spanIn(request, 30, deps);
  const by = BY.find((one) => one === request.query.by) ?? 'unit';
  const cells = await deps.store.ratingCells({
    ...{ from, to, by: by === 'month' ? 'day' : by, utcOffsetMinutes },
    ...boundsOf(request),
  });
  const written = (ms: number): string => toRfc3339(ms, utcOffsetMinutes);
  const groups = groupsOf(cells, by === 'month' ? (day) => day.slice(0, 7) : undefined);
  return { status: 200, body: { from: written(from), to: written(to), by, total: ratingFigures(cells), groups } };
}

/** Who is bound to a unit or a tenant counts there alone. */
function boundsOf(request: RouteRequest): { readonly tenant?: string; readonly unit?: string } {
  const key = keyOf(request);
  const unit = key.unit ?? request.query.unit;
  if (key.unit === undefined && standingOf(key) === 'unit' && !key.scopes.includes('metrics'))
    throw refusal(403, 'forbidden', 'a key of scope unit must be bound to one');
  return { ...(key.tenant === undefined ? {} : { tenant: key.tenant }), ...(unit === undefined ? {} : { unit }) };
}
