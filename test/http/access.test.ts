import { describe, expect, test } from 'vitest';
import { type ApiKey, SCOPES } from '../../src/core/access.ts';
import type { Route } from '../../src/core/route.ts';
import { hashToken } from '../../src/http/keyring.ts';
import { ADMIN_TOKEN, type Answer, CODE, NO, NO_2, one, openHouse, tokenOf } from './house.ts';

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

describe('scopes add up', async () => {
  const h = await openHouse();
  h.store.put(one(), one({ no: NO_2, unit: { code: 'u-park', name: '园林局' } }));
  const message = { id: 'msg_1', direction: 'in', text: '路上有坑', parts: [], sender: { keys: [] } };
  h.store.said.set(NO, [message as never]);
  const keyWith = (bounds: object, scopes: ApiKey['scopes']): string => {
    const token = `ck_${scopes.join('_')}_${JSON.stringify(bounds)}`;
    h.store.held.push({ id: `key_${token}`, name: 'x', hash: hashToken(token), scopes, createdAt: '', ...bounds });
    return token;
  };
  const asked = (route: Route, token: string): Promise<Answer> =>
    h.call(route.method, urlOf(route), { token, ...(route.body === 'json' ? { body: {} } : {}) });
  const opened = ({ status }: Answer) => ![401, 403, 404].includes(status);
  const pairs = SCOPES.flatMap((a, at) => SCOPES.slice(at + 1).map((b) => [a, b] as const));
  /** What everybody is shown alike, or of whom something else is counted with each request. */
  const ofCases = (route: Route) => /^\/v1\/(?:cases|matters)/.test(route.path) && route.method === 'GET';

  describe.each([[{}], [{ unit: 'u-road' }], [{ tenant: '330200' }]])('within the bounds %j', (bounds) => {
    test.each(pairs)('%s and %s do what each does alone, and no more', async (a, b) => {
      const [first, second, both] = [keyWith(bounds, [a]), keyWith(bounds, [b]), keyWith(bounds, [a, b])];
      for (const route of closed) {
        const alone = [await asked(route, first), await asked(route, second)];
        const together = await asked(route, both);
        const what = `${route.method} ${route.path}`;
        expect(opened(together), what).toBe(alone.some(opened));
        if (!ofCases(route) || !opened(together)) continue;
        const texts = alone.filter(opened).map(({ text }) => text);
        expect(together.text.length, what).toBe(Math.max(...texts.map((text) => text.length)));
        expect(texts, what).toContain(together.text);
      }
    });
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
    ['an unknown tenant', { name: 'x', scopes: ['operator'], tenant: '999999' }, 'tenant'],
    ['an unknown field', { name: 'x', scopes: ['admin'], colour: 'red' }, 'colour'],
  ])('a key with %s is refused with the field named', async (_what, body, field) => {
    const answer = await house.call('POST', '/v1/keys', { token: ADMIN_TOKEN, body });
    expect(answer.status).toBe(422);
    expect(answer.json.field).toBe(field);
  });

  describe('bound to a tenant or a unit', () => {
    const bound = async () => {
      const h = await openHouse();
      const make = async (token: string, body: object) =>
        h.call('POST', '/v1/keys', { token, body: { name: 'x', scopes: ['admin'], ...body } });
      const district = String((await make(ADMIN_TOKEN, { tenant: '330203' })).json.token);
      const road = String((await make(ADMIN_TOKEN, { tenant: '330203', unit: 'u-road' })).json.token);
      return { h, make, district, road };
    };

    test('an admin makes keys with the same bounds only', async () => {
      const { h, make, district, road } = await bound();
      expect((await make(district, {})).json).toMatchObject({ tenant: '330203' });
      expect((await make(road, {})).json).toMatchObject({ tenant: '330203', unit: 'u-road' });
      expect((await make(district, { unit: 'u-park' })).json).toMatchObject({ tenant: '330203', unit: 'u-park' });
      const held = h.store.held.length;
      expect(await make(district, { tenant: '330200' })).toMatchObject({
        status: 403,
        json: { code: 'not_yours', field: 'tenant' },
      });
      expect(await make(road, { unit: 'u-park' })).toMatchObject({
        status: 403,
        json: { code: 'not_yours', field: 'unit' },
      });
      expect(h.store.held).toHaveLength(held);
    });

    test('an admin sees and revokes keys within its bounds only', async () => {
      const { h, district, road } = await bound();
      const seen = async (token: string) =>
        (await h.call('GET', '/v1/keys', { token })).json.data.map((key: ApiKey) => [key.tenant, key.unit]);
      expect(await seen(district)).toEqual([
        ['330203', undefined],
        ['330203', 'u-road'],
      ]);
      expect(await seen(road)).toEqual([['330203', 'u-road']]);
      expect((await h.call('DELETE', '/v1/keys/key_operator', { token: district })).status).toBe(404);
      expect(h.store.held.find((key) => key.id === 'key_operator')).not.toHaveProperty('revokedAt');
      const own = h.store.held.find((key) => key.hash === hashToken(road))?.id;
      expect((await h.call('DELETE', `/v1/keys/${own}`, { token: district })).status).toBe(204);
    });

    test('an admin reads neither the trail nor the quarantine, which are of the whole house', async () => {
      const { h, district, road } = await bound();
      for (const token of [district, road])
        for (const path of ['/v1/audit', '/v1/quarantine'])
          expect(await h.call('GET', path, { token })).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    });
  });
});
