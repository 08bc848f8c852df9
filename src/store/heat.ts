// Heat: what both stores keep to when they tell of a matter's reporters.
import type { Reported } from '../core/heat.ts';

export const MOST_REPORTED = 2_000;
export const MOST_WORDS = 40;

/** In place of the names under which a store keeps people: numbers that mean nothing outside this matter. */
export function numbered(reported: readonly (Reported & { readonly keys: readonly string[] })[]): Reported[] {
  const numbers = new Map<string, number>();
  let last = 0;
  return reported.map(({ keys, ...one }) => {
    if (keys.length === 0) return one;
    const known = keys.find((key) => numbers.has(key));
    const person = (known === undefined ? undefined : numbers.get(known)) ?? ++last;
    for (const key of keys) numbers.set(key, person);
    return { ...one, person };
  });
}
