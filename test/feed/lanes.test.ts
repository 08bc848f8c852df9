// What a dead letter means for its case, what an endpoint's terms change, and when the feed speaks up about an endpoint.
import { describe, expect, it } from 'vitest';
import type { FeedDeps } from '../../src/feed/feed.ts';
import type { Answer, Outgoing } from '../../src/feed/send.ts';
import { ClockFake } from './clock-fake.ts';
import { ADMIN, desk } from './desk.ts';
import { endpoint, feedOver, settings } from './house.ts';
import { LogFake } from './log-fake.ts';

const answer = (status: number): Answer => ({ status, headers: {}, bytes: new Uint8Array(), truncated: false });

async function house(
  reply: (out: Outgoing) => number | Promise<Answer>,
  terms: Record<string, unknown> = {},
  over: Partial<FeedDeps> = {},
) {
  const store = new LogFake();
  const clock = new ClockFake();
  await store.putEndpoint(endpoint({ options: { terms } }));
  const sent: number[] = [];
  const open = async () =>
    await feedOver(store, {
      clock,
      settings: settings({ schedule: [0, 1] }),
      send: async (out) => {
        sent.push(Number(out.headers['webhook-sequence']));
        const said = reply(out);
        return typeof said === 'number' ? answer(said) : await said;
      },
      ...over,
    });
  const feed = await open();
  const told = () => store.log.filter((one) => one.subject === 'ep_1').map((one) => one.type);
  const states = () =>
    store
      .of('ep_1')
      .filter((row) => row.lane === 'A')
      .map((row) => row.state);
  const restart = async (old: typeof feed) => {
    const closed = old.close();
    await clock.advance(3_000);
    await closed;
    return await open();
  };
  return { store, clock, sent, feed, told, states, restart };
}

const bad = (out: Outgoing) => (out.headers['webhook-event-type'] === 'case.opened' ? 500 : 204);

