// What follows from an attempt: when the next one is, and when there is none.
import { describe, expect, it } from 'vitest';
import { decide, type Outcome, retryAfterMs } from '../../src/feed/schedule.ts';
import { SCHEDULE } from './house.ts';
import { vectors } from './vectors.ts';

const NOW = Date.UTC(2026, 10, 24);
const following = (outcome: Outcome, number: number, random = 0.5) =>
  decide({ outcome, number, schedule: SCHEDULE, now: NOW, random: () => random });
const wait = (outcome: Outcome, number: number, random?: number) => {
  const verdict = following(outcome, number, random);
  return verdict.what === 'again' ? (verdict.at - NOW) / 1000 : verdict.what;
};

describe('the schedule of attempts', () => {
  it('makes thirteen attempts over nearly three days, then gives the event up with its reason', () => {
    const waits = SCHEDULE.map((_delay, index) => wait({ status: 500 }, index + 1));
    expect(waits).toEqual([...SCHEDULE.slice(1), 'dead']);
    expect(SCHEDULE.reduce((sum, delay) => sum + delay, 0)).toBe(71 * 3600 + 42 * 60 + 35);
    expect(following({ status: 500 }, 13)).toMatchObject({ what: 'dead', reason: 'HTTP 500; 13 attempts' });
  });

  it('spreads each delay by a fifth either way', () => {
    expect(wait({ status: 500 }, 2, 0)).toBeCloseTo(24);
    expect(wait({ status: 500 }, 2, 1)).toBeCloseTo(36);
  });

  it('never comes back before Retry-After, and holds the whole endpoint until then', () => {
    for (const random of [0, 0.5, 0.999]) {
      const verdict = following({ status: 429, retryAfter: '120' }, 1, random);
      expect(verdict).toMatchObject({ what: 'again', slow: true });
      if (verdict.what !== 'again') continue;
      const hold = verdict.hold ?? 0;
      expect(hold - NOW).toBeGreaterThanOrEqual(120_000);
      expect(hold - NOW).toBeLessThanOrEqual(125_000);
      expect(verdict.at).toBeGreaterThanOrEqual(hold);
    }
  });

  it('takes a Retry-After of at most one day', () => {
    expect(retryAfterMs('999999', NOW)).toBe(86_400_000);
    expect(retryAfterMs('9'.repeat(400), NOW)).toBe(86_400_000);
  });

  it('tries what is too large or not understood three times, everything else to the end', () => {
    for (const status of [413, 415, 422]) {
      expect(wait({ status }, 2)).toBe(30);
      expect(wait({ status }, 3)).toBe('dead');
    }
    for (const status of [301, 302, 400, 401, 404, 500]) expect(wait({ status }, 3)).toBe(120);
    expect(wait({ error: { code: 'ECONNREFUSED', message: '' } }, 3)).toBe(120);
    expect(wait({ error: { code: 'name_unresolved', message: '' } }, 3)).toBe(120);
  });

  it('gives up at once what the guard refuses, and the endpoint itself on 410', () => {
    expect(wait({ error: { code: 'address_refused', message: 'private' } }, 1)).toBe('dead');
    expect(wait({ status: 410 }, 1)).toBe('gone');
  });

  it('slows an endpoint that cannot keep up, not one that merely fails', () => {
    const slow = (outcome: Outcome) => {
      const verdict = following(outcome, 1);
      return verdict.what === 'again' && verdict.slow;
    };
    expect([429, 502, 503, 504].map((status) => slow({ status }))).toEqual([true, true, true, true]);
    expect(slow({ error: { code: 'timeout', message: '' } })).toBe(true);
    expect(slow({ error: { code: 'UND_ERR_CONNECT_TIMEOUT', message: 'Connect Timeout Error' } })).toBe(true);
    expect([400, 404, 500].map((status) => slow({ status }))).toEqual([false, false, false]);
  });

  interface Header {
    header: string | null;
    seconds?: number | null;
    instant?: string;
  }
  const headers = vectors<{ cases: Header[] }>('retry-after')?.cases;
  it.skipIf(!headers).each(headers ?? [])(
    'reads Retry-After as the vector says: $header',
    ({ header, seconds, instant }) => {
      if (instant) {
        const at = Date.parse(instant);
        expect(retryAfterMs(header ?? undefined, at - 5_000)).toBe(5_000);
        expect(retryAfterMs(header ?? undefined, at + 5_000)).toBe(0);
      } else
        expect(retryAfterMs(header ?? undefined, NOW)).toBe(
          seconds === null || seconds === undefined ? undefined : seconds * 1000,
        );
    },
  );
});
