// How long the log is kept: only as long as the operator said, never less than somebody is owed, and never in silence.

import { afterEach, describe, expect, it } from 'vitest';
import { encodeCursor } from '../../src/feed/cursor.ts';
import { ClockFake } from './clock-fake.ts';
import { ADMIN, desk } from './desk.ts';
import { endpoint, feedOver, settings } from './house.ts';
import { LogFake } from './log-fake.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const DAY = 86_400_000;

/** Ten entries, one a day, the last one just now. */
async function house(retentionDays: number | undefined, over: Parameters<typeof endpoint>[0] = {}, status = 204) {
  const store = new LogFake();
  const clock = new ClockFake();
  const now = clock.now();
  for (let n = 0; n < 10; n++) {
    store.now = now - (9 - n) * DAY;
    store.commit({ type: 'case.opened', subject: `c${n}` });
  }
  await store.putEndpoint(endpoint(over));
  const send = async () => ({ status, headers: {}, bytes: new Uint8Array(), truncated: false });
  const set = settings(retentionDays === undefined ? {} : { retentionDays });
  const feed = await feedOver(store, { clock, send, settings: set });
  open.push(feed);
  await clock.advance(3_600_001);
  return { store, clock, feed, call: desk(feed, store), now };
}

describe('the log', () => {
  it('is kept for ever while nobody has said for how long', async () => {
    const { store, clock } = await house(undefined);
    await clock.advance(400 * DAY);
    expect(store.from).toBe(0);
  });

  it('is kept for the days that were set', async () => {
    const { store } = await house(7);
    expect(store.from, 'the three that are older than seven days').toBe(3);
  });

  it('is kept for an enabled endpoint that has not taken it, and not for a disabled one', async () => {
    expect((await house(7, {}, 500)).store.from, 'its attempts are still due').toBe(0);
    expect((await house(7, { state: 'disabled' })).store.from).toBe(3);
  });

  it('is kept for the replay of an enabled endpoint, and not for that of a disabled one', async () => {
    const { store, clock, feed, call } = await house(undefined);
    await call(ADMIN, 'POST', '/v1/endpoints/ep_1/replay', { states: ['delivered'], rate: 1 });
    await call(ADMIN, 'POST', '/v1/endpoints/ep_1/disable', {});
    await feed.close();
    const send = async () => ({ status: 204, headers: {}, bytes: new Uint8Array(), truncated: false });
    const days = settings({ retentionDays: 7 });
    open.push(await feedOver(store, { clock, send, settings: days }));
    await clock.advance(2 * 3_600_000);
    expect(store.from).toBeGreaterThan(2);
  });

  it('is kept for what is parked, from the dead letter on that it waits for', async () => {
    const store = new LogFake();
    const clock = new ClockFake();
    const types = ['case.opened', 'case.opened', 'case.signed', 'case.signed'] as const;
    for (const [n, type] of types.entries()) {
      store.now = clock.now() - (9 - n) * DAY;
      store.commit({ type, subject: n === 0 ? 'A' : 'B' });
    }
    store.now = clock.now();
    store.commit({ type: 'case.closed', subject: 'C' });
    await store.putEndpoint(endpoint());
    const send = async ({ headers }: { headers: Readonly<Record<string, string>> }) => {
      const status = headers['webhook-event-type'] === 'case.opened' ? 500 : 204;
      return { status, headers: {}, bytes: new Uint8Array(), truncated: false };
    };
    const feed = await feedOver(store, { clock, send, settings: settings({ schedule: [0, 1], retentionDays: 7 }) });
    open.push(feed);
    await clock.advance(2 * 3_600_000);
    expect(store.of('ep_1').map(({ state }) => state)).toEqual(['dead', 'dead', 'parked', 'parked', 'delivered']);
    expect(store.from, 'nothing waits behind the first one').toBe(1);
    await feed.skip('ep_1', 2, 'by hand');
    await clock.advance(2 * 3_600_000);
    expect(store.from).toBe(3);
  });
});

describe('a place that is no longer kept', () => {
  it('is refused with the oldest one there is: a cursor, a time, a consumer', async () => {
    const { call, feed, store, now } = await house(undefined);
    const first = await call(ADMIN, 'GET', '/v1/events?after=earliest&limit=1');
    const cursor = String(first.json.next_cursor);
    await call(ADMIN, 'PUT', '/v1/consumers/archive', { from: 'earliest' });
    await store.trimLog(3, 9);
    for (const after of [cursor, new Date(now - 8 * DAY).toISOString()]) {
      const refused = await call(ADMIN, 'GET', `/v1/events?after=${encodeURIComponent(after)}`);
      expect(refused).toMatchObject({ status: 410, json: { code: 'cursor_expired', field: 'after' } });
    }
    expect(await call(ADMIN, 'GET', '/v1/consumers/archive/events')).toMatchObject({ status: 410 });
    expect(await call(ADMIN, 'GET', `/v1/events/stream?after=${cursor}`)).toMatchObject({ status: 410 });
    const kept = await call(ADMIN, 'GET', '/v1/events?after=earliest');
    expect(kept.json.data).toHaveLength(7);
    expect(feed.window.end).toBeGreaterThan(0);
  });

  it('is told to whoever replays over it, and to who enables an endpoint that slept too long', async () => {
    const { call, store } = await house(undefined, { state: 'disabled', cursor: 1 });
    await store.trimLog(4, 9);
    const row = { endpoint: 'ep_1', seq: 2, eventId: 'evt_2', type: 'case.opened', lane: 'c1', attempts: 13 } as const;
    await store.settle([{ ...row, state: 'dead' }], []);
    const enabled = await call(ADMIN, 'POST', '/v1/endpoints/ep_1/enable', {});
    expect(enabled).toMatchObject({ status: 200, json: { state: 'enabled', missed: 3 } });
    const replay = await call(ADMIN, 'POST', '/v1/endpoints/ep_1/replay', { dryRun: true });
    expect(replay).toMatchObject({ status: 200, json: { unavailable: 1 } });
    for (const asked of [{ types: ['case.signed'] }, { after: encodeCursor(store.epoch, 6) }]) {
      const { status, json } = await call(ADMIN, 'POST', '/v1/endpoints/ep_1/replay', { dryRun: true, ...asked });
      expect([status, json.unavailable]).toEqual([200, undefined]);
    }
    const cursor = String((await call(ADMIN, 'GET', '/v1/endpoints/ep_1')).json.cursor);
    expect(cursor).not.toBe('');
    const old = new Date(0).toISOString();
    expect(await call(ADMIN, 'POST', '/v1/endpoints/ep_1/replay', { after: old })).toMatchObject({ status: 410 });
  });
});
