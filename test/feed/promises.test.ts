// The feed's promises over random stories of failures, crashes and restarts; and planted faults that the same stories must notice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockFake } from './clock-fake.ts';
import { endpoint, feedOver, settings } from './house.ts';
import { LogFake } from './log-fake.ts';
import { type Fault, type Mood, play, type Step, type Story } from './model.ts';

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      lane: fc.nat(3),
      tally: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.oneof(fc.nat(3_000), fc.nat(30_000)) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disk' as const), full: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('redrive' as const, 'skip' as const) }) },
);
const mood: fc.Arbitrary<Mood> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ status: fc.constant(204), ms: fc.nat(400) }) },
  { weight: 2, arbitrary: fc.record({ status: fc.constantFrom(500, 404, 503, 302, 413), ms: fc.nat(400) }) },
  { weight: 1, arbitrary: fc.record({ status: fc.constantFrom(429, 503), ms: fc.nat(20), retryAfter: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ status: fc.constant('reset' as const), ms: fc.nat(400) }) },
);
const story: fc.Arbitrary<Story> = fc.record({
  endpoints: fc.integer({ min: 1, max: 3 }),
  onExhausted: fc.constantFrom('park_lane' as const, 'park_lane' as const, 'skip' as const),
  steps: fc.array(step, { minLength: 1, maxLength: 16 }),
  moods: fc.array(mood, { minLength: 1, maxLength: 12 }),
});

/** `CIVICLINE_FEED_STORIES=2000` plays as many as CI does. */
const STORIES = Number(process.env.CIVICLINE_FEED_STORIES ?? 250);

const check = async (fault: Fault, numRuns: number, seed?: number) =>
  await fc.check(
    fc.asyncProperty(story, async (told) => {
      const broken = await play(told, fault);
      if (broken.length > 0) throw new Error(broken.join('; '));
    }),
    { numRuns, endOnFailure: true, ...(seed === undefined ? {} : { seed }) },
  );

/** Some endpoints hang, fail or dawdle; a good one has everything a moment after each commit. `oneByOne` plants the fault. */
function besides(oneByOne = false) {
  const nature = fc.oneof(
    fc.constant('hangs' as const),
    fc.constant('fails' as const),
    fc.integer({ min: 1, max: 20_000 }),
  );
  const told = fc.record({
    bad: fc.array(nature, { minLength: 1, maxLength: 12 }),
    commits: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 }),
  });
  return fc.asyncProperty(told, async ({ bad, commits }) => {
    const store = new LogFake();
    const clock = new ClockFake();
    const natures = new Map<string, (typeof bad)[number]>(bad.map((one, n) => [`ep_${n}`, one]));
    for (const id of [...natures.keys(), 'good']) await store.putEndpoint(endpoint({ id }));
    const got = new Set<string>();
    let queue: Promise<unknown> = Promise.resolve();
    const serve = async (id: string, event: string) => {
      const nature = natures.get(id) ?? 1;
      if (nature === 'hangs')
        return await new Promise<never>((_, fail) => clock.after(15_000, () => fail(new Error('timeout'))));
      if (typeof nature === 'number') await new Promise<void>((done) => clock.after(nature, done));
      if (id === 'good') got.add(event);
      return { status: nature === 'fails' ? 500 : 204, headers: {}, bytes: new Uint8Array(), truncated: false };
    };
    const feed = await feedOver(store, {
      clock,
      settings: settings({ concurrency: 4 }),
      send: async ({ headers }) => {
        const one = () => serve(headers['webhook-endpoint-id'] ?? '', headers['webhook-id'] ?? '');
        if (!oneByOne) return await one();
        const mine = queue.then(one);
        queue = mine.catch(() => undefined);
        return await mine;
      },
    });
    for (const count of commits) {
      for (let n = 0; n < count; n++) store.commit({ type: 'case.opened', subject: `c${store.log.length}` });
      feed.nudge();
      await clock.advance(2_000);
      const due = store.log.filter((one) => one.subject.startsWith('c'));
      if (!due.every((one) => got.has(one.id))) throw new Error(`good waits for ${due.length - got.size}`);
    }
  });
}

