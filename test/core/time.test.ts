// A time is written anew for another offset, however many were written before.
import { expect, it } from 'vitest';
import { toRfc3339 } from '../../src/core/time.ts';

const NOON = Date.UTC(2026, 8, 21, 4, 0, 0);
const written = (at: number, minutes: number): string => {
  const zone = `${minutes < 0 ? '-' : '+'}${String(Math.abs(minutes) / 60).padStart(2, '0')}:00`;
  return new Date(at + minutes * 60_000).toISOString().replace('Z', zone);
};

it('writes each moment with its own offset, in any order', () => {
  for (let round = 0; round < 200; round++)
    for (const minutes of [480, 480, -300, 480]) {
      const at = NOON + (round % 70) * 1_000;
      expect(toRfc3339(at, minutes)).toBe(written(at, minutes));
    }
  expect(toRfc3339(NOON, 0)).toBe('2026-09-21T04:00:00.000Z');
});