describe('a dead letter', () => {
  it('stops its case, and no other, until it is redriven; then the rest follows in order', async () => {
    let mood = bad;
    const { store, clock, sent, feed, told, states } = await house((out) => mood(out));
    for (const type of ['case.opened', 'case.assigned', 'case.signed'] as const) store.commit({ type, subject: 'A' });
    store.commit({ type: 'case.signed', subject: 'B' });
    feed.nudge();
    await clock.advance(60_000);
    store.commit({ type: 'case.closed', subject: 'A' });
    feed.nudge();
    await clock.advance(60_000);
    expect(states()).toEqual(['dead', 'parked', 'parked', 'parked']);
    expect(told()).toEqual(['delivery.exhausted', 'lane.blocked']);
    expect(await feed.health('ep_1')).toMatchObject({ held: 0, parkedCases: 1 });
    mood = () => 204;
    sent.length = 0;
    await feed.resend('ep_1', 1);
    await clock.advance(60_000);
    expect(sent.filter((seq) => store.log[seq - 1]?.subject === 'A')).toEqual([1, 2, 3, 7]);
    expect(states()).toEqual(['delivered', 'delivered', 'delivered', 'delivered']);
    expect(told().filter((type) => type === 'delivery.recovered')).toHaveLength(1);
    expect(told().at(-1)).toBe('lane.released');
    expect((await feed.health('ep_1'))?.parkedCases).toBe(0);
  });

  it('lets its case go on when a person skips it with a reason, also after a restart', async () => {
    const { store, clock, sent, feed, states, restart } = await house(bad);
    store.commit({ type: 'case.opened', subject: 'A' });
    store.commit({ type: 'case.signed', subject: 'A' });
    feed.nudge();
    await clock.advance(60_000);
    const again = await restart(feed);
    store.commit({ type: 'case.closed', subject: 'A' });
    again.nudge();
    await clock.advance(60_000);
    expect(states()).toEqual(['dead', 'parked', 'parked']);
    const call = desk(again, store);
    expect((await call(ADMIN, 'POST', '/v1/endpoints/ep_1/deliveries/2/skip', { reason: 'x' })).status).toBe(409);
    const blank = await call(ADMIN, 'POST', '/v1/endpoints/ep_1/deliveries/1/skip', { reason: ' ' });
    expect(blank).toMatchObject({
      status: 422,
      json: { field: 'reason', message: expect.stringContaining('says nothing') },
    });
    const skipped = await call(ADMIN, 'POST', '/v1/endpoints/ep_1/deliveries/1/skip', { reason: 'entered by hand' });
    expect(skipped.json).toMatchObject({ state: 'skipped' });
    await clock.advance(60_000);
    expect(states()).toEqual(['skipped', 'delivered', 'delivered']);
    expect(store.of('ep_1')[0]?.lastError).toBe('skipped: entered by hand');
    expect(sent.slice(-2).map((seq) => store.log[seq - 1]?.type)).toEqual(['case.signed', 'case.closed']);
  });

  it.each(['restart', 'change'])('that is only a notice stops nothing, also not after a %s', async (how) => {
    const { store, clock, feed, restart } = await house(
      (out) => (out.headers['webhook-event-type'] === 'endpoint.updated' ? 422 : 204),
      { ordering: 'endpoint' },
      { settings: settings({ schedule: [0, 1, 1, 1] }) },
    );
    store.commit({ type: 'endpoint.updated', subject: 'ep_2' });
    feed.nudge();
    await clock.advance(60_000);
    expect(store.of('ep_1')).toMatchObject([{ seq: 1, state: 'dead', passed: true }]);
    const after = how === 'restart' ? await restart(feed) : feed;
    if (how === 'change') await feed.roster.change('ep_1', (now) => ({ ...now, description: 'new' }));
    store.commit({ type: 'case.signed', subject: 'A' });
    after.nudge();
    await clock.advance(60_000);
    expect(store.of('ep_1').at(-1)).toMatchObject({ state: 'delivered' });
    expect(await after.health('ep_1')).toMatchObject({ parkedCases: 0 });
  });

  it('whose event is gone from the log stops nothing, also not what is parked behind it, and after a restart', async () => {
    const { store, clock, feed, states, restart } = await house(bad);
    for (const type of ['case.opened', 'case.signed'] as const) store.commit({ type, subject: 'A' });
    feed.nudge();
    await clock.advance(60_000);
    expect(states()).toEqual(['dead', 'parked']);
    store.from = 1;
    await feed.resend('ep_1', 1);
    await clock.advance(60_000);
    expect(states()).toEqual(['dead', 'delivered']);
    const again = await restart(feed);
    store.commit({ type: 'case.closed', subject: 'A' });
    again.nudge();
    await clock.advance(60_000);
    expect(states()).toEqual(['dead', 'delivered', 'delivered']);
  });

  it('from before an endpoint asked for park_lane stops nothing; one from before it asked for skip or none lets go', async () => {
    const { store, clock, feed, states, told } = await house(bad, { onExhausted: 'skip' });
    const ask = async (terms: Record<string, unknown>, ...types: ('case.opened' | 'case.signed')[]) => {
      await feed.roster.change('ep_1', (now) => ({ ...now, options: { terms } }));
      for (const type of types) store.commit({ type, subject: 'A' });
      feed.nudge();
      await clock.advance(60_000);
      return states();
    };
    expect(await ask({ onExhausted: 'skip' }, 'case.opened')).toEqual(['dead']);
    expect(await ask({}, 'case.signed')).toEqual(['dead', 'delivered']);
    expect(await ask({}, 'case.opened', 'case.signed')).toEqual(['dead', 'delivered', 'dead', 'parked']);
    expect((await ask({ ordering: 'none' })).slice(2)).toEqual(['dead', 'delivered']);
    expect((await ask({}, 'case.signed')).slice(2)).toEqual(['dead', 'delivered', 'delivered']);
    expect(told()).toContain('lane.released');
    expect(await feed.health('ep_1')).toMatchObject({ parkedCases: 0 });
  });

  it('is not overtaken by what is parked behind it: not by a resend, and not by a replay', async () => {
    let mood = bad;
    const { store, clock, sent, feed, states } = await house((out) => mood(out));
    const call = desk(feed, store);
    for (const type of ['case.opened', 'case.signed', 'case.closed'] as const) store.commit({ type, subject: 'A' });
    feed.nudge();
    await clock.advance(60_000);
    expect(states()).toEqual(['dead', 'parked', 'parked']);
    const refused = await call(ADMIN, 'POST', '/v1/endpoints/ep_1/deliveries/2/resend', {});
    expect(refused).toMatchObject({ status: 409, json: { code: 'parked' } });
    expect(refused.json.detail ?? refused.json.message).toContain('behind event 1');
    store.rows.delete('ep_1 3'); // as if this endpoint had never had it
    mood = () => 204;
    sent.length = 0;
    await call(ADMIN, 'POST', '/v1/endpoints/ep_1/replay', { states: ['missing'] });
    await clock.advance(60_000);
    expect([sent, states()]).toEqual([[], ['dead', 'parked', 'parked']]);
    await call(ADMIN, 'POST', '/v1/endpoints/ep_1/replay', { states: ['dead'] });
    await clock.advance(60_000);
    expect(sent.filter((seq) => seq <= 3)).toEqual([1, 2, 3]);
  });

  it('stops nothing at an endpoint that asked for skip', async () => {
    const { store, clock, feed, states, told } = await house(bad, { onExhausted: 'skip' });
    store.commit({ type: 'case.opened', subject: 'A' });
    store.commit({ type: 'case.signed', subject: 'A' });
    feed.nudge();
    await clock.advance(60_000);
    expect(states()).toEqual(['dead', 'delivered']);
    expect(told()).toEqual(['delivery.exhausted']);
  });
});