describe('the promises of the feed', () => {
  it('hold: nothing is lost, each case stays in order, bytes stay the same, attempts are bounded', async () => {
    const seed = Date.now() % 2 ** 31;
    console.info(`feed promises: ${STORIES} stories, seed ${seed}`);
    const result = await check({}, STORIES, seed);
    expect(result.failed ? fc.defaultReportMessage(result) : 'held').toBe('held');
  }, 120_000);

  it('hold for six endpoints that fail seven times in ten: what they say of each other comes to an end', async () => {
    const mood = (status: number): Mood => ({ status, ms: 5 });
    const moods = Array.from({ length: 10 }, (_, n) => mood(n < 7 ? 500 : 204));
    const steps = Array.from({ length: 6 }, (_, n): Step => ({ do: 'commit', lane: n % 4, tally: 6 }));
    expect(await play({ endpoints: 6, onExhausted: 'skip', steps, moods })).toEqual([]);
  });

  it('hold for an endpoint that answers beside any that do not: it waits for nobody', async () => {
    expect(await fc.check(besides(), { numRuns: 60 })).toMatchObject({ failed: false });
  });

  it('and the same stories notice a sender that serves one endpoint at a time', async () => {
    expect(await fc.check(besides(true), { numRuns: 60 })).toMatchObject({ failed: true });
  });

  it.each<[string, Fault, RegExp]>([
    [
      'a lane rule that lets one case’s events overtake each other',
      { deps: { laneOf: (entry) => entry.id } },
      /two at once|after a later one/,
    ],
    [
      'a cursor that runs ahead of what is settled',
      {
        store: (store) =>
          Object.assign(Object.create(store), {
            settle: async (rows: Parameters<typeof store.settle>[0], cursors: Parameters<typeof store.settle>[1]) =>
              await store.settle(
                rows,
                await Promise.all(cursors.map(async (one) => ({ ...one, cursor: await store.head() }))),
              ),
          }),
      },
      /lost \d+/,
    ],
    [
      'a store that forgets what stands still behind a dead letter',
      {
        store: (store) =>
          Object.assign(Object.create(store), {
            settle: async (rows: Parameters<typeof store.settle>[0], cursors: Parameters<typeof store.settle>[1]) =>
              await store.settle(
                rows.filter((row) => row.state !== 'parked'),
                cursors,
              ),
          }),
      },
      /lost \d+/,
    ],
    [
      'a schedule with more attempts than promised',
      { deps: { settings: settings({ schedule: [0, 1, 1, 1, 1, 1, 1, 1], concurrency: 4 }) } },
      /tried too often/,
    ],
    [
      'a store that forgets what waits for another try',
      {
        store: (store) =>
          Object.assign(Object.create(store), {
            settle: async (rows: Parameters<typeof store.settle>[0], cursors: Parameters<typeof store.settle>[1]) =>
              await store.settle(
                rows.filter((row) => row.state !== 'pending'),
                cursors,
              ),
          }),
      },
      /lost \d+/,
    ],
    [
      'bodies that are rendered anew for each reader',
      {
        store: (store) => {
          let n = 0;
          return Object.assign(Object.create(store), {
            readLog: async (query: Parameters<typeof store.readLog>[0]) =>
              (await store.readLog(query)).map((entry) => ({
                ...entry,
                body: JSON.stringify({ ...JSON.parse(entry.body), n: n++ }),
              })),
          });
        },
      },
      /changed its bytes/,
    ],
  ])('and the same stories notice %s', async (_name, fault, noticed) => {
    const result = await check(fault, 150);
    expect(result.failed && String(result.errorInstance)).toMatch(noticed);
  });
});
