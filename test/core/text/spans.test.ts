import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outermost, reach } from '../../../src/core/text/spans.ts';

/** Counts how often anything asks where a find begins. */
function counted(many: number, length: number) {
  const asked = { times: 0 };
  const finds = Array.from({ length: many }, (_, i) => ({
    word: '城'.repeat(length),
    get at() {
      asked.times += 1;
      return i * 2;
    },
    get from() {
      asked.times += 1;
      return i * 2;
    },
    to: i * 2 + length,
  }));
  return { asked, finds };
}

const finds = fc
  .array(fc.record({ at: fc.nat(30), word: fc.integer({ min: 1, max: 6 }).map((n) => 'x'.repeat(n)) }))
  .map((all) => all.sort((a, b) => a.at - b.at));

describe('finds in a text', () => {
  test('that begin in no longer one are told apart as by comparing each with each', () => {
    fc.assert(
      fc.property(finds, (all) => {
        const slow = all.filter(
          ({ at, word }) => !all.some((o) => o.word.length > word.length && o.at <= at && at < o.at + o.word.length),
        );
        expect(outermost(all)).toEqual(slow);
      }),
    );
  });

  test('that lie inside spans are told apart as by comparing each with each', () => {
    fc.assert(
      fc.property(finds, finds, (all, outer) => {
        const spans = outer.map(({ at, word }) => ({ from: at, to: at + word.length }));
        const far = reach(spans);
        const inside = all.map(({ at, word }) => far(at) >= at + word.length);
        expect(inside).toEqual(all.map(({ at, word }) => spans.some((s) => s.from <= at && s.to >= at + word.length)));
      }),
    );
  });

  test.each([10_000, 20_000])('twice as many cost twice the looks, not four times: %d', (many) => {
    const longer = counted(many, 4);
    outermost(longer.finds);
    expect(longer.asked.times).toBeLessThan(many * 10);
    const spans = counted(many, 4);
    const far = reach(spans.finds);
    for (let at = 0; at < many * 2; at += 2) far(at);
    expect(spans.asked.times).toBeLessThan(many * 3);
  });
});
