// Following the log on a clock that the test moves: when attempts come, who waits for whom, what is written and what survives.
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { FeedDeps } from '../../src/feed/feed.ts';
import type { Answer, Outgoing } from '../../src/feed/send.ts';
import { ClockFake } from './clock-fake.ts';
import { endpoint, feedOver, SCHEDULE, settings } from './house.ts';
import { crashable, LogFake } from './log-fake.ts';

interface Sent {
  readonly at: number;
  readonly to: string;
  readonly id: string;
  readonly type: string;
}
const answer = (status: number, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  bytes: new Uint8Array(),
  truncated: false,
});
const NEVER = (): Promise<Answer> => new Promise(() => undefined);

async function house(
  reply: (out: Outgoing, n: number, clock: ClockFake) => Answer | Promise<Answer>,
  over: Partial<FeedDeps> = {},
  ids = ['ep_1'],
) {
  const store = new LogFake();
  const clock = new ClockFake();
  for (const id of ids) await store.putEndpoint(endpoint({ id }));
  const sent: Sent[] = [];
  const begin = clock.now();
  const open = async (from: FeedDeps['store'] = store) =>
    await feedOver(from, {
      clock,
      send: async (out) => {
        const { 'webhook-endpoint-id': to = '', 'webhook-id': id = '', 'webhook-event-type': type = '' } = out.headers;
        sent.push({ at: clock.now() - begin, to, id, type });
        return await reply(out, sent.length, clock);
      },
      ...over,
    });
  return { store, clock, sent, open, feed: await open() };
}

