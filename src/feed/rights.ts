// Rights: what a key may see of the log and which endpoints are its own.
import type { ApiKey } from '../core/access.ts';
import { GatewayError } from '../core/errors.ts';
import type { RouteRequest } from '../core/route.ts';
import type { Endpoint } from '../core/store.ts';
import type { View } from './match.ts';

/** The key of a request; routes with scopes always have one. Throws `no_key` (401). */
export function keyOf(request: RouteRequest): ApiKey {
  if (request.key) return request.key;
  throw new GatewayError({
    code: 'no_key',
    message: 'This needs a key.',
    retryable: false,
    status: 401,
    advice: 'Send Authorization: Bearer with a key of the operator.',
  });
}

export const isAdmin = (key: ApiKey): boolean => key.scopes.includes('admin');

/** The part of the log a key may read. A unit's key without a unit would see everything: it sees nothing (403). */
export function viewOf(key: ApiKey): View {
  const wide = key.scopes.some((scope) => scope !== 'unit' && scope !== 'intake' && scope !== 'metrics');
  if (!wide && key.unit === undefined) {
    throw new GatewayError({
      code: 'key_unbound',
      message: 'This key has scope unit but belongs to no unit.',
      retryable: false,
      status: 403,
      advice: 'Have the operator make a key bound to your unit.',
    });
  }
  return {
    ...(key.tenant === undefined ? {} : { tenant: key.tenant }),
    ...(key.unit === undefined ? {} : { unit: key.unit }),
  };
}

/** An admin's key sees the endpoints of its tenant and unit; a bound one those with the same bounds; others what they made. */
export function owns(key: ApiKey, endpoint: Endpoint): boolean {
  if (isAdmin(key)) {
    const tenant = key.tenant === undefined || key.tenant === endpoint.tenant;
    return tenant && (key.unit === undefined || key.unit === endpoint.unit);
  }
  if (key.tenant === undefined && key.unit === undefined) return endpoint.createdBy === key.id;
  return key.tenant === endpoint.tenant && key.unit === endpoint.unit;
}

/** The bounds of a new endpoint: those of the key, or what an unbound admin asks for. Throws `not_yours` (403). */
export function boundsFor(key: ApiKey, asked: Pick<Endpoint, 'tenant' | 'unit'>): Pick<Endpoint, 'tenant' | 'unit'> {
  const own = viewOf(key);
  const bounds: { tenant?: string; unit?: string } = {};
  for (const name of ['tenant', 'unit'] as const) {
    const mine = own[name];
    const wanted = asked[name];
    const foreign = wanted !== undefined && wanted !== mine && !(mine === undefined && isAdmin(key));
    if (foreign) {
      throw new GatewayError({
        code: 'not_yours',
        message: `This key may not make an endpoint for another ${name}.`,
        retryable: false,
        status: 403,
        field: name,
        advice: `Leave ${name} out: an endpoint has the bounds of its key; an unbound admin key may set any.`,
      });
    }
    const value = wanted ?? mine;
    if (value !== undefined) bounds[name] = value;
  }
  return bounds;
}