describe('the terms of an endpoint', () => {
  it('send everything in one line, or nothing in any, as it asked', async () => {
    const three = async (ordering: string) => {
      let most = 0;
      let now = 0;
      const { store, clock, feed } = await house(
        async () => {
          most = Math.max(most, ++now);
          await new Promise<void>((done) => clock.after(100, done));
          now--;
          return answer(204);
        },
        { ordering },
      );
      store.commit({ type: 'case.opened', subject: 'A' });
      feed.nudge();
      await clock.advance(1_000);
      for (const subject of ['A', 'A', 'B']) store.commit({ type: 'case.signed', subject });
      feed.nudge();
      await clock.advance(2_000);
      return most;
    };
    expect([await three('endpoint'), await three('case'), await three('none')]).toEqual([1, 2, 3]);
  });

  it('hold it to its rate and its concurrency', async () => {
    const { store, clock, sent, feed } = await house(() => 204, { rate: 2 });
    for (let n = 0; n < 20; n++) store.commit({ type: 'case.opened', subject: `c${n}` });
    feed.nudge();
    await clock.advance(4_000);
    expect(sent.length).toBeGreaterThanOrEqual(8);
    expect(sent.length).toBeLessThanOrEqual(9);
  });

  it('let it send at its rate though each attempt takes long, as many at once as it takes', async () => {
    const slow: { clock?: ClockFake } = {};
    const { store, clock, sent, feed } = await house(
      async () => {
        await new Promise<void>((done) => void slow.clock?.after(1_000, done));
        return answer(204);
      },
      { rate: 10, concurrency: 8 },
    );
    slow.clock = clock;
    for (let n = 0; n < 300; n++) store.commit({ type: 'case.opened', subject: `c${n}` });
    feed.nudge();
    await clock.advance(20_000);
    expect(sent.length).toBeGreaterThan(120);
  });

  it('are asked for by POST and PATCH, shown, and refused when they make no sense', async () => {
    const { store, feed } = await house(() => 204);
    const call = desk(feed, store);
    const asked = { url: 'http://127.0.0.1:9/x', ordering: 'endpoint', concurrency: 64 };
    const made = await call(ADMIN, 'POST', '/v1/endpoints', asked);
    expect(made.json).toMatchObject({ ordering: 'endpoint', onExhausted: 'park_lane', concurrency: 64 });
    const id = String(made.json.id);
    const changed = await call(ADMIN, 'PATCH', `/v1/endpoints/${id}`, { onExhausted: 'skip', rate: 5 });
    expect(changed.json).toMatchObject({ ordering: 'endpoint', onExhausted: 'skip', concurrency: 64, rate: 5 });
    const lifted = await call(ADMIN, 'PATCH', `/v1/endpoints/${id}`, { rate: null });
    expect([lifted.status, lifted.json.rate, lifted.json.concurrency]).toEqual([200, undefined, 64]);
    expect((await call(ADMIN, 'POST', '/v1/endpoints', { ...asked, concurrency: 65 })).status).toBe(422);
  });
});

