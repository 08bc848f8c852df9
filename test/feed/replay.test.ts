// Replays and consumers: the log once more, to an endpoint or by a named reader, without loss and without a doubled place.
import { describe, expect, it } from 'vitest';
import type { Answer, Outgoing } from '../../src/feed/send.ts';
import { ClockFake } from './clock-fake.ts';
import { ADMIN, desk, key } from './desk.ts';
import { endpoint, feedOver, settings } from './house.ts';
import { LogFake } from './log-fake.ts';

const answer = (status: number): Answer => ({ status, headers: {}, bytes: new Uint8Array(), truncated: false });

async function house(reply: (out: Outgoing) => number = () => 204) {
  const store = new LogFake();
  const clock = new ClockFake();
  await store.putEndpoint(endpoint());
  const sent: { seq: number; replay: string | undefined; body: string }[] = [];
  const open = async () =>
    await feedOver(store, {
      clock,
      settings: settings({ schedule: [0, 1] }),
      send: async (out) => {
        const seq = Number(out.headers['webhook-sequence']);
        sent.push({ seq, replay: out.headers['webhook-replay'], body: String(out.body) });
        return answer(reply(out));
      },
    });
  let feed = await open();
  const commit = async (...subjects: string[]) => {
    for (const subject of subjects) store.commit({ type: 'case.signed', subject });
    feed.nudge();
    await clock.advance(10_000);
  };
  return {
    ...{ store, clock, sent, commit },
    call: (...said: Parameters<ReturnType<typeof desk>>) => desk(feed, store)(...said),
    async restart() {
      const closed = feed.close();
      await clock.advance(3_000);
      await closed;
      feed = await open();
    },
  };
}
const REPLAY = '/v1/endpoints/ep_1/replay';

