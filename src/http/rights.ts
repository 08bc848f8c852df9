// Rights: which cases a key may see and act on. What it may not see does not exist for it.
import type { ApiKey } from '../core/access.ts';
import type { Case } from '../core/case.ts';
import { parseCaseNo } from '../core/case-no.ts';
import type { RouteRequest } from '../core/route.ts';
import type { ApiDeps } from './deps.ts';
import { refusal } from './problem.ts';

/** How much of a case a key is shown: a `desk` decides, a `unit` works on its own, an `integrator` reads thin facts. */
export type Standing = 'desk' | 'unit' | 'integrator';

export function keyOf(request: RouteRequest): ApiKey {
  if (request.key) return request.key;
  throw refusal(401, 'unauthorized', 'this needs a key');
}

/** Scopes add up: one more never takes away what the others give, and one that is not about cases gives no words. */
export function standingOf({ scopes, unit }: ApiKey): Standing {
  const desk = scopes.some((scope) => scope === 'admin' || scope === 'operator');
  if (desk) return unit === undefined ? 'desk' : 'unit';
  // Scope unit without a unit gives nothing, so it must not hide what integrators are shown.
  if (scopes.includes('integrator') && !(scopes.includes('unit') && unit !== undefined)) return 'integrator';
  return 'unit';
}

/** Bound to a tenant or a unit: what is not kept by tenant and unit is not for it. */
export const isBound = (key: ApiKey): boolean => key.tenant !== undefined || key.unit !== undefined;

/** Throws 403 for a bound key: trail and quarantine are of the whole house. */
export function refuseBound(key: ApiKey): void {
  if (isBound(key)) throw refusal(403, 'forbidden', 'a key bound to a tenant or a unit may not see this');
}

/** Is one key inside the bounds of another? */
export function within(bounds: ApiKey, key: Pick<ApiKey, 'tenant' | 'unit'>): boolean {
  const tenant = bounds.tenant === undefined || bounds.tenant === key.tenant;
  return tenant && (bounds.unit === undefined || bounds.unit === key.unit);
}

/** A key with scope unit alone that is bound to no unit would see everything: it sees nothing. */
export function maySee(key: ApiKey, c: Case): boolean {
  if (key.tenant !== undefined && key.tenant !== c.tenant) return false;
  if (key.unit === undefined) return standingOf(key) !== 'unit';
  const { unit } = key;
  if (c.barred.includes(unit)) return false;
  return c.unit?.code === unit || c.coUnits.some((u) => u.code === unit);
}

/**
 * The case of `:no`, as far as the key may know of it. Throws 404, the same for unknown, mistyped and foreign, and for who is
 * shown only facts while the route, not being one of `facts`, tells words.
 */
export async function caseFor(
  request: RouteRequest,
  deps: ApiDeps,
  options: { said?: boolean; facts?: boolean } = {},
): Promise<Case> {
  if (standingOf(keyOf(request)) === 'integrator' && !options.facts) throw noSuchCase();
  const no = parseCaseNo(request.params.no ?? '');
  const found = no === undefined ? undefined : await deps.store.findCase(no, options);
  if (found && maySee(keyOf(request), found)) return found;
  throw noSuchCase();
}

export const noSuchCase = () =>
  refusal(404, 'not_found', 'there is no such case', {
    field: 'no',
    advice: 'GET /v1/cases lists those this key may see.',
  });
