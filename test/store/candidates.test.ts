// Counting in kept tables finds the same cases, in the same order, as counting in a map; first come those that share what few others do.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isExact, mostShared, POSTINGS } from '../../src/store/candidates.ts';

const EXACT = 2 ** 32 + 7;

function counted(lists: ReadonlyMap<number, readonly number[]>, least: number, most: number): number[] {
  const shared = new Map<number, { count: number; worth: number }>();
  for (const [posting, cases] of lists)
    for (const id of cases) {
      const { count, worth } = shared.get(id) ?? { count: 0, worth: 0 };
      const more = isExact(posting)
        ? { count: 100, worth: 10_000 }
        : { count: 1, worth: Math.floor(32 / cases.length) };
      shared.set(id, { count: count + more.count, worth: worth + more.worth });
    }
  const enough = [...shared].filter(([, { count }]) => count >= least);
  return enough
    .sort((a, b) => b[1].worth - a[1].worth || b[0] - a[0])
    .slice(0, most)
    .map(([id]) => id);
}

const id = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 2 ** 32 - 1 }));
const cases = fc.uniqueArray(id, { maxLength: 32 });

it('ranks whose shared numbers are worth most first, the newer before the older, the same words before all', () => {
  const property = fc.property(
    fc.array(cases, { maxLength: 31 }),
    cases,
    fc.integer({ min: 1, max: 3 }),
    (some, same, least) => {
      const lists = new Map([[EXACT, same], ...some.map((list, n) => [n + 1, list] as [number, number[]])]);
      const found = mostShared([...lists.keys()], (posting) => lists.get(posting) ?? [], { least, most: 24 });
      expect(found).toEqual(counted(lists, least, 24));
    },
  );
  fc.assert(property);
});

it('finds the case that shares a name with two before those that share more of what everybody says', () => {
  const everybody = Array.from({ length: POSTINGS }, (_, n) => 100 + n);
  const lists = new Map([...Array.from({ length: 9 }, (_, n) => [n + 1, everybody] as const), [20, [3]], [21, [7, 3]]]);
  const found = mostShared([...lists.keys()], (posting) => lists.get(posting) ?? [], { least: 1, most: 2 });
  expect(found).toEqual([3, 7]);
});