describe('an endpoint that hardly answers', () => {
  it('is told as failing, gets one real event as a probe, and is told as recovered', async () => {
    let status = 500;
    const { store, clock, sent, feed, told } = await house(() => status);
    for (let n = 0; n < 12; n++) store.commit({ type: 'case.opened', subject: `c${n}` });
    feed.nudge();
    await clock.advance(20_000);
    const before = sent.length;
    expect(told()).toContain('endpoint.failing');
    expect(await feed.health('ep_1')).toMatchObject({ circuit: 'open' });
    await clock.advance(12_000);
    expect(sent.length).toBe(before + 1);
    status = 204;
    await clock.advance(180_000);
    expect(told()).toContain('endpoint.recovered');
    expect((await feed.health('ep_1'))?.circuit).toBe('closed');
  });

  it('is disabled after five days without one success, with a reason, across restarts, and loses nothing', async () => {
    const days = Array.from({ length: 60 }, () => 3_600);
    const { store, clock, feed, told, restart } = await house(
      () => 500,
      {},
      { settings: settings({ schedule: [0, ...days] }) },
    );
    for (let n = 0; n < 30; n++) store.commit({ type: 'case.opened', subject: `c${n}` });
    feed.nudge();
    await clock.advance(3 * 86_400_000);
    const again = await restart(feed);
    await clock.advance(3 * 86_400_000);
    expect(told()).toContain('endpoint.disabled');
    expect(store.kept.get('ep_1')).toMatchObject({
      state: 'disabled',
      disabledReason: expect.stringMatching(/five days/),
    });
    expect(await again.health('ep_1')).toMatchObject({ state: 'disabled' });
    expect(store.of('ep_1').every((row) => row.state === 'pending' || row.state === 'dead')).toBe(true);
  });
});

describe('an endpoint that was disabled for failing', () => {
  const days = Array.from({ length: 60 }, () => 3_600);
  const failing = async () => {
    const over = { settings: settings({ schedule: [0, ...days] }) };
    const made = await house(() => 500, {}, over);
    for (let n = 0; n < 30; n++) made.store.commit({ type: 'case.opened', subject: `c${n}` });
    made.feed.nudge();
    await made.clock.advance(6 * 86_400_000);
    expect(made.store.kept.get('ep_1')?.state).toBe('disabled');
    return made;
  };

  it('has five days again once it is enabled', async () => {
    const { store, clock, feed, sent } = await failing();
    const before = sent.length;
    await desk(feed, store)(ADMIN, 'POST', '/v1/endpoints/ep_1/enable', {});
    await clock.advance(2 * 86_400_000);
    expect(sent.length).toBeGreaterThan(before);
    expect(store.kept.get('ep_1')?.state).toBe('enabled');
  });

  it('leaves nothing behind when it is deleted', async () => {
    const { store, clock, feed } = await failing();
    await desk(feed, store)(ADMIN, 'DELETE', '/v1/endpoints/ep_1');
    await clock.advance(1_000);
    expect(await store.keepings('endpoint_failing')).toEqual([]);
  });
});

describe('what an endpoint asked for, and how it failed,', () => {
  const changes = ['a restart', 'a change'];
  const over = async ({ feed, restart }: Awaited<ReturnType<typeof house>>, change: string) => {
    if (change === 'a restart') return await restart(feed);
    await feed.roster.change('ep_1', (now) => ({ ...now, description: 'new' }));
    return feed;
  };

  it.each(changes)('holds over %s: it is left alone until Retry-After', async (change) => {
    const made = await house(async () => ({ ...answer(503), headers: { 'retry-after': '3600' } }));
    const { store, clock, sent } = made;
    store.commit({ type: 'case.opened', subject: 'A' });
    made.feed.nudge();
    await clock.advance(1_000);
    const feed = await over(made, change);
    store.commit({ type: 'case.opened', subject: 'B' });
    feed.nudge();
    await clock.advance(3_500_000);
    expect(sent).toEqual([1]);
    expect(await feed.health('ep_1')).toHaveProperty('heldUntil');
    await clock.advance(200_000);
    expect(sent.length).toBeGreaterThan(1);
  });

  it.each(changes)('holds over %s: it is probed, and told as recovered', async (change) => {
    let status = 500;
    const made = await house(() => status);
    const { store, clock, sent, told } = made;
    for (let n = 0; n < 12; n++) store.commit({ type: 'case.opened', subject: `c${n}` });
    made.feed.nudge();
    await clock.advance(20_000);
    const before = sent.length;
    const feed = await over(made, change);
    expect(await feed.health('ep_1')).toMatchObject({ circuit: 'open' });
    await clock.advance(5_000);
    expect([sent.length, told().includes('endpoint.failing')]).toEqual([before, true]);
    status = 204;
    await clock.advance(300_000);
    expect(told().filter((type) => type === 'endpoint.recovered')).toHaveLength(1);
    expect(await store.keepings('endpoint_rest')).toEqual([]);
  });

  it('holds no more once it has another URL', async () => {
    const { store, clock, sent, feed } = await house(async () => ({
      ...answer(503),
      headers: { 'retry-after': '3600' },
    }));
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await clock.advance(1_000);
    await feed.roster.change('ep_1', (now) => ({ ...now, url: 'https://receiver.example/new' }));
    store.commit({ type: 'case.opened', subject: 'B' });
    feed.nudge();
    await clock.advance(1_000);
    expect(sent).toEqual([1, 2]);
  });
});

