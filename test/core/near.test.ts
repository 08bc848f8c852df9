// Of riders in front the same are found, in the same order, as by counting shared numbers one by one.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Fingerprint } from '../../src/core/draft.ts';
import { Near } from '../../src/core/near.ts';

const print = fc.record({
  exact: fc.constantFrom('a', 'b', 'c'),
  sketch: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 6 }),
});

function counted(riders: readonly Fingerprint[], { exact, sketch }: Fingerprint): string[] {
  const own = new Set(sketch);
  const least = Math.min(2, Math.max(1, own.size - 1));
  return riders
    .map((rider, n) => {
      const shared = [...own].filter((number) => rider.sketch.includes(number)).length;
      return { n, weight: shared + (rider.exact === exact ? 100 : 0) };
    })
    .filter(({ weight }) => weight >= least)
    .sort((a, b) => b.weight - a.weight || b.n - a.n)
    .slice(0, 8)
    .map(({ n }) => `case ${n}`);
}

it('finds the eight riders in front whose words share most, the very same words before all', () => {
  const property = fc.property(fc.array(print, { maxLength: 30 }), print, (riders, last) => {
    const near = new Near();
    riders.forEach((rider, n) => {
      near.add(rider, `case ${n}`);
    });
    expect(near.find(last)).toEqual(counted(riders, last));
  });
  fc.assert(property);
});
