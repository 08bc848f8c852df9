// Cursors and what travels with an event: the choice they were given for, the events of one case, schema and trace.
import { afterEach, expect, it } from 'vitest';
import { ADMIN, desk, key } from './desk.ts';
import { feedOver, ok, receiver, settings, until } from './house.ts';
import { LogFake } from './log-fake.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const NO = '26112400382714';

async function house() {
  const store = new LogFake();
  const feed = await feedOver(store, { settings: settings() });
  open.push(feed);
  return { store, feed, call: desk(feed, store) };
}

it('a cursor goes on with the types and filter it was given for, or with anything when it was given for all', async () => {
  const { store, call } = await house();
  for (const type of ['case.opened', 'case.signed', 'case.opened'] as const) store.commit({ type, subject: NO });
  const page = async (query: string) => await call(ADMIN, 'GET', `/v1/events?limit=1&${query}`);
  const narrow = String((await page('after=earliest&types=case.signed')).json.next_cursor);
  expect(await page(`after=${narrow}&types=case.opened`)).toMatchObject({
    status: 409,
    json: { code: 'cursor_choice' },
  });
  expect(await page(`after=${narrow}`)).toMatchObject({ status: 409, json: { code: 'cursor_choice' } });
  expect((await page(`after=${narrow}&types=case.signed`)).status).toBe(200);
  const filter = encodeURIComponent("type = 'case.opened'");
  const chosen = String((await page(`after=earliest&filter=${filter}`)).json.next_cursor);
  expect((await page(`after=${chosen}&filter=${filter}`)).status).toBe(200);
  expect(await page(`after=${chosen}&filter=${encodeURIComponent("type = 'x'")}`)).toMatchObject({ status: 409 });
  const wide = String((await page('after=earliest')).json.next_cursor);
  expect((await page(`after=${wide}&types=case.signed`)).json.data).toHaveLength(1);
});

it('the events of one case are read alone, in order, by who may see them', async () => {
  const { store, call } = await house();
  const other = '26112400382722';
  for (const subject of [NO, other, NO, NO]) store.commit({ type: 'case.progressed', subject, unit: 'road' });
  store.commit({ type: 'case.closed', subject: NO, unit: 'road', barred: ['road'] });
  const read = async (as = ADMIN, query = '') => await call(as, 'GET', `/v1/cases/${NO}/events${query}`);
  const seqs = (said: Awaited<ReturnType<typeof read>>) => said.json.data?.map((one) => Number(one.sequence));
  expect(seqs(await read())).toEqual([1, 3, 4, 5]);
  const first = await read(ADMIN, '?limit=3');
  expect([seqs(first), first.json.has_more]).toEqual([[1, 3, 4], true]);
  expect(seqs(await read(ADMIN, `?after=${first.json.next_cursor}`))).toEqual([5]);
  expect(seqs(await read(key(['unit'], { unit: 'road' })))).toEqual([1, 3, 4]);
  expect(await read(key(['unit'], { unit: 'water' }))).toMatchObject({ status: 404, json: { code: 'case_unknown' } });
  expect(await call(ADMIN, 'GET', '/v1/cases/nonsense/events')).toMatchObject({ status: 404 });
});

it('the events of one case go on past a page of which nothing may be seen', async () => {
  const { store, call } = await house();
  // A store need not know who is barred.
  const read = store.readLog.bind(store);
  store.readLog = ({ unit: _unit, ...asked }) => read(asked);
  for (let n = 0; n < 5; n++)
    store.commit({ type: 'case.progressed', subject: NO, unit: 'road', ...(n < 3 ? { barred: ['road'] } : {}) });
  const seen: unknown[] = [];
  let after = 'earliest';
  for (let pages = 0; pages < 4; pages++) {
    const { json } = await call(
      key(['unit'], { unit: 'road' }),
      'GET',
      `/v1/cases/${NO}/events?limit=2&after=${after}`,
    );
    seen.push(...(json.data ?? []).map((one) => Number(one.sequence)));
    after = String(json.next_cursor);
    if (!json.has_more) break;
  }
  expect(seen).toEqual([4, 5]);
});

it('an event names its schema, and carries the trace of what brought it about to its receiver', async () => {
  const { store, feed, call } = await house();
  const hook = await receiver(ok);
  open.push(hook);
  await call(ADMIN, 'POST', '/v1/endpoints', { url: hook.url, types: ['case.*'] });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  store.commit({ type: 'case.opened', subject: NO, traceparent });
  store.commit({ type: 'case.signed', subject: NO });
  feed.nudge();
  await until(() => hook.heard.length === 2);
  expect(hook.heard.map(({ headers }) => headers.traceparent)).toEqual([traceparent, undefined]);
  const bodies = hook.heard.map(({ body }) => JSON.parse(body.toString()));
  expect(bodies[0]).toMatchObject({ traceparent, dataschema: 'urn:civicline:event:case.opened:1' });
  const { json } = await call(ADMIN, 'GET', '/v1/event-types');
  expect(json.data?.map(({ dataschema }) => dataschema)).toContain(bodies[0].dataschema);
});