describe('an endpoint that says it is gone', () => {
  it('is not disabled when its owner has given it another URL meanwhile', async () => {
    const moved: { now?: () => Promise<unknown> } = {};
    const { store, clock, feed } = await house((out) => {
      if (out.url.pathname === '/new') return 204;
      void moved.now?.();
      return 410;
    });
    moved.now = () => feed.roster.change('ep_1', (now) => ({ ...now, url: 'https://receiver.example/new' }));
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await clock.advance(600_000);
    expect(store.kept.get('ep_1')).toMatchObject({ state: 'enabled', url: 'https://receiver.example/new' });
    expect(store.of('ep_1')).toMatchObject([{ state: 'delivered' }]);
  });

  it('is not disabled by a late write when its owner has enabled it meanwhile', async () => {
    let status = 410;
    const { store, clock, feed } = await house(() => status);
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    const { putEndpoint } = store;
    store.putEndpoint = async () => await Promise.reject(new Error('disk full'));
    await clock.advance(500);
    store.putEndpoint = putEndpoint;
    status = 204;
    await desk(feed, store)(ADMIN, 'POST', '/v1/endpoints/ep_1/enable', {});
    await clock.advance(600_000);
    expect(store.kept.get('ep_1')).toMatchObject({ state: 'enabled' });
    expect(store.of('ep_1')).toMatchObject([{ state: 'delivered' }]);
  });
});

describe('what is told of an endpoint', () => {
  it('holds the lag of one that has no room', async () => {
    const { store, clock, feed } = await house(async () => ({ ...answer(503), headers: { 'retry-after': '90' } }));
    for (let n = 0; n < 2_000; n++) store.commit({ type: 'case.opened', subject: `c${n}` });
    feed.nudge();
    await clock.advance(1_000);
    for (let n = 0; n < 2_000; n++) store.commit({ type: 'case.opened', subject: `d${n}` });
    feed.nudge();
    await clock.advance(1_000);
    const lag = (await store.head()) - (store.kept.get('ep_1')?.cursor ?? 0);
    expect(lag).toBeGreaterThan(2_000);
    expect(await feed.metrics()).toMatchObject({ lagSeq: lag });
    expect(await feed.standing()).toMatchObject([{ lag }]);
  });

  it('is no hold that is over', async () => {
    const { store, clock, feed } = await house(async () => ({ ...answer(204), headers: {} }));
    const run = feed.runOf('ep_1');
    if (run) run.holdUntil = clock.now() + 1_000;
    expect(await feed.health('ep_1')).toHaveProperty('heldUntil');
    await clock.advance(2_000);
    expect(await feed.health('ep_1')).not.toHaveProperty('heldUntil');
    expect(store.log).toEqual([]);
  });
});

describe('an emergency that an endpoint does not take', () => {
  it('is told as late once, and again when it has arrived', async () => {
    let status = 500;
    const quick = settings({ schedule: [0, 40, 40, 40], lateAfterSeconds: { 'case.diverted': 60 } });
    const { store, clock, feed, told } = await house(() => status, {}, { settings: quick });
    store.commit({ type: 'case.diverted', subject: 'A' });
    store.commit({ type: 'case.opened', subject: 'B' });
    feed.nudge();
    await clock.advance(79_000);
    expect(told()).toEqual(['delivery.late']);
    status = 204;
    await clock.advance(60_000);
    expect(told()).toEqual(['delivery.late', 'delivery.recovered']);
  });
});
