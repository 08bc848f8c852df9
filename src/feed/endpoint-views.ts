// Endpoint views: what routes show of an endpoint, find for a key, and write into the audit trail.
import type { ApiKey } from '../core/access.ts';
import type { RouteRequest } from '../core/route.ts';
import type { Endpoint } from '../core/store.ts';
import { maskReason } from '../core/text/mask.ts';
import { toRfc3339 } from '../core/time.ts';
import { choiceOf, encodeCursor } from './cursor.ts';
import { publicKeys, schemesOf } from './endpoint-signing.ts';
import { grantOf } from './grant.ts';
import { unknownEndpoint } from './refusals.ts';
import { keyOf, owns } from './rights.ts';
import type { RouteDeps } from './route-deps.ts';
import { liveOf } from './secrets.ts';
import type { EndpointView } from './shapes.ts';
import { termsOf } from './terms.ts';

export function viewEndpoint(endpoint: Endpoint, { feed, store }: RouteDeps): EndpointView {
  const { id, url, state, createdAt, description, tenant, unit, types, disabledReason, options } = endpoint;
  const now = feed.clock.now();
  const keys = publicKeys(endpoint, now);
  const grant = grantOf(endpoint);
  return {
    id,
    url,
    ...(description === undefined ? {} : { description }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(unit === undefined ? {} : { unit }),
    ...(types === undefined ? {} : { types: [...types] }),
    ...(options.filter === undefined ? {} : { filter: options.filter }),
    ...termsOf(endpoint),
    state,
    ...(disabledReason === undefined ? {} : { disabledReason }),
    createdAt,
    secrets: liveOf(endpoint.secrets, 'hmac', now).length,
    signatures: schemesOf(endpoint),
    ...(keys.length === 0 ? {} : { publicKeys: keys }),
    ...(grant ? { grant } : {}),
    cursor: encodeCursor(store.epoch, endpoint.cursor, choiceOf(types, options.filter)),
  };
}

/** The endpoint a request names, with the key that may. Throws `endpoint_unknown` (404), for a foreign one too. */
export function endpointOf(
  request: RouteRequest,
  { feed }: RouteDeps,
): { readonly key: ApiKey; readonly endpoint: Endpoint } {
  const key = keyOf(request);
  const endpoint = feed.roster.find(request.params.id ?? '');
  if (endpoint && owns(key, endpoint)) return { key, endpoint };
  throw unknownEndpoint();
}

/** Applies a change; throws `endpoint_unknown` when the endpoint was deleted meanwhile. */
export async function changeEndpoint(
  id: string,
  { feed }: RouteDeps,
  update: (endpoint: Endpoint) => Endpoint,
): Promise<Endpoint> {
  const changed = await feed.roster.change(id, update);
  if (changed) return changed;
  throw unknownEndpoint();
}

/** `detail` never holds a whole URL: its path or query is often the receiver's secret, and the trail lies in the clear. */
export async function audit(
  { store, feed, utcOffsetMinutes }: RouteDeps,
  key: ApiKey,
  action: string,
  subject: string,
  detail?: Readonly<Record<string, unknown>>,
  reason?: string,
): Promise<void> {
  const at = toRfc3339(feed.clock.now(), utcOffsetMinutes);
  await store.audit({
    ...{ at, actor: key.id, action, subject },
    ...(reason === undefined ? {} : { reason: maskReason(reason) }),
    ...(detail === undefined ? {} : { detail }),
  });
}
