// GET /v1/routing/returns: what the table of duties sent to units that gave it back, counted by category, place, unit and whom they named.
import Type from 'typebox';
import type { Route } from '../../core/route.ts';
import type { ApiDeps } from '../deps.ts';
import { keyOf, refuseBound } from '../rights.ts';
import { listAnswer, listOf } from './lists.ts';

const text = Type.String();
const Line = Type.Object({
  category: text,
  division: Type.Optional(text),
  unit: Type.String({ description: 'who gave it back' }),
  suggested: Type.Optional(Type.String({ description: 'whom that unit named' })),
  count: Type.Integer(),
  last: text,
});

export function routingRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/routing/returns',
      access: ['operator'],
      summary: 'Which rows of the table of duties send cases that come back, most returned first',
      tags: ['cases'],
      schema: { answers: { 200: listOf(Line) } },
      handle: async (request) => {
        refuseBound(keyOf(request));
        const lines = (await deps.returns?.()) ?? [];
        return listAnswer(lines, lines.length, () => null);
      },
    },
  ];
}
