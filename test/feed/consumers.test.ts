// Consumers when several things happen to one at once: its place never goes back, and what is deleted stays deleted.
import { afterEach, expect, it } from 'vitest';
import { Consumers } from '../../src/feed/consumers.ts';
import { encodeCursor } from '../../src/feed/cursor.ts';
import { ADMIN, desk, key } from './desk.ts';
import { feedOver, ok, receiver } from './house.ts';
import { LogFake } from './log-fake.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
async function house() {
  const store = new LogFake();
  for (let n = 0; n < 9; n++) store.commit({ type: n % 2 ? 'case.signed' : 'case.opened', subject: `c${n}` });
  const feed = await feedOver(store);
  open.push(feed);
  const call = desk(feed, store);
  const put = (body: object = { from: 'earliest' }, name = 'a', as = ADMIN) =>
    call(as, 'PUT', `/v1/consumers/${name}`, body);
  const commit = (seq: number) =>
    call(ADMIN, 'POST', '/v1/consumers/a/commit', { cursor: encodeCursor(store.epoch, seq) });
  const get = async () => (await call(ADMIN, 'GET', '/v1/consumers/a')).json;
  return { store, feed, call, put, commit, get };
}

it('of two commits in one breath the later place holds, and the earlier is told', async () => {
  const { put, commit, get } = await house();
  await put();
  const [far, near] = await Promise.all([commit(8), commit(4)]);
  expect([far?.status, near?.json.code]).toEqual([200, 'commit_behind']);
  expect(await get()).toMatchObject({ lag: 1 });
});

it('a change of types takes no commit back that runs beside it', async () => {
  const { put, commit, get } = await house();
  await put();
  await Promise.all([commit(8), put({ types: ['case.signed'] })]);
  expect(await get()).toMatchObject({ lag: 1, types: ['case.signed'] });
});

it('a commit or seek does not bring a deleted one back', async () => {
  const { store, feed } = await house();
  const consumers = new Consumers(store, () => feed.clock.now());
  const one = await consumers.put({ name: 'a', owner: 'admin', position: 0, createdAt: 'x' });
  const said = await Promise.allSettled([
    consumers.remove(one),
    consumers.commit(one, 3, undefined),
    consumers.seek(one, 3),
  ]);
  expect(said.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(consumers.find('admin', 'a')).toBeUndefined();
});

it('a cursor of a consumer or an endpoint that chooses is none for those who choose otherwise', async () => {
  const { call, put } = await house();
  const made = await put({ from: 'earliest', types: ['case.signed'], filter: { exact: { subject: 'c1' } } });
  expect(made.json).toMatchObject({ filter: { exact: { subject: 'c1' } } });
  const page = await call(ADMIN, 'GET', '/v1/consumers/a/events');
  const hook = await receiver(ok);
  open.push(hook);
  const endpoint = await call(ADMIN, 'POST', '/v1/endpoints', { url: hook.url, types: ['case.signed'] });
  for (const cursor of [page.json.next_cursor, made.json.cursor, endpoint.json.cursor ?? 'none'])
    expect(await call(ADMIN, 'GET', `/v1/events?after=${cursor}`)).toMatchObject({
      status: 409,
      json: { code: 'cursor_choice' },
    });
  expect((await call(ADMIN, 'POST', '/v1/consumers/a/commit', { cursor: page.json.next_cursor })).status).toBe(200);
  expect((await call(ADMIN, 'POST', '/v1/consumers/a/seek', { to: made.json.cursor })).status).toBe(200);
});

it('a key makes a hundred of them at most', async () => {
  const { put } = await house();
  const as = key(['integrator']);
  for (let n = 0; n < 100; n++) expect((await put({}, `r${n}`, as)).status).toBe(201);
  expect(await put({}, 'one-more', as)).toMatchObject({ status: 409, json: { code: 'too_many_consumers' } });
  expect((await put({}, 'r7', as)).status).toBe(200);
  expect((await put({}, 'one-more')).status).toBe(201);
});