describe('a replay', () => {
  it('sends a stretch again with the same ids and bytes, in order per case, marked as a replay', async () => {
    const { clock, sent, commit, call } = await house();
    await commit('A', 'B', 'A', 'C', 'A');
    const first = sent.splice(0);
    const before = (await call(ADMIN, 'GET', '/v1/events?limit=4')).json.next_cursor;
    const counted = await call(ADMIN, 'POST', REPLAY, { before, states: ['delivered'], dryRun: true });
    expect(counted.json).toEqual({ endpoint: 'ep_1', matches: 4, complete: true });
    expect(sent).toEqual([]);
    const begun = await call(ADMIN, 'POST', REPLAY, { before, states: ['delivered'] });
    expect(begun).toMatchObject({ status: 202, json: { state: 'running', sent: 0 } });
    await clock.advance(10_000);
    const done = await call(ADMIN, 'GET', `/v1/endpoints/ep_1/replays/${begun.json.id}`);
    expect(done.json).toMatchObject({ state: 'done', sent: 4, progress: 1 });
    expect(sent.map(({ replay }) => replay)).toEqual(Array.from({ length: 4 }, () => begun.json.id));
    expect(sent.filter(({ seq }) => [1, 3].includes(seq)).map(({ seq }) => seq)).toEqual([1, 3]);
    for (const { seq, body } of sent) expect(body).toBe(first.find((one) => one.seq === seq)?.body);
  });

  it('redrives the dead and brings what a younger endpoint never had; no more than that by default', async () => {
    let bad = true;
    const { store, clock, sent, commit, call } = await house(({ headers }) =>
      bad && headers['webhook-endpoint-id'] === 'ep_1' ? 500 : 204,
    );
    await commit('A', 'B');
    expect(store.of('ep_1').map((row) => row.state)).toEqual(['dead', 'dead']);
    const young = await call(ADMIN, 'POST', '/v1/endpoints', { url: 'http://127.0.0.1:9/young' });
    await clock.advance(1_000);
    bad = false;
    sent.length = 0;
    for (const id of ['ep_1', String(young.json.id)]) await call(ADMIN, 'POST', `/v1/endpoints/${id}/replay`, {});
    await clock.advance(10_000);
    const told = store.log.filter(({ type }) => type === 'delivery.recovered').map(({ subject }) => subject);
    expect(told, 'the dead ones, not the missing ones').toEqual(['ep_1', 'ep_1']);
    const cases = sent.filter(({ body }) => JSON.parse(body).type === 'case.signed').map(({ seq }) => seq);
    expect(cases.sort()).toEqual([1, 1, 2, 2]);
    await call(ADMIN, 'POST', REPLAY, { types: ['case.*'] });
    await clock.advance(10_000);
    expect(sent.filter(({ body }) => JSON.parse(body).type === 'case.signed')).toHaveLength(4);
  });

  it('keeps its rate, can be stopped, and goes on after a restart where it was', async () => {
    const { store, clock, sent, commit, call, restart } = await house();
    await commit(...Array.from({ length: 60 }, (_, n) => `c${n}`));
    sent.length = 0;
    const begun = await call(ADMIN, 'POST', REPLAY, { states: ['delivered'], rate: 5 });
    await clock.advance(4_000);
    expect(sent.length).toBeGreaterThan(14);
    expect(sent.length).toBeLessThan(26);
    await restart();
    await clock.advance(4_000);
    const path = `/v1/endpoints/ep_1/replays/${begun.json.id}`;
    expect((await call(ADMIN, 'POST', `${path}/cancel`)).json).toMatchObject({ state: 'cancelled' });
    await clock.advance(20_000);
    expect(new Set(sent.map(({ seq }) => seq)).size).toBeLessThan(60);
    expect(await store.pending('ep_1', 1)).toEqual([]);
  });

  it('is not taken up again by what was being written when it was cancelled or its endpoint deleted', async () => {
    const { store, clock, sent, commit, call } = await house();
    await commit(...Array.from({ length: 500 }, (_, n) => `c${n}`));
    const { keep } = store;
    const ends = async (end: (id: string) => Promise<unknown>) => {
      sent.length = 0;
      const { json } = await call(ADMIN, 'POST', REPLAY, { states: ['delivered'] });
      let ended: Promise<unknown> | undefined;
      store.keep = async (kind, id, value) => {
        if (kind === 'replay' && value?.state === 'running' && value.sent !== 0) ended ??= end(String(json.id));
        for (let n = 0; n < 50; n++) await Promise.resolve();
        await keep.call(store, kind, id, value);
      };
      await clock.advance(60_000);
      await ended;
      return String(json.id);
    };
    const cancel = await ends((id) => call(ADMIN, 'POST', `/v1/endpoints/ep_1/replays/${id}/cancel`));
    expect((await call(ADMIN, 'GET', `/v1/endpoints/ep_1/replays/${cancel}`)).json).toMatchObject({
      state: 'cancelled',
    });
    expect(sent.length).toBeLessThan(400);
    await ends(() => call(ADMIN, 'DELETE', '/v1/endpoints/ep_1'));
    expect((await store.keepings('replay')).map(({ id }) => id)).toEqual([]);
  });

  it('is refused for an unknown endpoint, a bad cursor, an unknown type, and another’s replay', async () => {
    const { call } = await house();
    expect((await call(ADMIN, 'POST', '/v1/endpoints/ep_9/replay', {})).status).toBe(404);
    expect((await call(ADMIN, 'POST', REPLAY, { after: 'yesterday' })).status).toBe(400);
    expect((await call(ADMIN, 'POST', REPLAY, { types: ['case.nothing'] })).status).toBe(422);
    expect((await call(ADMIN, 'POST', REPLAY, { states: [] })).status).toBe(422);
    expect((await call(ADMIN, 'GET', '/v1/endpoints/ep_1/replays/rep_1')).status).toBe(404);
  });
});

