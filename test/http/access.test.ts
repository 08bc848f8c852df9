import { describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/core/access.ts';
import type { Route } from '../../src/core/route.ts';
import { ADMIN_TOKEN, CODE, NO, one, openHouse, tokenOf } from './house.ts';

const house = await openHouse();
house.store.put(one());

const urlOf = (route: Route): string =>
  route.path.replace(':no', NO).replace(':id', 'mat_A').replace(':name', 'case').replace('*', 'x');
const knock = (route: Route, token?: string) =>
  house.call(route.method, urlOf(route), {
    ...(token ? { token } : {}),
    ...(route.body === 'json' ? { body: {} } : {}),
  });

const closed = house.routes.filter((r): r is Route & { access: readonly string[] } => r.access !== 'public');

describe.each(closed.map((r) => [`${r.method} ${r.path}`, r] as const))('%s', (_name, route) => {
  test('stays shut without a key, with an unknown one and with another kind of credentials', async () => {
    expect((await knock(route)).status).toBe(401);
    expect((await knock(route, 'ck_nobody_has_this')).status).toBe(401);
    const basic = await house.call(route.method, urlOf(route), {
      headers: { authorization: 'Basic YWRtaW46YWRtaW4=' },
    });
    expect(basic.status).toBe(401);
    expect(basic.headers['www-authenticate']).toBe('Bearer');
  });

  test.each(SCOPES)('answers a key with scope %s as its scopes say', async (scope) => {
    const { status, json } = await knock(route, tokenOf(scope));
    const may = scope === 'admin' || (route.access as readonly string[]).includes(scope);
    if (!may) expect([status, json.code]).toEqual([403, 'forbidden']);
    else expect([401, 403, 500]).not.toContain(status);
  });

  test('opens for the admin key of the environment', async () => {
    expect([401, 403, 500]).not.toContain((await knock(route, ADMIN_TOKEN)).status);
  });
});

describe('public routes', () => {
  test('need no key, and do not mind the tokens of platforms', async () => {
    const body = { caseNo: NO, queryCode: CODE };
    expect((await house.call('POST', '/v1/lookup', { body })).status).toBe(200);
    expect((await house.call('POST', '/v1/lookup', { body, token: 'token-of-a-platform' })).status).toBe(200);
  });

  test('tell a dead key of ours that it is dead', async () => {
    expect((await house.call('GET', '/healthz', { token: 'ck_revoked_long_ago' })).status).toBe(401);
  });
});

describe('keys', () => {
  test('a made key opens what its scopes say, is shown once, and opens nothing from the moment it is revoked', async () => {
    const h = await openHouse();
    const made = await h.call('POST', '/v1/keys', {
      token: ADMIN_TOKEN,
      body: { name: '市政处', scopes: ['unit'], unit: 'u-road' },
    });
    expect(made.status).toBe(201);
    expect(made.json.token).toMatch(/^ck_[A-Za-z0-9_-]{43}$/);
    h.store.put(one());
    expect((await h.call('GET', `/v1/cases/${NO}`, { token: made.json.token })).status).toBe(200);
    const list = await h.call('GET', '/v1/keys', { token: ADMIN_TOKEN });
    expect(list.text).not.toContain(made.json.token);
    expect(list.text).not.toContain('hash');
    expect((await h.call('DELETE', `/v1/keys/${made.json.id}`, { token: ADMIN_TOKEN })).status).toBe(204);
    expect((await h.call('GET', `/v1/cases/${NO}`, { token: made.json.token })).status).toBe(401);
    expect(h.store.trail.map((e) => e.action)).toEqual(['key.revoke', 'key.create']);
    expect(JSON.stringify(h.store.held)).not.toContain(made.json.token);
  });

  test.each([
    ['no name', { scopes: ['unit'], unit: 'u-road' }, 'name'],
    ['no scope', { name: 'x', scopes: [] }, 'scopes'],
    ['an unknown scope', { name: 'x', scopes: ['king'] }, 'scopes/0'],
    ['a unit scope without unit', { name: 'x', scopes: ['unit'] }, 'unit'],
    ['an unknown unit', { name: 'x', scopes: ['unit'], unit: 'u-moon' }, 'unit'],
    ['an unknown field', { name: 'x', scopes: ['admin'], colour: 'red' }, 'colour'],
  ])('a key with %s is refused with the field named', async (_what, body, field) => {
    const answer = await house.call('POST', '/v1/keys', { token: ADMIN_TOKEN, body });
    expect(answer.status).toBe(422);
    expect(answer.json.field).toBe(field);
  });
});
