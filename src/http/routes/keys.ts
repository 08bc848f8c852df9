// /v1/keys: keys with scopes, made by an admin. The token is shown once and kept as a hash only.
import Type, { type Static } from 'typebox';
import { type ApiKey, SCOPES } from '../../core/access.ts';
import type { GatewayError } from '../../core/errors.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import type { Settings } from '../../settings.ts';
import { CreatedKey, KeyAnswer } from '../answers.ts';
import type { ApiDeps } from '../deps.ts';
import { hashToken } from '../keyring.ts';
import { refusal } from '../problem.ts';
import { isBound, keyOf, within } from '../rights.ts';
import { listAnswer, listOf } from './lists.ts';
import { bodyOf, timeOf } from './shapes.ts';

const KeyBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    scopes: Type.Array(Type.Enum([...SCOPES]), { minItems: 1, maxItems: 6, uniqueItems: true }),
    unit: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  },
  { additionalProperties: false },
);
const TOKEN_BYTES = 32;

export function keyRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/keys',
      access: ['admin'],
      body: 'json',
      summary: 'Make a key; its token is in this answer and nowhere else',
      tags: ['keys'],
      schema: { body: KeyBody, answers: { 201: CreatedKey } },
      handle: (request) => create(request, deps),
    },
    {
      method: 'GET',
      path: '/v1/keys',
      access: ['admin'],
      summary: 'Keys, without their hashes; revoked ones too',
      tags: ['keys'],
      schema: { answers: { 200: listOf(KeyAnswer) } },
      handle: async (request) => {
        const bounds = keyOf(request);
        const keys = (await deps.store.keys()).filter((key) => within(bounds, key)).map(shown);
        return listAnswer(keys, keys.length, () => null);
      },
    },
    {
      method: 'DELETE',
      path: '/v1/keys/:id',
      access: ['admin'],
      summary: 'Revoke a key; it opens nothing from now on',
      tags: ['keys'],
      schema: { params: Type.Object({ id: Type.String({ maxLength: 40 }) }) },
      handle: (request) => revoke(request, deps),
    },
  ];
}

export function mintToken(random: (n: number) => Uint8Array): string {
  return `ck_${Buffer.from(random(TOKEN_BYTES)).toString('base64url')}`;
}

/** Nothing would ever be of it, and a key that sees nothing looks like a gateway without cases. */
export function unknownTenant(
  tenant: string | undefined,
  { city, accounts }: Pick<Settings, 'city' | 'accounts'>,
): GatewayError | undefined {
  const known = new Set([city.tenant, ...Object.values(accounts).flatMap((a) => (a.tenant ? [a.tenant] : []))]);
  if (tenant === undefined || known.has(tenant)) return undefined;
  return refusal(422, 'unknown_tenant', `no account and no city is of tenant ${tenant}`, {
    field: 'tenant',
    advice: `Known are ${[...known].join(', ')}; others come with an account in channels.yaml that names them.`,
  });
}

async function create(request: RouteRequest, deps: ApiDeps) {
  const input = inBounds(keyOf(request), bodyOf(KeyBody, request.body));
  if (input.scopes.includes('unit') && input.unit === undefined)
    throw refusal(422, 'missing_field', 'a key with scope unit names its unit', { field: 'unit' });
  if (input.unit !== undefined && !deps.settings.city.units.some((u) => u.code === input.unit))
    throw refusal(422, 'unknown_unit', `there is no unit ${input.unit}`, {
      field: 'unit',
      advice: 'GET /v1/units lists them.',
    });
  const unknown = unknownTenant(input.tenant, deps.settings);
  if (unknown) throw unknown;
  const token = mintToken(deps.random);
  const key: ApiKey = { id: `key_${deps.mint.ulid()}`, ...input, hash: hashToken(token), createdAt: timeOf(deps) };
  await deps.store.putKey(key);
  deps.keyring.forget();
  const { name, scopes } = key;
  await note('key.create', key.id, { name, scopes }, request, deps);
  return { status: 201, body: { ...shown(key), token } };
}

/** Who is bound makes keys with the same bounds only, whether they are asked for or left out. */
function inBounds(maker: ApiKey, asked: Static<typeof KeyBody>): Static<typeof KeyBody> {
  const input = {
    ...asked,
    ...(asked.tenant === undefined && maker.tenant !== undefined ? { tenant: maker.tenant } : {}),
    ...(asked.unit === undefined && maker.unit !== undefined ? { unit: maker.unit } : {}),
  };
  if (within(maker, input)) return input;
  const field = maker.tenant !== undefined && maker.tenant !== input.tenant ? 'tenant' : 'unit';
  throw refusal(403, 'not_yours', `this key may not make a key for another ${field}`, { field });
}

async function revoke(request: RouteRequest, deps: ApiDeps) {
  const keys = await deps.store.keys();
  const key = keys.find((k) => k.id === request.params.id && within(keyOf(request), k));
  if (!key) throw refusal(404, 'not_found', 'there is no such key', { field: 'id' });
  if (key.revokedAt === undefined) {
    refuseLast(key, keys, deps);
    await deps.store.putKey({ ...key, revokedAt: timeOf(deps) });
    deps.keyring.forget();
    await note('key.revoke', key.id, {}, request, deps);
  }
  return { status: 204 };
}

/** Nobody locks the whole city hall out by one slip of the hand. A bound admin could not let it in again. */
function refuseLast(key: ApiKey, keys: readonly ApiKey[], deps: ApiDeps): void {
  const isAdmin = (k: ApiKey) => k.scopes.includes('admin') && !isBound(k) && k.revokedAt === undefined;
  if (!isAdmin(key) || deps.settings.secrets.adminKey || keys.some((k) => k.id !== key.id && isAdmin(k))) return;
  throw refusal(409, 'last_admin_key', 'this is the last key with scope admin', { advice: 'Make another one first.' });
}

function shown({ hash: _hash, ...key }: ApiKey) {
  return key;
}

async function note(
  action: string,
  subject: string,
  detail: Record<string, unknown>,
  request: RouteRequest,
  deps: ApiDeps,
) {
  await deps.store.audit({ at: timeOf(deps), actor: keyOf(request).id, action, subject, detail });
}