describe('a consumer', () => {
  const C = '/v1/consumers/reader';
  const INTEGRATOR = key(['integrator']);

  it('reads on where it committed, across restarts, each event once per pass', async () => {
    const { commit, call, restart } = await house();
    await commit('A', 'B', 'C');
    expect((await call(INTEGRATOR, 'PUT', C, { from: 'earliest' })).status).toBe(201);
    const first = await call(INTEGRATOR, 'GET', `${C}/events?limit=2`);
    expect(first.json.data).toHaveLength(2);
    expect((await call(INTEGRATOR, 'GET', `${C}/events?limit=2`)).text).toBe(first.text);
    const cursor = first.json.next_cursor;
    expect((await call(INTEGRATOR, 'POST', `${C}/commit`, { cursor })).json).toMatchObject({ lag: 1 });
    await restart();
    const rest = await call(INTEGRATOR, 'GET', `${C}/events`);
    expect(rest.json.data?.map((one) => one.subject)).toEqual(['C']);
    expect((await call(INTEGRATOR, 'PUT', C, { types: ['case.*'], from: 'earliest' })).status).toBe(200);
    expect((await call(INTEGRATOR, 'GET', C)).json).toMatchObject({
      lag: 1,
      types: expect.arrayContaining(['case.opened']),
    });
  });

  it('moves on by commit, anywhere by seek, and says why it does not', async () => {
    const { store, commit, call } = await house();
    await commit('A', 'B');
    await call(ADMIN, 'PUT', C, { from: 'earliest' });
    const cursor = (await call(ADMIN, 'GET', `${C}/events`)).json.next_cursor;
    const behind = (await call(ADMIN, 'GET', `${C}/events?limit=1`)).json.next_cursor;
    await call(ADMIN, 'POST', `${C}/commit`, { cursor });
    expect((await call(ADMIN, 'POST', `${C}/commit`, { cursor: behind })).json).toMatchObject({
      code: 'commit_behind',
    });
    for (const wrong of ['nonsense', `${cursor}A`, `${cursor}AAA`])
      expect((await call(ADMIN, 'POST', `${C}/commit`, { cursor: wrong })).json).toMatchObject({
        code: 'bad_cursor',
        field: 'cursor',
      });
    for (const from of ['zz', '2026-13-45T00:00:00Z'])
      expect((await call(ADMIN, 'PUT', C, { from })).json).toMatchObject({ code: 'bad_cursor', field: 'from' });
    const elsewhere = Buffer.from(JSON.stringify([1, 'another-epoch', 5])).toString('base64url');
    expect((await call(ADMIN, 'PUT', C, { from: elsewhere })).status, 'its place stays').toBe(200);
    await call(ADMIN, 'POST', `${C}/seek`, { to: 'earliest' });
    expect((await call(ADMIN, 'GET', `${C}/events`)).json.data).toHaveLength(store.log.length);
    expect((await call(ADMIN, 'DELETE', C)).status).toBe(204);
    expect((await call(ADMIN, 'GET', C)).status).toBe(404);
    expect((await call(ADMIN, 'PUT', '/v1/consumers/No Name', {})).status).toBe(422);
  });

  it('serves one reader under a lease; another is told when to come back, and reads on once it ends', async () => {
    const { clock, commit, call } = await house();
    await commit('A');
    await call(ADMIN, 'PUT', C, { from: 'earliest' });
    const held = await call(ADMIN, 'GET', `${C}/events?lease=30`);
    const { token } = held.json.lease as { token: string };
    expect(await call(ADMIN, 'GET', `${C}/events`)).toMatchObject({ status: 409, json: { code: 'consumer_leased' } });
    const { next_cursor: cursor } = held.json;
    expect((await call(ADMIN, 'POST', `${C}/commit`, { cursor })).status).toBe(409);
    expect((await call(ADMIN, 'POST', `${C}/commit`, { cursor, lease: token })).status).toBe(200);
    expect((await call(ADMIN, 'GET', `${C}/events?lease=30&token=${token}`)).status).toBe(200);
    await clock.advance(31_000);
    expect((await call(ADMIN, 'GET', `${C}/events?lease=30`)).status).toBe(200);
  });

  it('belongs to its key; another integrator with the same name has its own', async () => {
    const { call } = await house();
    await call(INTEGRATOR, 'PUT', C, {});
    const other = key(['integrator'], { id: 'key_other' });
    expect((await call(other, 'GET', C)).status).toBe(404);
    expect((await call(other, 'GET', '/v1/consumers')).json.data).toEqual([]);
    expect((await call(INTEGRATOR, 'GET', '/v1/consumers')).json.data).toHaveLength(1);
  });
});
