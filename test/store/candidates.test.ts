// Counting in kept tables finds the same cases, in the same order, as counting in a map.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isExact, mostShared } from '../../src/store/candidates.ts';

const EXACT = 2 ** 32 + 7;

function counted(lists: ReadonlyMap<number, readonly number[]>, least: number, most: number): number[] {
  const weight = new Map<number, number>();
  for (const [posting, cases] of lists)
    for (const id of cases) weight.set(id, (weight.get(id) ?? 0) + (isExact(posting) ? 100 : 1));
  const enough = [...weight].filter(([, shared]) => shared >= least);
  return enough
    .sort((a, b) => b[1] - a[1] || b[0] - a[0])
    .slice(0, most)
    .map(([id]) => id);
}

const id = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 2 ** 32 - 1 }));
const cases = fc.uniqueArray(id, { maxLength: 32 });

it('ranks what shares most numbers first, the newer before the older, the same words before all', () => {
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
