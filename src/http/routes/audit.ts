// GET /v1/audit: who did what, when and why. Never shows a citizen's words.
import Type from 'typebox';
import type { Route } from '../../core/route.ts';
import { AuditAnswer } from '../answers.ts';
import type { ApiDeps } from '../deps.ts';
import { keyOf, refuseBound } from '../rights.ts';
import { Limit, limitOf, listAnswer, listOf } from './lists.ts';

const After = Type.Optional(
  Type.Integer({ minimum: 1, description: 'next_cursor of an earlier answer: goes on with older lines' }),
);

export function auditRoutes(deps: ApiDeps): Route[] {
  return routes(deps).map((route) => ({
    ...route,
    handle: (request) => {
      refuseBound(keyOf(request));
      return route.handle(request);
    },
  }));
}

function routes({ store }: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/audit',
      access: ['admin'],
      summary: 'The audit trail, newest first',
      tags: ['operations'],
      schema: {
        query: Type.Object({ subject: Type.Optional(Type.String({ maxLength: 80 })), after: After, limit: Limit }),
        answers: { 200: listOf(AuditAnswer) },
      },
      handle: async ({ query }) => {
        const limit = limitOf(query);
        const { subject, after } = query;
        const lines = await store.auditTrail({
          ...(subject === undefined ? {} : { subject }),
          ...(after === undefined ? {} : { before: Number(after) }),
          limit: limit + 1,
        });
        return listAnswer(lines, limit, ({ id }) => String(id));
      },
    },
  ];
}
