// The feed's promises over random stories of failures, crashes and restarts; and planted faults that the same stories must notice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(3_000) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disk' as const), full: fc.boolean() }) },
);
const mood: fc.Arbitrary<Mood> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ status: fc.constant(204), ms: fc.nat(400) }) },
  { weight: 2, arbitrary: fc.record({ status: fc.constantFrom(500, 404, 503, 302, 413), ms: fc.nat(400) }) },
  { weight: 1, arbitrary: fc.record({ status: fc.constantFrom(429, 503), ms: fc.nat(20), retryAfter: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ status: fc.constant('reset' as const), ms: fc.nat(400) }) },
);
const story: fc.Arbitrary<Story> = fc.record({
  endpoints: fc.integer({ min: 1, max: 3 }),
  steps: fc.array(step, { minLength: 1, maxLength: 16 }),
  moods: fc.array(mood, { minLength: 1, maxLength: 12 }),
});

const check = async (fault: Fault, numRuns: number) =>
  await fc.check(
    fc.asyncProperty(story, async (told) => {
      const broken = await play(told, fault);
      if (broken.length > 0) throw new Error(broken.join('; '));
    }),
    { numRuns, endOnFailure: true },
  );

describe('the promises of the feed', () => {
  it('hold: nothing is lost, each case stays in order, bytes stay the same, attempts are bounded', async () => {
    const result = await check({}, 150);
    expect(result.failed ? fc.defaultReportMessage(result) : 'held').toBe('held');
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
