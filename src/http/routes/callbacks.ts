// POST /v1/callbacks/{endpoint}: the same reports from systems that hold no key, signed with the secret of their endpoint.
import Type from 'typebox';
import type { ApiKey } from '../../core/access.ts';
import { REPORTS } from '../../core/acts.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import { CaseAnswer } from '../answers.ts';
import type { ApiDeps, Caller } from '../deps.ts';
import { readJson } from '../json.ts';
import { ENVIRONMENT_KEY, opens } from '../keyring.ts';
import { refusal } from '../problem.ts';
import { CaseNo } from './lists.ts';
import { DoneBefore, takeReport } from './reports.ts';

const Callback = Type.Union(
  Object.values(REPORTS).map((shape) => Type.Object({ caseNo: CaseNo, ...shape.properties })),
  {
    discriminator: { propertyName: 'type' },
    description: 'as for POST /v1/cases/{no}/reports, with the number inside',
  },
);

export function callbackRoutes(deps: ApiDeps): Route[] {
  const { caller } = deps;
  if (!caller) return [];
  return [
    {
      method: 'POST',
      path: '/v1/callbacks/:endpoint',
      access: 'public',
      body: 'raw',
      bodyLimit: 65_536,
      summary: "A report signed with an endpoint's secret (Standard Webhooks v1); webhook-id makes a repeat harmless",
      tags: ['reports'],
      schema: {
        params: Type.Object({ endpoint: Type.String({ maxLength: 40 }) }),
        reads: Callback,
        answers: { 200: CaseAnswer, 204: DoneBefore },
      },
      handle: async (request) => {
        const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array();
        const from = caller(request.params.endpoint ?? '', request.headers, bytes);
        return takeReport(await asReport(request, readJson(bytes), from, deps), deps, 'all');
      },
    },
  ];
}

/** The request as its unit's key would have made it; `webhook-id` is the Idempotency-Key. */
async function asReport(request: RouteRequest, body: unknown, from: Caller, deps: ApiDeps): Promise<RouteRequest> {
  const key = await keyFor(from, deps);
  if (typeof body !== 'object' || body === null || !('caseNo' in body) || typeof body.caseNo !== 'string')
    throw refusal(422, 'missing_field', 'caseNo is missing', {
      field: 'caseNo',
      advice: 'Put the number of the case into the signed body, as caseNo.',
    });
  const { caseNo, ...report } = body;
  const headers = { ...request.headers, 'idempotency-key': request.headers['webhook-id'] ?? '' };
  const { query, url, address } = request;
  return {
    ...{ key, params: { no: caseNo }, body: report, headers, query, url, address, cookies: {} },
    parts: () => request.parts(),
    // Made only when asked for: each one listens to the connection.
    get signal() {
      return request.signal;
    },
  };
}

/** A secret is worth no more than the key that had it made: one that may not report, or not any more, gives none that may. */
async function keyFor({ id, unit, tenant, madeBy, createdAt }: Caller, { store }: ApiDeps): Promise<ApiKey> {
  if (unit === undefined)
    throw refusal(403, 'forbidden', 'this endpoint belongs to no unit', {
      advice: 'Make the endpoint with the key of a unit, or with an admin key that names the unit.',
    });
  const maker = madeBy === ENVIRONMENT_KEY ? undefined : (await store.keys()).find((key) => key.id === madeBy);
  const alive = madeBy === ENVIRONMENT_KEY || (maker !== undefined && maker.revokedAt === undefined);
  if (!alive || (maker && !opens(maker, ['unit', 'operator'])))
    throw refusal(403, 'forbidden', 'the key that made this secret may not report, or not any more', {
      advice: 'Have a living key of your unit with scope unit rotate the secret: POST /v1/endpoints/{id}/rotate.',
    });
  return {
    ...{ id, name: 'callback', hash: '', scopes: ['unit'], unit, createdAt },
    ...(tenant === undefined ? {} : { tenant }),
  };
}
