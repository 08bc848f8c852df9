// The document keeps its word: what the API answers is what /openapi.json says, with no field more.
import { Compile } from 'typebox/schema';
import { describe, expect, test } from 'vitest';
import type { Case } from '../../src/core/case.ts';
import type { Route } from '../../src/core/route.ts';
import { ADMIN_TOKEN, CODE, message, NO, NO_2, one, openHouse, START, type TestHouse, tokenOf } from './house.ts';

/** Without leave for fields nobody declared, so that a view cannot grow past its schema unseen. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return 'properties' in inner ? { ...inner, additionalProperties: false } : inner;
}

const matter: NonNullable<Case['matter']> = {
  id: 'mat_B',
  role: 'first',
  score: 1,
  rule: 'first',
  evidence: [],
  by: 'system',
  at: '',
};
const full: Partial<Case> = {
  division: '330205',
  dueAt: '2026-11-29T09:00:00.000+08:00',
  externalId: 'order-1',
  coUnits: [{ code: 'u-park', name: '园林局' }],
  barred: ['u-park'],
  flags: ['urged'],
  answer: { text: '已修好', source: 'x', validUntil: '2027-01-01' },
  divert: { to: '119', reason: 'x', advice: 'y' },
  proposals: [
    { id: 'pro_1', type: 'category', reason: 'x', value: { code: '0101' }, at: '' },
    {
      ...{ id: 'pro_2', type: 'review', reason: 'x', value: {}, at: '' },
      decided: { accept: true, by: 'key_1', at: '', reason: 'x' },
    },
  ],
  said: {
    title: '路坏了',
    text: '坑',
    name: '王小明',
    phone: '13800008000',
    email: 'a@example.org',
    address: '人民路1号',
    occurredAt: '昨天',
    place: { text: '人民路', normalised: '人民路', division: '330205', confidence: 1 },
  },
};

async function furnished(): Promise<TestHouse> {
  const house = await openHouse();
  house.store.put(one(full), one({ ...full, no: NO_2, secret: true, matter }));
  const heard = { title: '路坏了', occurredAt: '昨天', address: '人民路1号' };
  for (const no of [NO, NO_2]) house.store.said.set(no, [message(heard)]);
  const receivedAt = new Date(START).toISOString();
  house.store.kept.push({ id: 'qua_1', account: 'web', receivedAt, error: 'TypeError', message: message(heard) });
  house.store.trail.push({
    ...{ at: receivedAt, actor: 'key_1', action: 'case.assign', subject: NO },
    ...{ reason: 'x', detail: { unit: 'u-road' } },
  });
  return house;
}

type Call = readonly [method: Route['method'], path: string, body?: object];
const reason = 'x';
const CALLS: readonly Call[] = [
  ['GET', '/v1/cases'],
  ['GET', `/v1/cases/${NO}`],
  ['GET', `/v1/cases/${NO_2}`],
  ['POST', `/v1/cases/${NO}/reveal`, { reason }],
  ['POST', `/v1/cases/${NO}/assign`, { unit: 'u-road', coUnits: ['u-road'], reason }],
  ['POST', `/v1/cases/${NO}/correct`, { place: '人民路2号', reason }],
  ['POST', `/v1/cases/${NO}/decide`, { proposal: 'pro_1', accept: true, reason }],
  ['GET', '/v1/matters/mat_A'],
  ['POST', '/v1/matters/mat_A/join', { caseNo: NO_2, reason }],
  ['GET', `/v1/cases/${NO}/messages`],
  ['GET', `/v1/cases/${NO_2}/messages`],
  ['GET', `/v1/cases/${NO}/attachments`],
  ['GET', `/v1/cases/${NO_2}/attachments`],
  ['GET', '/v1/audit'],
  ['GET', '/v1/quarantine'],
  ['POST', '/v1/quarantine/qua_1/reveal', { reason }],
  ['POST', '/v1/quarantine/qua_1/retry', { reason }],
  ['POST', '/v1/matters/mat_A/merge', { from: 'mat_B', reason }],
  ['GET', '/v1/units'],
  ['GET', '/v1/schemas'],
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/v1/keys'],
  ['POST', '/v1/keys', { name: 'x', scopes: ['unit'], unit: 'u-road', tenant: '330200' }],
  ['POST', '/v1/lookup', { caseNo: NO, queryCode: CODE }],
];

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);

describe.each(CALLS.map((call) => [`${call[0]} ${call[1]}`, call] as const))('%s', (_name, [method, url, body]) => {
  test('answers as the document says, whoever asks', async () => {
    const house = await furnished();
    const { paths } = (await house.call('GET', '/openapi.json')).json;
    const path = Object.keys(paths).find((one) => patternOf(one).test(url)) ?? '';
    let told = 0;
    for (const token of [ADMIN_TOKEN, tokenOf('unit'), tokenOf('integrator')]) {
      const { status, json } = await (await furnished()).call(method, url, { token, ...(body ? { body } : {}) });
      if (status >= 400) continue;
      told += 1;
      const schema = closed(paths[path][method.toLowerCase()].responses[status].content['application/json'].schema);
      const [, errors] = Compile(schema as object).Errors(json);
      expect(errors).toEqual([]);
    }
    expect(told).toBeGreaterThan(0);
  });
});

test('no route of the API answers with JSON the document does not describe', async () => {
  const { paths } = (await (await openHouse()).call('GET', '/openapi.json')).json;
  const plain = Object.entries<Record<string, { responses: object }>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { responses }]) => Object.values(responses).every((r) => !r.content?.['application/json']))
      .map(([method]) => `${method} ${path}`),
  );
  // Files, texts, documents that describe themselves, and what answers with nothing.
  expect(plain.sort()).toEqual([
    'delete /v1/keys/{id}',
    'get /metrics',
    'get /openapi.json',
    'get /v1/cases/{no}/attachments/{hash}',
    'get /v1/quarantine/{id}/attachments/{hash}',
    'get /v1/schemas/{name}',
  ]);
});

test('what a handler reads by itself is in the document, and the front does not ask it', async () => {
  const reads = { type: 'object', required: ['content'], properties: { content: { type: 'string' } } };
  const route: Route = {
    ...{ method: 'POST', path: '/in/test', access: 'public', body: 'json', schema: { reads } },
    handle: () => ({ status: 201 }),
  };
  const house = await openHouse({ routes: [route] });
  const { paths } = (await house.call('GET', '/openapi.json')).json;
  expect(paths['/in/test'].post.requestBody.content['application/json'].schema).toEqual(reads);
  expect((await house.call('POST', '/in/test', { body: {} })).status).toBe(201);
});

test.each([
  ...['/v1/cases?channel=phone', '/v1/audit?actor=x', '/v1/keys?scope=admin', '/v1/schemas?x=1', '/v1/units?level=2'],
  ...['/v1/routing/returns?unit=x', '/v1/matters?unit=x'],
])('%s: a filter nobody knows is refused, not passed over', async (url) => {
  const { status, json } = await (await openHouse()).call('GET', url, { token: ADMIN_TOKEN });
  expect([status, json.code]).toEqual([422, 'unknown_field']);
});

test('a place on the board of matters that it holds no more is told, not taken for its end', async () => {
  const { status, json } = await (await openHouse()).call('GET', '/v1/matters?after=mat_Z', { token: ADMIN_TOKEN });
  expect([status, json.code, json.field]).toEqual([410, 'cursor_gone', 'after']);
});

test.each(['/v1/units?after=zz', '/v1/matters?after=zz'])('%s: a place no answer gave is refused', async (url) => {
  const { status, json } = await (await openHouse()).call('GET', url, { token: ADMIN_TOKEN });
  expect([status, json.code, json.field]).toEqual([422, 'invalid_field', 'after']);
});
