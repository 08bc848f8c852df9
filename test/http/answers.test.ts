// The document keeps its word: what the API answers is what /openapi.json says, with no field more.
import { Compile } from 'typebox/schema';
import { describe, expect, test } from 'vitest';
import type { Case } from '../../src/core/case.ts';
import type { Route } from '../../src/core/route.ts';
import { ADMIN_TOKEN, CODE, NO, NO_2, one, openHouse, type TestHouse, tokenOf } from './house.ts';

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
  ['GET', '/v1/units'],
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
