// Grant routes: an operator grants words of cases to an endpoint, changes what it may have, and takes the grant back.
import Type from 'typebox';
import type { ApiKey, Scope } from '../core/access.ts';
import { GatewayError } from '../core/errors.ts';
import type { Route, RouteRequest } from '../core/route.ts';
import type { Endpoint } from '../core/store.ts';
import { Written } from '../core/text/written.ts';
import { toRfc3339 } from '../core/time.ts';
import { audit, changeEndpoint, viewEndpoint } from './endpoint-views.ts';
import { GRANT_VERSION, grantOf, Mask, withoutGrant } from './grant.ts';
import { unknownEndpoint } from './refusals.ts';
import { keyOf } from './rights.ts';
import type { RouteDeps } from './route-deps.ts';
import { EndpointView, reading } from './shapes.ts';

const OPERATORS: readonly Scope[] = ['admin', 'operator'];
const common = { access: OPERATORS, tags: ['endpoints'], body: 'json', path: '/v1/endpoints/:id/grant' } as const;
const Reason = { ...Written(500), description: 'Why; it stands in the audit trail.' };
const PutGrant = Type.Object({ mask: Mask, reason: Reason }, { additionalProperties: false });
const EndGrant = Type.Object({ reason: Reason }, { additionalProperties: false });
const readPut = reading(PutGrant);
const readEnd = reading(EndGrant);

export function grantRoutes(deps: RouteDeps): Route[] {
  const { feed, store, utcOffsetMinutes } = deps;
  const announce = (endpoint: Endpoint) => feed.announce(endpoint, 'endpoint.updated', { fields: ['grant'] });
  return [
    {
      ...common,
      method: 'PUT',
      summary:
        'Grants an endpoint words of cases, field by field, in webhooks alone; never of secret cases and reports. An operator decides, not its owner.',
      schema: { body: PutGrant, answers: { 200: EndpointView } },
      async handle(request) {
        const { mask, reason } = readPut(request.body);
        const { key, endpoint } = grantable(request, deps);
        const at = toRfc3339(feed.clock.now(), utcOffsetMinutes);
        const grant = { mask, version: GRANT_VERSION, by: key.id, at };
        const before = grantOf(endpoint)?.mask;
        await audit(deps, key, 'endpoint.grant', endpoint.id, { mask, ...(before ? { before } : {}) }, reason);
        const changed = await changeEndpoint(endpoint.id, deps, (now) => {
          if (now.url !== endpoint.url) throw moved();
          return { ...now, options: { ...now.options, grant } };
        });
        // What was made ready under another mask is made anew under this one.
        await store.dropParcels(endpoint.id);
        announce(changed);
        return { status: 200, body: viewEndpoint(changed, deps) };
      },
    },
    {
      ...common,
      method: 'DELETE',
      summary: 'Takes the grant back: from now on the endpoint gets thin events, also of what waits for another try.',
      schema: { body: EndGrant, answers: { 200: EndpointView } },
      async handle(request) {
        const { reason } = readEnd(request.body);
        const { key, endpoint } = grantable(request, deps);
        await audit(deps, key, 'endpoint.grant_end', endpoint.id, { before: grantOf(endpoint)?.mask ?? [] }, reason);
        const changed = await changeEndpoint(endpoint.id, deps, withoutGrant);
        await store.dropParcels(endpoint.id);
        announce(changed);
        return { status: 200, body: viewEndpoint(changed, deps) };
      },
    },
  ];
}

/** Any endpoint within the bounds of the operator's key, whoever made it. Throws `endpoint_unknown` (404). */
function grantable(request: RouteRequest, { feed }: RouteDeps): { readonly key: ApiKey; readonly endpoint: Endpoint } {
  const key = keyOf(request);
  const endpoint = feed.roster.find(request.params.id ?? '');
  const within =
    endpoint &&
    (key.tenant === undefined || key.tenant === endpoint.tenant) &&
    (key.unit === undefined || key.unit === endpoint.unit);
  if (within) return { key, endpoint };
  throw unknownEndpoint();
}

const moved = () =>
  new GatewayError({
    code: 'endpoint_moved',
    message: 'This endpoint has another URL since you looked at it; nothing was granted.',
    retryable: false,
    status: 409,
    advice: 'Look at the endpoint again, then decide.',
  });
