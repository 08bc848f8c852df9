import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { ensureAdminKey } from '../../src/http/api.ts';
import { ADMIN_TOKEN, FakeStore, NO, one, openHouse, START, tokenOf } from './house.ts';

describe('readiness', () => {
  test('is given while store and disk are well', async () => {
    const house = await openHouse();
    expect(await house.call('GET', '/readyz')).toMatchObject({ status: 200, json: { status: 'ready' } });
    expect((await house.call('GET', '/healthz')).status).toBe(200);
  });

  test('is refused with the reasons when the store cannot commit or the disk is short, and comes back by itself', async () => {
    let free = 10;
    const house = await openHouse({ freeBytes: async () => free });
    house.store.broken = new GatewayError({ code: 'read_only', message: 'the disk is read-only', retryable: true });
    const bad = await house.call('GET', '/readyz');
    expect(bad).toMatchObject({ status: 503, json: { reasons: [{ code: 'read_only' }, { code: 'disk_low' }] } });
    expect(bad.headers['retry-after']).toBe('10');
    expect((await house.call('GET', '/healthz')).status).toBe(200);
    house.store.broken = undefined;
    free = 1_000_000;
    house.clock.now += 1_001;
    expect((await house.call('GET', '/readyz')).status).toBe(200);
  });
});

describe('metrics', () => {
  test('are for loopback and for keys with scope metrics, and hold no address, number or name', async () => {
    const house = await openHouse();
    house.store.put(one());
    await house.call('GET', `/v1/cases/${NO}`, { token: ADMIN_TOKEN });
    const { status, text } = await house.call('GET', '/metrics');
    expect(status).toBe(200);
    expect(text).toContain('civicline_cases_total 1');
    expect(text).toMatch(
      /civicline_http_request_seconds_count\{method="GET",route="\/v1\/cases\/:no",status="200"\} 1/,
    );
    expect(text).not.toContain(NO);
    expect((await house.call('GET', '/metrics', { from: '203.0.113.9' })).status).toBe(401);
    expect((await house.call('GET', '/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(401);
    expect((await house.call('GET', '/metrics', { from: '203.0.113.9', token: tokenOf('metrics') })).status).toBe(200);
    expect((await house.call('GET', '/metrics', { from: '203.0.113.9', token: tokenOf('unit') })).status).toBe(403);
  });
});

describe('the audit trail and the quarantine', () => {
  test('show who did what, and which messages wait, without a word of theirs', async () => {
    const house = await openHouse();
    house.store.kept.push({
      id: 'qua_1',
      account: 'web',
      receivedAt: '',
      error: 'cannot take 13800008000',
      message: { id: 'msg_1', channel: 'web', contentHash: 'sha256:0', text: '王小明的话' } as never,
    });
    const quarantine = await house.call('GET', '/v1/quarantine', { token: ADMIN_TOKEN });
    expect(quarantine.json.data).toMatchObject([{ id: 'qua_1', messageId: 'msg_1' }]);
    expect(quarantine.text).not.toMatch(/王小明|13800008000/);
    house.store.put(one());
    await house.call('POST', `/v1/cases/${NO}/assign`, { token: ADMIN_TOKEN, body: { unit: 'u-park', reason: 'r' } });
    const trail = await house.call('GET', `/v1/audit?subject=${NO}`, { token: ADMIN_TOKEN });
    expect(trail.json.data).toMatchObject([{ actor: 'key_environment', action: 'case.assign', reason: 'r' }]);
  });

  test('the trail is read to its end by pages, though lines are added meanwhile', async () => {
    const house = await openHouse();
    const note = (subject: string) => house.store.audit({ at: '', actor: 'cli', action: 'case.erase', subject });
    for (const subject of ['a', 'b', 'c', 'd', 'e']) await note(subject);
    const seen: string[] = [];
    for (let query = '?limit=2'; query !== ''; ) {
      const { json } = await house.call('GET', `/v1/audit${query}`, { token: ADMIN_TOKEN });
      seen.push(...json.data.map((line: { subject: string }) => line.subject));
      await note('later');
      expect(json.has_more).toBe(json.next_cursor !== null);
      query = json.has_more ? `?limit=2&after=${json.next_cursor}` : '';
    }
    expect(seen).toEqual(['e', 'd', 'c', 'b', 'a']);
  });
});

describe('the documents', () => {
  test('the schemas name themselves', async () => {
    const house = await openHouse();
    const list = await house.call('GET', '/v1/schemas/');
    expect(list.json.data.map((s: { name: string }) => s.name)).toEqual([
      'message',
      'case',
      'matter',
      'receipt',
      'event',
    ]);
    for (const { href } of list.json.data)
      expect((await house.call('GET', href)).json).toMatchObject({ $id: href, type: 'object' });
    expect((await house.call('GET', '/v1/schemas/constructor')).status).toBe(404);
  });

  test('the OpenAPI document names every route, every parameter and every answer once', async () => {
    const house = await openHouse();
    const { json } = await house.call('GET', '/openapi.json');
    expect(json.openapi).toMatch(/^3\.1\./);
    const ids: string[] = [];
    for (const [path, operations] of Object.entries<
      Record<
        string,
        { operationId: string; parameters: { name: string; in: string }[]; responses: object; security: object[] }
      >
    >(json.paths))
      for (const operation of Object.values(operations)) {
        ids.push(operation.operationId);
        const named = operation.parameters.filter((p) => p.in === 'path').map((p) => p.name);
        expect(named, path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]));
        expect(Object.keys(operation.responses).length).toBeGreaterThan(1);
      }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(house.routes.filter((r) => !r.hidden).length + 1);
    expect(json.paths['/v1/cases/{no}/assign'].post.requestBody.content['application/json'].schema.required).toContain(
      'unit',
    );
    for (const ref of JSON.stringify(json).matchAll(/"\$ref":"#\/([^"]+)"/g))
      expect(ref[1]?.split('/').reduce((at, part) => at?.[part], json)).toBeDefined();
  });

  test('the documentation page needs nothing from outside', async () => {
    const house = await openHouse();
    const page = await house.call('GET', '/docs');
    expect(page.status).toBe(200);
    expect(await house.call('GET', '/docs/')).toMatchObject({ status: 200, text: page.text });
    expect(page.text).not.toMatch(/https?:\/\//);
    for (const [, file] of page.text.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g))
      expect((await house.call('GET', file ?? '')).status, file).toBe(200);
    expect((await house.call('GET', '/docs/..%2fpackage.json')).status).toBe(404);
  });
});

describe('the first admin key', () => {
  const means = {
    random: (n: number) => new Uint8Array(n).fill(7),
    now: () => START,
    ulid: () => '01',
    utcOffsetMinutes: 480,
  };

  test('is made once and kept as a hash only', async () => {
    const store = new FakeStore();
    const { created } = await ensureAdminKey(store, undefined, means);
    expect(created).toMatch(/^ck_/);
    expect(JSON.stringify(store.held)).not.toContain(created);
    expect(store.held[0]?.createdAt).toBe('2026-11-24T10:00:00.000+08:00');
    expect(await ensureAdminKey(store, undefined, means)).toEqual({});
  });

  test('is not made when the environment brings one', async () => {
    const store = new FakeStore();
    expect(await ensureAdminKey(store, 'from-environment', means)).toEqual({});
    expect(store.held).toEqual([]);
  });
});
