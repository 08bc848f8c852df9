import { beforeEach, describe, expect, test } from 'vitest';
import { ADMIN_TOKEN, CODE, NO, NO_2, one, openHouse, type TestHouse, tokenOf } from './house.ts';

let house: TestHouse;
const UNIT = tokenOf('unit');
const PARK = tokenOf('unit', '_park');
const send = (token: string, body: object, key?: string, no = NO) =>
  house.call('POST', `/v1/cases/${no}/reports`, {
    token,
    body,
    ...(key ? { headers: { 'idempotency-key': key } } : {}),
  });

beforeEach(async () => {
  house = await openHouse();
  house.store.put(one(), one({ no: NO_2, secret: true }));
});

test('a case goes its way: signed, contacted, answered, resolved, closed; the citizen reads the answer and the steps', async () => {
  await send(UNIT, { type: 'signed' });
  await send(UNIT, { type: 'contacted', method: 'phone' });
  await send(UNIT, { type: 'answered', public: '坑已补好。', internal: '第二次返工' });
  const done = await send(UNIT, { type: 'resolved', resolved: true, factual: true });
  expect(done).toMatchObject({ status: 200, json: { status: 'done', handling: { resolved: true, factual: true } } });
  const closed = await house.call('POST', `/v1/cases/${NO}/close`, {
    token: tokenOf('operator'),
    body: { reason: '已回访，满意' },
  });
  expect(closed).toMatchObject({ status: 200, json: { status: 'closed' } });
  expect(house.store.events.map((e) => e.type)).toEqual([
    'case.signed',
    'case.contacted',
    'case.answered',
    'case.resolved',
    'case.closed',
  ]);
  const seen = await house.call('POST', '/v1/lookup', { body: { caseNo: NO, queryCode: CODE } });
  expect(seen.json.replies).toMatchObject([{ text: '坑已补好。', from: '市政处' }]);
  expect(seen.text).not.toContain('返工');
  const steps = seen.json.timeline.map((t: { step: string }) => t.step);
  expect(steps).toEqual(['received', 'signed', 'contacted', 'answered', 'resolved', 'closed']);
});

describe('with an Idempotency-Key', () => {
  test('the same report is one event and the same answer; another under that key is refused', async () => {
    const first = await send(UNIT, { type: 'signed' }, 'k1');
    const second = await send(UNIT, { type: 'signed' }, 'k1');
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.json).toEqual(first.json);
    expect(house.store.events).toHaveLength(1);
    expect(await send(UNIT, { type: 'contacted' }, 'k1')).toMatchObject({
      status: 422,
      json: { code: 'idempotency_key_reused' },
    });
    expect(house.store.events).toHaveLength(1);
  });
  test('a repeat is done also when the case has gone to another unit meanwhile; another report of it is not', async () => {
    expect((await send(UNIT, { type: 'returned', reason: '不归我们管' }, 'k1')).status).toBe(200);
    await house.call('POST', `/v1/cases/${NO}/assign`, { token: ADMIN_TOKEN, body: { unit: 'u-park', reason: 'x' } });
    expect(await send(UNIT, { type: 'returned', reason: '不归我们管' }, 'k1')).toMatchObject({ status: 204, text: '' });
    expect((await send(UNIT, { type: 'signed' }, 'k1')).json.code).toBe('idempotency_key_reused');
    expect((await send(UNIT, { type: 'signed' }, 'k2')).json.code).toBe('not_held');
    expect((await send(PARK, { type: 'signed' }, 'k1')).status, 'the words of another client').toBe(200);
  });
  test('without one the second is a conflict', async () => {
    await send(UNIT, { type: 'signed' });
    expect(await send(UNIT, { type: 'signed' })).toMatchObject({ status: 409, json: { code: 'wrong_state' } });
  });
});

test('a unit that does not hold the case hears so; of secret ones and of complaints about itself it hears nothing', async () => {
  expect(await send(PARK, { type: 'signed' })).toMatchObject({ status: 409, json: { code: 'not_held' } });
  expect((await send(PARK, { type: 'signed' }, undefined, NO_2)).status).toBe(404);
  house.store.put(one({ barred: ['u-park'] }));
  expect((await send(PARK, { type: 'signed' })).status).toBe(404);
  expect((await send(UNIT, { type: 'signed' }, undefined, '00000000000000')).status).toBe(404);
  expect((await send(tokenOf('integrator'), { type: 'signed' })).status).toBe(403);
  expect(house.store.events).toEqual([]);
});

test('the desk reports on behalf of a unit, and the trail says whose key it was', async () => {
  expect((await send(ADMIN_TOKEN, { type: 'signed', unit: 'u-park' })).json.code).toBe('not_held');
  expect((await send(tokenOf('operator'), { type: 'signed' })).status).toBe(200);
  expect(house.store.trail[0]).toMatchObject({ actor: 'key_operator', detail: { unit: 'u-road', onBehalf: true } });
});

test.each([
  ['no type', {}, 'type'],
  ['a type nobody knows', { type: 'sung' }, 'type'],
  ['an answer without words', { type: 'answered' }, 'public'],
  ['a result that is no truth', { type: 'resolved', resolved: 'yes' }, 'resolved'],
  ['a field of another type', { type: 'signed', reason: 'x' }, 'reason'],
  ['an answer of blanks', { type: 'answered', public: ' \u3000\n' }, 'public'],
  ['an answer nobody can see', { type: 'answered', public: '\u200b' }, 'public'],
  ['a blank reason', { type: 'returned', reason: ' ' }, 'reason'],
  ['a blank question', { type: 'contacted', needs: ' ' }, 'needs'],
  ['a ground nobody knows', { type: 'returned', reason: 'x', ground: 'tired' }, 'ground'],
])('a report with %s is refused with the field named', async (_what, body, field) => {
  expect(await send(UNIT, body)).toMatchObject({ status: 422, json: { field } });
  expect(house.store.events).toEqual([]);
});

test('the document shows every type with its fields and an example', async () => {
  const document = await house.call('GET', '/openapi.json');
  const schema = document.json.paths['/v1/cases/{no}/reports'].post.requestBody.content['application/json'].schema;
  expect(schema.discriminator).toEqual({ propertyName: 'type' });
  expect(schema.anyOf.map((s: { properties: { type: { const: string } } }) => s.properties.type.const)).toEqual([
    ...['signed', 'returned', 'extension', 'contacted', 'progressed', 'answered', 'resolved'],
  ]);
  for (const one of schema.anyOf) expect(one.examples).toHaveLength(1);
});
