// The circuit of one endpoint: when it opens, when it probes, how it comes back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Circuit, FEWEST, WINDOW_MS } from '../../src/feed/circuit.ts';

const fail = (circuit: Circuit, times: number, now: number) =>
  Array.from({ length: times }, () => circuit.learn(false, now, 8));

describe('a circuit', () => {
  it('opens at the tenth failure in five minutes, and says so once', () => {
    const circuit = new Circuit();
    expect(fail(circuit, FEWEST, 0)).toEqual([...Array.from({ length: FEWEST - 1 }), 'opened']);
    expect([circuit.state, circuit.allows(29_999, 8), circuit.allows(30_000, 8)]).toEqual(['open', 0, 1]);
  });

  it('is not opened by what tells of deliveries, and closed by it all the same', () => {
    const circuit = new Circuit();
    for (let n = 0; n < 50; n++) expect(circuit.learn(false, n, 8, true)).toBeUndefined();
    expect(circuit.state).toBe('closed');
    fail(circuit, FEWEST, 100);
    const turns = Array.from({ length: 3 }, () => circuit.learn(true, 40_000, 8, true));
    expect(turns).toEqual([undefined, undefined, 'closed']);
  });

  it('stays closed while three in ten succeed, and forgets what is older than five minutes', () => {
    const circuit = new Circuit();
    for (let n = 0; n < 100; n++) circuit.learn(n % 10 < 4, n, 8);
    expect(circuit.state).toBe('closed');
    const slow = new Circuit();
    for (let n = 0; n < 40; n++) slow.learn(false, n * (WINDOW_MS / 8), 8);
    expect(slow.state).toBe('closed');
  });

  it('probes twice as late after each failed probe, up to a quarter of an hour', () => {
    const circuit = new Circuit();
    fail(circuit, FEWEST, 0);
    const waits = Array.from({ length: 7 }, () => {
      const at = circuit.until;
      circuit.learn(false, at, 8);
      return (circuit.until - at) / 1_000;
    });
    expect(waits).toEqual([60, 120, 240, 480, 900, 900, 900]);
  });

  it('comes back one, two, four at once, and says that it has', () => {
    const circuit = new Circuit();
    fail(circuit, FEWEST, 0);
    const seen = Array.from({ length: 3 }, () => [circuit.learn(true, 31_000, 8), circuit.allows(31_000, 8)]);
    expect(seen).toEqual([
      [undefined, 2],
      [undefined, 4],
      ['closed', 8],
    ]);
  });

  it('does not put a probe off for attempts that were under way when it opened', () => {
    const circuit = new Circuit();
    fail(circuit, FEWEST, 0);
    const { until } = circuit;
    fail(circuit, 5, 10);
    expect(circuit.until).toBe(until);
  });

  it('never allows more than the endpoint’s own limit, and never stays shut for ever', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(400_000))), fc.integer({ min: 1, max: 64 }), (told, limit) => {
        const circuit = new Circuit();
        let now = 0;
        for (const [success, ms] of told) {
          now += ms;
          circuit.learn(success, now, limit);
          const allowed = circuit.allows(now, limit);
          if (allowed > limit || allowed < 0) return false;
          if (circuit.state === 'open' && circuit.until - now > 900_000) return false;
        }
        return circuit.allows(now + 900_000, limit) > 0;
      }),
    );
  });
});
