// GET /v1/audit and /v1/quarantine: who did what, and which messages wait for a person. Neither shows a citizen's words.
import Type from 'typebox';
import type { Route } from '../../core/route.ts';
import type { ApiDeps } from '../deps.ts';
import { keyOf, refuseBound } from '../rights.ts';
import { scrubText } from '../scrub.ts';
import { Limit, limitOf, listAnswer } from './lists.ts';

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
      schema: { query: Type.Object({ subject: Type.Optional(Type.String({ maxLength: 80 })), limit: Limit }) },
      handle: async ({ query }) => {
        const limit = limitOf(query);
        const { subject } = query;
        const entries = await store.auditTrail({ ...(subject === undefined ? {} : { subject }), limit: limit + 1 });
        return listAnswer(entries, limit, () => null);
      },
    },
    {
      method: 'GET',
      path: '/v1/quarantine',
      access: ['admin'],
      summary: 'Messages no transaction would take, without their words',
      tags: ['operations'],
      schema: { query: Type.Object({ limit: Limit }) },
      handle: async ({ query }) => {
        const limit = limitOf(query);
        const kept = (await store.quarantined(limit + 1)).map(({ id, account, receivedAt, error, message }) => ({
          ...{ id, account, receivedAt },
          // An error may quote what it stumbled over.
          error: scrubText(error),
          ...{ channel: message.channel, messageId: message.id, contentHash: message.contentHash },
        }));
        return listAnswer(kept, limit, () => null);
      },
    },
  ];
}
