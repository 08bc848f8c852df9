// GET /v1/units: the units cases can be given to.
import Type from 'typebox';
import type { Route } from '../../core/route.ts';
import { UnitAnswer } from '../answers.ts';
import type { ApiDeps } from '../deps.ts';
import { Limit, limitOf, listAnswer, listOf, noPlace } from './lists.ts';

export function unitRoutes({ settings }: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/units',
      access: ['operator', 'unit', 'integrator'],
      summary: 'Units, in the order of their codes',
      tags: ['cases'],
      schema: {
        query: Type.Object({ after: Type.Optional(Type.String()), limit: Limit }),
        answers: { 200: listOf(UnitAnswer) },
      },
      handle: ({ query }) => {
        const limit = limitOf(query);
        const { after } = query;
        if (after !== undefined && !settings.city.units.some(({ code }) => code === after)) throw noPlace();
        const units = settings.city.units
          .map(({ code, name, level, division, superior }) => ({
            code,
            name,
            level,
            ...(division === undefined ? {} : { division }),
            ...(superior === undefined ? {} : { superior }),
          }))
          .sort((a, b) => (a.code < b.code ? -1 : 1))
          .filter((u) => after === undefined || u.code > after);
        return listAnswer(units, limit, (u) => u.code);
      },
    },
  ];
}
