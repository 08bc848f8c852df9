// A time is written anew for another offset, however many were written before.
import { expect, it } from 'vitest';
import { parseTime, toRfc3339 } from '../../src/core/time.ts';

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

it('reads no day that its month does not have', () => {
  for (const none of [
    '2026-02-30',
    '2026-02-29T10:00',
    '2026-11-31 08:00+08:00',
    '2026-04-31T00:00:00Z',
    '2026-13-01',
    '2026-01-00',
  ])
    expect([none, parseTime(none, 480)]).toEqual([none, undefined]);
  for (const day of ['2028-02-29', '2026-12-31', '2026-02-28', '2026-11-30'])
    expect([day, parseTime(`${day}T12:00`, 480)]).toEqual([day, Date.parse(`${day}T12:00+08:00`)]);
});
