// Filters at endpoints, in the pull feed and in the stream: the same words, the same events.
import { afterEach, expect, it } from 'vitest';
import { ADMIN, desk } from '../desk.ts';
import { feedOver, ok, receiver, until } from '../house.ts';
import { LogFake } from '../log-fake.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function house() {
  const hook = await receiver(ok);
  const store = new LogFake();
  const feed = await feedOver(store);
  open.push(hook, feed);
  const tell = (subject: string, urgency: string) => {
    const entry = store.commit({ type: 'case.opened', subject, data: { urgency } });
    feed.nudge();
    return entry;
  };
  return { hook, store, tell, call: desk(feed, store), ids: () => hook.heard.map((one) => one.headers['webhook-id']) };
}
const URGENT = { sql: "data.urgency = 'high'" };

it('an endpoint with a filter is sent what fits, and is told at once what would have fitted', async () => {
  const { hook, tell, call, ids } = await house();
  tell('A', 'low');
  const before = tell('B', 'high');
  const made = await call(ADMIN, 'POST', '/v1/endpoints', { url: hook.url, types: ['case.*'], filter: URGENT });
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({ filter: URGENT, preview: { looked: 2, matched: 1, examples: [before.id] } });
  tell('C', 'low');
  const after = tell('D', 'high');
  await until(() => hook.heard.length === 1);
  const path = `/v1/endpoints/${made.json.id}`;
  const changed = await call(ADMIN, 'PATCH', path, { filter: { not: URGENT } });
  expect(changed.json).toMatchObject({ filter: { not: URGENT }, preview: { matched: 2 } });
  const low = tell('E', 'low');
  await until(() => hook.heard.length === 2);
  expect(ids()).toEqual([after.id, low.id]);
  expect((await call(ADMIN, 'PATCH', path, { filter: null })).json).not.toHaveProperty('filter');
});

it('a bad filter makes no endpoint and changes none', async () => {
  const { hook, store, call } = await house();
  const bad = { any: [URGENT, { sql: 'data.urgency = ' }] };
  const refused = await call(ADMIN, 'POST', '/v1/endpoints', { url: hook.url, filter: bad });
  expect(refused).toMatchObject({ status: 422, json: { code: 'filter_syntax', field: 'filter/any/1/sql' } });
  expect([store.kept.size, store.audits.length]).toEqual([0, 0]);
  const made = await call(ADMIN, 'POST', '/v1/endpoints', { url: hook.url, filter: URGENT });
  const path = `/v1/endpoints/${made.json.id}`;
  expect((await call(ADMIN, 'PATCH', path, { filter: bad, description: 'x' })).status).toBe(422);
  expect((await call(ADMIN, 'GET', path)).json).toEqual(expect.objectContaining({ filter: URGENT }));
  expect((await call(ADMIN, 'GET', path)).json).not.toHaveProperty('description');
});

it('pull and stream take the same filter', async () => {
  const { tell, call } = await house();
  tell('A', 'low');
  const urgent = tell('B', 'high');
  const query = `after=earliest&filter=${encodeURIComponent(URGENT.sql)}`;
  const pulled = await call(ADMIN, 'GET', `/v1/events?${query}`);
  expect(pulled.json.data?.map((event) => event.id)).toEqual([urgent.id]);
  const json = encodeURIComponent(JSON.stringify(URGENT));
  const again = await call(ADMIN, 'GET', `/v1/events?after=earliest&filter=${json}`);
  expect(again.json.data).toEqual(pulled.json.data);
  const { stream } = await call(ADMIN, 'GET', `/v1/events/stream?${query}`);
  for await (const piece of stream ?? []) {
    if (!piece.includes('data:')) continue;
    expect(piece.match(/data: /g)).toHaveLength(1);
    expect(piece).toContain(urgent.id);
    break;
  }
  const refused = await call(ADMIN, 'GET', '/v1/events?filter=nonsense%20%3D');
  expect(refused).toMatchObject({ status: 422, json: { code: 'filter_attribute' } });
});