describe('following the log', () => {
  it('tries a failing endpoint thirteen times over 71 h 42 min 35 s, then says so in the log', async () => {
    const { store, clock, sent, feed } = await house(() => answer(500));
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await clock.advance(80 * 3_600_000);
    const due = SCHEDULE.map((_delay, n) => SCHEDULE.slice(0, n + 1).reduce((sum, one) => sum + one, 0) * 1_000);
    // Whoever failed last is sent to a moment after it is due, so that it comes after those that answer.
    expect(sent.map((one, n) => one.at - 5 * n)).toEqual(due);
    expect(store.of('ep_1')).toMatchObject([{ state: 'dead', attempts: 13, lastStatus: 500 }]);
    expect(JSON.parse(store.log.at(-2)?.body ?? '')).toMatchObject({
      type: 'delivery.exhausted',
      subject: 'ep_1',
      data: { endpoint: 'ep_1', seq: 1, type: 'case.opened', attempts: 13, reason: 'HTTP 500; 13 attempts' },
    });
  });

  it('lets other cases pass a failed one, and keeps the failed one’s later events behind it', async () => {
    const { store, clock, sent, feed } = await house((out) =>
      answer(out.headers['webhook-event-type'] === 'case.opened' ? 500 : 204),
    );
    store.commit({ type: 'case.opened', subject: 'A' });
    store.commit({ type: 'case.signed', subject: 'A' });
    store.commit({ type: 'case.closed', subject: 'B' });
    feed.nudge();
    await clock.advance(1_000);
    expect(sent.map((one) => one.type)).toEqual(['case.opened', 'case.closed']);
    expect(store.of('ep_1').map((row) => [row.seq, row.state, row.attempts])).toEqual([
      [1, 'pending', 1],
      [2, 'pending', 0],
      [3, 'delivered', 1],
    ]);
    expect(store.kept.get('ep_1')?.cursor).toBe(3);
  });

  it('leaves the whole endpoint alone until Retry-After, and other endpoints not', async () => {
    const { store, clock, sent, feed } = await house(
      (out, n) =>
        n === 1 && out.headers['webhook-endpoint-id'] === 'ep_1' ? answer(429, { 'retry-after': '100' }) : answer(204),
      {},
      ['ep_1', 'ep_2'],
    );
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await clock.advance(10);
    store.commit({ type: 'case.opened', subject: 'B' });
    feed.nudge();
    await clock.advance(300_000);
    const [first, second] = ['ep_1', 'ep_2'].map((to) => sent.filter((one) => one.to === to).map((one) => one.at));
    expect(second).toEqual([0, 10]);
    expect(first).toHaveLength(3);
    expect(first?.slice(1).every((at) => at >= 100_000 && at <= 105_000)).toBe(true);
  });

  it('halves what it sends at once to an endpoint that cannot keep up, and finds back step by step', async () => {
    let status = 204;
    const { store, clock, feed } = await house(() => answer(status));
    const many = async (count: number) => {
      for (let n = 0; n < count; n++) store.commit({ type: 'case.opened', subject: `c${store.log.length}` });
      feed.nudge();
      await clock.advance(1_000);
      return (await feed.health('ep_1'))?.concurrency;
    };
    expect((await feed.health('ep_1'))?.concurrency).toBe(1);
    expect(await many(1)).toBe(8);
    status = 503;
    expect(await many(1)).toBe(4);
    expect(await many(1)).toBe(2);
    status = 204;
    expect(await many(20)).toBe(3);
  });

  it('does not let hanging endpoints hold up one that answers', async () => {
    const hanging = Array.from({ length: 30 }, (_, n) => `ep_${n}`);
    const { store, clock, sent, feed } = await house(
      (out) => (out.headers['webhook-endpoint-id'] === 'good' ? answer(204) : NEVER()),
      { settings: settings({ concurrency: 4 }) },
      [...hanging, 'good'],
    );
    for (let n = 0; n < 10; n++) store.commit({ type: 'case.opened', subject: `c${n}` });
    feed.nudge();
    await clock.advance(0);
    const first = sent.find((one) => one.to === 'good');
    expect(first?.at, 'not even the first one waits for those that hang').toBe(0);
    await clock.advance(3_000);
    expect(sent.filter((one) => one.to === 'good')).toHaveLength(10);
    for (let n = 0; n < 10; n++) store.commit({ type: 'case.opened', subject: `d${n}` });
    const before = clock.now();
    feed.nudge();
    await clock.advance(10);
    expect(sent.filter((one) => one.to === 'good')).toHaveLength(20);
    expect(clock.now() - before).toBe(10);
    expect(hanging.map((id) => sent.filter((one) => one.to === id).length)).toEqual(hanging.map(() => 1));
  });

  it('sends to those that failed last after the others, a few in each moment, and forgets none of them', async () => {
    const failing = Array.from({ length: 40 }, (_, n) => `ep_${n}`);
    const { store, clock, sent, feed } = await house(
      (out) => answer(out.headers['webhook-endpoint-id'] === 'good' ? 204 : 500),
      { settings: settings({ concurrency: 4 }) },
      [...failing, 'good'],
    );
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await clock.advance(1_000);
    const before = sent.length;
    for (let n = 0; n < 3; n++) store.commit({ type: 'case.opened', subject: `B${n}` });
    feed.nudge();
    await clock.advance(1_000);
    const then = sent.slice(before);
    const mine = then.flatMap((one, n) => (one.to === 'good' ? [n] : []));
    expect(mine, 'none that failed comes before').toEqual([0, 1, 2]);
    const moments = new Map<number, number>();
    for (const { to, at } of then) if (to !== 'good') moments.set(at, (moments.get(at) ?? 0) + 1);
    expect(Math.max(...moments.values())).toBeLessThanOrEqual(4);
    expect(failing.map((id) => then.filter((one) => one.to === id).length)).toEqual(failing.map(() => 3));
  });

  it('gives those that failed last, and new ones, the time that others leave, and a little all the same', async () => {
    const failing = Array.from({ length: 10 }, (_, n) => `ep_${n}`);
    const { store, clock, sent, feed } = await house(
      async (out, _n, time) => {
        if (out.headers['webhook-endpoint-id'] !== 'good') return answer(500);
        await new Promise<void>((done) => void time.after(30, done));
        return answer(204);
      },
      { settings: settings({ concurrency: 4 }) },
      [...failing, 'good'],
    );
    const commit = (count: number) => {
      for (let n = 0; n < count; n++) store.commit({ type: 'case.opened', subject: `c${store.log.length}` });
      feed.nudge();
    };
    commit(1);
    await clock.advance(1_000);
    await feed.roster.add(endpoint({ id: 'new', cursor: await store.head() }));
    const before = sent.length;
    const begun = sent.at(-1)?.at ?? 0;
    commit(300);
    await clock.advance(1_000);
    const then = sent.slice(before);
    expect(then.filter((one) => one.to === 'good').length, 'busy all the while').toBeGreaterThan(100);
    const others = then.filter((one) => one.to !== 'good' && one.to !== 'new');
    expect(others.length).toBeGreaterThan(10);
    expect(others.length, 'one in 20 ms').toBeLessThanOrEqual(51);
    const first = then.findIndex((one) => one.to === 'new');
    expect(first, 'a new one begins after those that answer').toBeGreaterThan(3);
    expect((then[first]?.at ?? 0) - begun, 'but waits for none that failed').toBeLessThan(1_050);
  });

  it('keeps the places of those that answer free from one that begins to hang', async () => {
    let hangs = false;
    const { store, clock, sent, feed } = await house(
      (out) => (hangs && out.headers['webhook-endpoint-id'] === 'turns' ? NEVER() : answer(204)),
      { settings: settings({ concurrency: 4 }) },
      ['turns', 'good'],
    );
    const commit = async (ms: number) => {
      for (let n = 0; n < 10; n++) store.commit({ type: 'case.opened', subject: `c${store.log.length}` });
      feed.nudge();
      await clock.advance(ms);
      return sent.filter((one) => one.to === 'good').length;
    };
    expect(await commit(10)).toBe(10);
    hangs = true;
    expect(await commit(250)).toBe(20);
    expect(await commit(0)).toBe(30);
    expect((await feed.health('turns'))?.inflight, 'held to its share').toBe(8);
  });

  it('holds some thousand events for an endpoint that is down; the rest waits in the log and arrives in the end', async () => {
    let status = 500;
    const { store, clock, sent, feed } = await house(() => answer(status));
    for (let n = 0; n < 2_500; n++) store.commit({ type: 'case.opened', subject: `c${n}` });
    feed.nudge();
    await clock.advance(500);
    expect((await feed.health('ep_1'))?.held).toBeLessThanOrEqual(1_010);
    expect((await feed.health('ep_1'))?.circuit).toBe('open');
    status = 204;
    await clock.advance(3_600_000);
    expect(store.of('ep_1').filter((row) => row.state === 'delivered')).toHaveLength(2_500);
    expect(new Set(sent.map((one) => one.id)).size).toBe(2_500);
    expect((await feed.health('ep_1'))?.held).toBe(0);
  });

  it('lets nobody wait for endpoints that are far behind, which come up all the same', async () => {
    const { store, clock, sent, feed } = await house(() => answer(204), {}, []);
    for (let n = 0; n < 20_000; n++) store.commit({ type: 'case.signed', subject: `c${n % 7}` });
    await feed.roster.add(endpoint({ id: 'good', cursor: 20_000 }));
    const far = ['ep_1', 'ep_2'];
    let before = 0;
    const rare = { types: ['case.opened'] };
    for (const id of far) await feed.roster.add(endpoint({ id, ...rare }));
    store.commit({ type: 'case.opened', subject: 'A' });
    const { readLog } = store;
    store.readLog = async (query) => {
      if (!sent.some(({ to }) => to === 'good')) before++;
      await new Promise<void>((done) => void clock.after(1, done));
      return await readLog.call(store, query);
    };
    feed.nudge();
    await clock.advance(2_000);
    expect(before, 'readings before the healthy one had its event').toBeLessThan(6);
    expect(sent.map(({ to }) => to).sort()).toEqual([...far, 'good']);
  });

  it('reads the log once for many endpoints and writes many deliveries at once', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `ep_${n}`);
    const { store, clock, feed } = await house(() => answer(204), {}, ids);
    await clock.advance(100);
    store.reads = 0;
    for (let n = 0; n < 50; n++) store.commit({ type: 'case.opened', subject: `c${n}` });
    feed.nudge();
    await clock.advance(1_000);
    expect(store.rows.size).toBe(1_000);
    expect(store.reads).toBeLessThanOrEqual(2);
    expect(store.settles).toBeLessThanOrEqual(10);
  });

  it('goes on after a restart where it was: what is due later waits, what is settled is not sent again', async () => {
    const { store, clock, sent, feed, open } = await house((_out, n) => answer(n === 1 ? 500 : 204));
    store.commit({ type: 'case.opened', subject: 'A' });
    store.commit({ type: 'case.opened', subject: 'B' });
    feed.nudge();
    await clock.advance(100);
    await feed.close();
    const again = await open();
    await clock.advance(100);
    expect(sent).toHaveLength(2);
    await clock.advance(10_000);
    expect(sent.map((one) => one.id)).toEqual([store.log[0]?.id, store.log[1]?.id, store.log[0]?.id]);
    await again.close();
  });

  it('sends again with the same id what a crash left unsettled', async () => {
    const { store, clock, sent, open, feed } = await house(() => answer(204));
    await feed.close();
    const life = { alive: true };
    const doomed = await open(crashable(store, life));
    store.commit({ type: 'case.opened', subject: 'A' });
    doomed.nudge();
    await clock.advance(1);
    life.alive = false;
    expect([sent.length, store.rows.size]).toEqual([1, 0]);
    await open();
    await clock.advance(100);
    expect(sent.map((one) => one.id)).toEqual([store.log[0]?.id, store.log[0]?.id]);
  });

  it('closes within two seconds even when a receiver hangs; its event is sent again after the start', async () => {
    const { store, clock, sent, feed, open } = await house((_out, n) => (n === 1 ? NEVER() : answer(204)));
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await clock.advance(10);
    const closed = feed.close();
    await clock.advance(2_000);
    await closed;
    await open();
    await clock.advance(100);
    expect(sent.map((one) => one.id)).toEqual([store.log[0]?.id, store.log[0]?.id]);
  });

  it('keeps delivering while the disk is full, holds what it cannot write down, and writes it when it can', async () => {
    const { store, clock, sent, feed } = await house(() => answer(204));
    store.failing = new GatewayError({ code: 'disk_full', message: 'full', retryable: true });
    for (let n = 0; n < 1_500; n++) store.commit({ type: 'case.opened', subject: `c${n}` });
    feed.nudge();
    await clock.advance(10_000);
    expect([sent.length, store.rows.size]).toEqual([1_000, 0]);
    store.failing = undefined;
    await clock.advance(10_000);
    expect([sent.length, store.rows.size, store.kept.get('ep_1')?.cursor]).toEqual([1_500, 1_500, 1_500]);
  });

  it('does not let two broken endpoints write to each other for ever about their being broken', async () => {
    const { store, clock, feed } = await house(() => answer(500), { settings: settings({ schedule: [0, 1] }) }, [
      'ep_1',
      'ep_2',
    ]);
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await clock.advance(3_600_000);
    const told = ['delivery.exhausted', 'lane.blocked'];
    expect(store.log.map((entry) => entry.type)).toEqual(['case.opened', ...told, ...told]);
  });

  it('counts what it does', async () => {
    const { store, clock, feed } = await house((_out, n) => answer(n === 1 ? 500 : 204), {
      settings: settings({ schedule: [0, 1] }),
    });
    for (const subject of ['A', 'B']) store.commit({ type: 'case.opened', subject });
    feed.nudge();
    await clock.advance(10_000);
    expect(await feed.metrics()).toEqual({ delivered: 2, failed: 1, dead: 0, inflight: 0, lagSeq: 0 });
  });
});
