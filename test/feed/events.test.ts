// Events by pull and as a stream: no gaps, no doubles, the stored bytes, and a place that is kept.
import { afterEach, describe, expect, it } from 'vitest';
import { choiceOf, encodeCursor } from '../../src/feed/cursor.ts';
import type { Feed } from '../../src/feed/feed.ts';
import { expandTypes } from '../../src/feed/match.ts';
import { ClockFake, rest } from './clock-fake.ts';
import { ADMIN, desk, key } from './desk.ts';
import { feedOver } from './house.ts';
import { LogFake } from './log-fake.ts';

const feeds: Feed[] = [];
afterEach(async () => {
  for (const feed of feeds.splice(0)) await feed.close();
});
async function house(count = 0) {
  const store = new LogFake();
  const clock = new ClockFake();
  for (let n = 0; n < count; n++) {
    store.now += 1_000;
    store.commit({ type: n % 2 ? 'case.signed' : 'case.opened', subject: `c${n}`, data: { n, words: '积水 "深"' } });
  }
  const feed = await feedOver(store, { clock });
  feeds.push(feed);
  return { store, clock, feed, call: desk(feed, store) };
}
const UNIT = key(['unit'], { unit: 'water' });

describe('pulling events', () => {
  it.each([1, 3, 7, 1000])('gives every event once, in order, in pages of %i', async (limit) => {
    const { store, call } = await house(7);
    const got: unknown[] = [];
    let after = 'earliest';
    for (let pages = 0; pages < 20; pages++) {
      const said = await call(ADMIN, 'GET', `/v1/events?limit=${limit}&after=${after}`);
      got.push(...(said.json.data ?? []).map((event) => event.id));
      after = String(said.json.next_cursor);
      if (!said.json.has_more) break;
    }
    expect(got).toEqual(store.log.map((entry) => entry.id));
    expect((await call(ADMIN, 'GET', `/v1/events?after=${after}`)).json).toMatchObject({
      data: [],
      has_more: false,
      next_cursor: after,
    });
  });

  it.each([1, 2, 100])(
    'walks on in one page of %i to what a filter is after, and passes over nothing',
    async (limit) => {
      const { call } = await house(1_200);
      const filter = encodeURIComponent('data.n = 700 OR data.n = 1100 OR data.n = 1199');
      const got: unknown[] = [];
      let pages = 0;
      for (let after = 'earliest', more = true; more; pages++) {
        const said = await call(ADMIN, 'GET', `/v1/events?limit=${limit}&filter=${filter}&after=${after}`);
        got.push(...(said.json.data ?? []).map((event) => Number(event.sequence)));
        after = String(said.json.next_cursor);
        more = said.json.has_more === true;
      }
      expect(got).toEqual([701, 1101, 1200]);
      expect(pages).toBe(Math.ceil(3 / limit));
    },
  );

  it('looks at five thousand entries a page at most where a filter finds nothing', async () => {
    const { call } = await house(6_000);
    const filter = encodeURIComponent('data.n = -1');
    const said = await call(ADMIN, 'GET', `/v1/events?limit=1&filter=${filter}&after=earliest`);
    expect(said.json).toMatchObject({ data: [], has_more: true });
    const then = await call(ADMIN, 'GET', `/v1/events?limit=1&filter=${filter}&after=${said.json.next_cursor}`);
    expect(then.json).toMatchObject({ data: [], has_more: false });
  });

  it('gives the stored bytes, not a rendering of them', async () => {
    const { store, call } = await house(3);
    const said = await call(ADMIN, 'GET', '/v1/events');
    for (const entry of store.log) expect(said.text).toContain(entry.body);
  });

  it('begins at a time, at now, or after a cursor; naive times are the city’s', async () => {
    const { store, call } = await house(5);
    const seqs = async (after: string) =>
      (await call(ADMIN, 'GET', `/v1/events?after=${encodeURIComponent(after)}`)).json.data?.map((event) =>
        Number(event.sequence),
      );
    const time = store.log[2]?.time ?? 0;
    expect(await seqs(new Date(time).toISOString())).toEqual([3, 4, 5]);
    expect(await seqs(new Date(time + 8 * 3_600_000).toISOString().slice(0, -1))).toEqual([3, 4, 5]);
    expect(await seqs(`${new Date(time + 8 * 3_600_000).toISOString().slice(0, -5)} 08:00`)).toEqual([3, 4, 5]);
    expect(await seqs('now')).toEqual([]);
    expect(await seqs(encodeCursor(store.epoch, 4))).toEqual([5]);
  });

  it('passes over other types without standing still, groups included', async () => {
    const { call } = await house(6);
    const said = await call(ADMIN, 'GET', '/v1/events?types=case.signed&limit=2');
    expect(said.json.data?.map((event) => event.type)).toEqual(['case.signed', 'case.signed']);
    const none = await call(ADMIN, 'GET', '/v1/events?types=matter.*');
    expect(none.json).toMatchObject({ data: [], has_more: false });
    const types = expandTypes(['matter.*']);
    expect(none.json.next_cursor).toBe(encodeCursor('epoch-a', 6, choiceOf(types, undefined)));
  });

  it('finds what is rare in a long log by short walks, and writers get their turn in between', async () => {
    const { store, call } = await house(45_000);
    const rare = [3, 22_000, 44_999, 45_000].map((seq) => {
      const entry = store.log[seq - 1];
      if (entry) store.log[seq - 1] = { ...entry, unit: 'water' };
      return entry?.id;
    });
    const first = await call(UNIT, 'GET', '/v1/events?limit=3');
    expect(first.json).toMatchObject({ has_more: true });
    const second = await call(UNIT, 'GET', `/v1/events?limit=3&after=${first.json.next_cursor}`);
    expect(second.json).toMatchObject({ has_more: false, next_cursor: encodeCursor('epoch-a', 45_000) });
    expect([...(first.json.data ?? []), ...(second.json.data ?? [])].map((event) => event.id)).toEqual(rare);
    expect(store.longest).toBeLessThanOrEqual(20_000);
  });

  it.each([
    ['after=nonsense', 400, 'bad_cursor'],
    [`after=${Buffer.from('[2,"epoch-a",1]').toString('base64url')}`, 400, 'bad_cursor'],
    [`after=${Buffer.from('[1,"epoch-a",-1]').toString('base64url')}`, 400, 'bad_cursor'],
    [`after=${encodeCursor('epoch-b', 1)}`, 409, 'log_reset'],
    [`after=${encodeCursor('epoch-a', 99)}`, 409, 'log_reset'],
    ['limit=1001', 422, 'invalid_field'],
    ['limit=-1', 422, 'invalid_field'],
    ['wait=31', 422, 'invalid_field'],
    ['types=case.oponed', 422, 'unknown_type'],
    ['types=', 422, 'unknown_type'],
  ])('refuses %s', async (query, status, code) => {
    const { call } = await house(3);
    for (const path of ['/v1/events', '/v1/events/stream']) {
      if (path.endsWith('stream') && code === 'invalid_field') continue;
      expect(await call(ADMIN, 'GET', `${path}?${query}`)).toMatchObject({ status, json: { code } });
    }
  });

  it('shows a unit its own cases only, and none that bars it; a tenant its own', async () => {
    const { store, call } = await house();
    store.commit({ type: 'case.opened', subject: 'A', unit: 'roads' });
    store.commit({ type: 'case.opened', subject: 'B', unit: 'water', barred: ['water'] });
    store.commit({ type: 'case.opened', subject: 'C', unit: 'water', tenant: '330203' });
    const seen = async (as: Parameters<typeof call>[0]) =>
      (await call(as, 'GET', '/v1/events')).json.data?.map((event) => event.subject);
    store.commit({ type: 'case.opened', subject: 'D', unit: 'roads', coUnits: ['parks', 'water'] });
    store.commit({ type: 'case.opened', subject: 'E', unit: 'roads', coUnits: ['water'], barred: ['water'] });
    expect(await seen(UNIT)).toEqual(['C', 'D']);
    expect(await seen(key(['integrator'], { tenant: '330203' }))).toEqual(['C']);
    expect(await seen(key(['operator']))).toEqual(['A', 'B', 'C', 'D', 'E']);
    expect(await call(key(['unit']), 'GET', '/v1/events')).toMatchObject({ status: 403 });
    expect(await call(key(['intake']), 'GET', '/v1/events')).toMatchObject({ status: 403 });
  });

  it('waits for the next event when asked to, and answers empty when none comes', async () => {
    const { store, clock, feed, call } = await house();
    const asked = call(ADMIN, 'GET', '/v1/events?after=now&wait=20&types=case.signed');
    await clock.advance(5_000);
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await clock.advance(5_000);
    store.commit({ type: 'case.signed', subject: 'A' });
    feed.nudge();
    expect((await asked).json.data).toMatchObject([{ type: 'case.signed' }]);
    const empty = call(ADMIN, 'GET', '/v1/events?after=now&wait=20');
    await clock.advance(20_000);
    expect((await empty).json).toMatchObject({ data: [], has_more: false });
  });

  it('stops waiting when the caller goes away', async () => {
    const { call } = await house();
    const caller = new AbortController();
    const asked = call(ADMIN, 'GET', '/v1/events?after=now&wait=20', undefined, { signal: caller.signal });
    await rest();
    caller.abort();
    expect((await asked).status).toBe(200);
  });
});

describe('the stream', () => {
  interface Frame {
    id: string;
    event: string;
    data: string;
  }
  const frames = (text: string): Frame[] =>
    text
      .split('\n\n')
      .filter((block) => block.includes('data: '))
      .map((block) => {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
        return { id: field('id'), event: field('event'), data: field('data') };
      });
  const start = async (
    call: ReturnType<typeof desk>,
    query: string,
    headers: Record<string, string> = {},
    as = ADMIN,
  ) => {
    const caller = new AbortController();
    const said = await call(as, 'GET', `/v1/events/stream${query}`, undefined, { headers, signal: caller.signal });
    const iterator = (said.stream as AsyncIterable<string>)[Symbol.asyncIterator]();
    const next = async () => String((await iterator.next()).value ?? '');
    return { next, iterator, caller };
  };

  it('catches up from the log, then goes on with what happens, each event with its cursor, type and stored bytes', async () => {
    const { store, feed, call } = await house(2);
    const { next } = await start(call, '?after=earliest');
    expect(await next()).toMatch(/^retry: (2[5-9]|3|4[0-4])\d+\nid: [\w-]+\n\n$/);
    const first = frames(await next());
    expect(first.map((one) => one.data)).toEqual(store.log.map((entry) => entry.body));
    expect(first.map((one) => one.event)).toEqual(['case.opened', 'case.signed']);
    const coming = next();
    store.commit({ type: 'case.closed', subject: 'x' });
    feed.nudge();
    expect(frames(await coming).map((one) => one.event)).toEqual(['case.closed']);
  });

  it('resumes after Last-Event-ID, which counts more than after', async () => {
    const { store, call } = await house(5);
    const { next } = await start(call, '?after=earliest');
    await next();
    const seen = frames(await next());
    const again = await start(call, '?after=earliest', { 'last-event-id': seen[2]?.id ?? '' });
    await again.next();
    expect(frames(await again.next()).map((one) => JSON.parse(one.data).id)).toEqual(
      store.log.slice(3).map((entry) => entry.id),
    );
  });

  it('says something every fifteen seconds, so that nobody in between hangs up', async () => {
    const { clock, call } = await house();
    const { next } = await start(call, '');
    await next();
    const coming = next();
    await clock.advance(15_000);
    expect(await coming).toMatch(/^: hb\nid: [\w-]+\n\n$/);
  });

  it('reads no further in the log than its reader takes, and lets a reader go that is too slow, with its place kept', async () => {
    const { store, clock, call } = await house(500);
    const { next, iterator } = await start(call, '?after=earliest');
    await next();
    const got = frames(await next());
    const reads = store.reads;
    await clock.advance(31_000);
    expect(store.reads).toBe(reads);
    expect((await iterator.next()).done).toBe(true);
    const again = await start(call, '', { 'last-event-id': got.at(-1)?.id ?? '' });
    await again.next();
    expect(JSON.parse(frames(await again.next())[0]?.data ?? '{}').id).toBe(store.log[got.length]?.id);
  });

  it('has a place before its first event and at each heartbeat: what comes between two connections is not lost', async () => {
    const { store, clock, feed, call } = await house(2);
    const idIn = (text: string) => /^id: (.+)$/m.exec(text)?.[1] ?? '';
    const { next } = await start(call, '?types=case.closed');
    const begun = idIn(await next());
    const coming = next();
    store.commit({ type: 'case.signed', subject: 'x' });
    feed.nudge();
    await clock.advance(15_000);
    const later = idIn(await coming);
    store.commit({ type: 'case.closed', subject: 'x' });
    feed.nudge();
    for (const id of [begun, later]) {
      const again = await start(call, '?types=case.closed', { 'last-event-id': id });
      await again.next();
      expect(frames(await again.next()).map((one) => one.event)).toEqual(['case.closed']);
    }
    expect(later).not.toBe(begun);
  });

  it('says so when retention passes its reader, and ends', async () => {
    const { store, call } = await house(500);
    const { next, iterator } = await start(call, '?after=earliest');
    await next();
    await next();
    await store.trimLog(300, 500);
    expect(await next()).toMatch(/^event: reset\ndata: .*cursor_expired/);
    expect((await iterator.next()).done).toBe(true);
  });

  it('ends when the key of its reader is revoked, however much it has to say', async () => {
    const { store, clock, feed } = await house();
    let alive = true;
    const call = desk(feed, store, { knowsKey: async () => alive });
    const { next, iterator } = await start(call, '');
    await next();
    const coming = next();
    await clock.advance(15_000);
    expect(await coming).toContain(': hb');
    alive = false;
    const last = iterator.next();
    store.commit({ type: 'case.closed', subject: 'x' });
    await clock.advance(15_000);
    feed.nudge();
    await rest();
    expect((await last).done).toBe(true);
  });

  it('a key opens a hundred at once, and one more when one of them has ended', async () => {
    const { call } = await house();
    const all = [];
    for (let n = 0; n < 100; n++) {
      const one = await start(call, '');
      await one.next();
      all.push(one);
    }
    expect(await call(ADMIN, 'GET', '/v1/events/stream')).toMatchObject({
      status: 409,
      json: { code: 'too_many_streams' },
    });
    await all[7]?.iterator.return?.();
    expect((await call(ADMIN, 'GET', '/v1/events/stream')).status).toBe(200);
  });

  it('ends when the caller goes away', async () => {
    const { call } = await house();
    const { next, iterator, caller } = await start(call, '');
    await next();
    const coming = iterator.next();
    await rest();
    caller.abort();
    expect((await coming).done).toBe(true);
  });

  it('shows a unit only what it may see', async () => {
    const { store, call } = await house();
    store.commit({ type: 'case.opened', subject: 'A', unit: 'roads' });
    store.commit({ type: 'case.opened', subject: 'B', unit: 'water', barred: ['water'] });
    store.commit({ type: 'case.opened', subject: 'C', unit: 'water' });
    const { next } = await start(call, '?after=earliest', {}, UNIT);
    await next();
    expect(frames(await next()).map((one) => JSON.parse(one.data).subject)).toEqual(['C']);
  });
});

describe('the catalogue', () => {
  it('has a sentence in both languages for every type there is', async () => {
    const { call } = await house();
    const said = await call(ADMIN, 'GET', '/v1/event-types');
    expect(said.json.data).toHaveLength(43);
    expect(said.json.data?.every((one) => String(one.zh).length > 3 && String(one.en).endsWith('.'))).toBe(true);
  });
});
