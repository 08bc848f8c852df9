// The quick comparison says what comparing gram by gram and tree by tree says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISTRICT } from '../../../src/core/relate/districts.ts';
import { forestOf, leafOf } from '../../../src/core/relate/forest.ts';
import { pairsOf } from '../../../src/core/relate/grams.ts';
import { latentOf } from '../../../src/core/relate/latent.ts';
import { likenesses } from '../../../src/core/relate/likeness.ts';
import { gramsOf, type Reading, read } from '../../../src/core/relate/reading.ts';
import { idfOf, ordinary, tableOf } from '../../../src/core/relate/table.ts';

const PLACES = ['明德路', '春光花园', '长桥镇', '12号', '3栋', 'a3区', '2025年'];
const TROUBLES = [
  '路灯不亮',
  '路灯坏了',
  '夜里施工打桩',
  '电梯停了',
  '电梯又停',
  '垃圾没人收',
  '垃圾没有人来收',
  '停水两天',
];
const words = fc
  .array(fc.constantFrom(...PLACES, ...TROUBLES, '，', '。', '\n', '请处理', '一直'), { maxLength: 24 })
  .map((some) => some.join(''));

const table = tableOf([...TROUBLES, ...TROUBLES, '春光花园电梯停了', '请处理'].map((text) => gramsOf(text)));
const latent = { width: 2, grams: new Uint32Array(0), rows: new Int8Array(0), scales: new Float32Array(0) };
const readingOf = (text: string): Reading => read(text, table, latent);

/** Of a reading's grams those that are names, or those that are not, with their weights. */
function side({ full }: Reading, names: boolean): Map<number, number> {
  const own = [...full.grams].map((gram, at) => [gram, full.weights[at] ?? 0] as const);
  return new Map(own.filter((_, at) => (full.isName[at] === 1) === names));
}

function product(a: Map<number, number>, b: Map<number, number>): number {
  return [...a].reduce((sum, [gram, weight]) => sum + weight * (b.get(gram) ?? 0), 0);
}

function titleOf(text: string): string {
  const cut = text.indexOf('\n');
  const title = cut >= 0 ? text.slice(0, cut).slice(0, 120) : (text.split(/[。!?！？；;]/, 1)[0] ?? '').slice(0, 40);
  return title.replace(DISTRICT, ' ');
}

/** Of the names in a title what another text lacks of its names: by looking each pair up in the other's words. */
function lost(text: string, other: Reading): { run: number; lost: number } {
  const held = new Set(other.full.grams);
  let [run, longest, all, kept] = [0, 0, 0, 0];
  for (const pair of pairsOf(titleOf(text))) {
    const worth = pair === 0 || ordinary(pair, table) ? 0 : idfOf(pair, table);
    all += worth;
    run = pair !== 0 && held.has(pair) ? run + worth + 1e-9 : 0;
    if (run > 0) kept += worth;
    longest = Math.max(longest, run);
  }
  return { run: longest, lost: all === 0 ? 0 : 1 - kept / all };
}

describe('Likeness of one text with many', () => {
  it('is that of each pair compared alone, whatever was compared before', () => {
    const property = fc.property(words, fc.array(words, { minLength: 1, maxLength: 5 }), (text, others) => {
      const one = readingOf(text);
      const found = likenesses(one, others.map(readingOf));
      others.forEach((other, n) => {
        const two = readingOf(other);
        const names = product(side(one, true), side(two, true));
        const problem = product(side(one, false), side(two, false));
        const norms = one.full.norm * two.full.norm;
        const [out, back] = [lost(text, two), lost(other, one)];
        expect(found[n]?.full).toBeCloseTo(norms === 0 ? 0 : (names + problem) / norms, 9);
        expect(found[n]?.nameWorth).toBeCloseTo(Math.log(1 + names), 9);
        expect(found[n]?.run).toBeCloseTo(Math.log(1 + Math.max(out.run, back.run)), 9);
        expect(found[n]?.lostLeast).toBeCloseTo(Math.min(out.lost, back.lost), 9);
        expect(found[n]?.lostMost).toBeCloseTo(Math.max(out.lost, back.lost), 9);
      });
    });
    fc.assert(property);
  });

  it('reads the longest text without running out of room', () => {
    const long = Array.from({ length: 3_900 }, (_, at) => String.fromCharCode(0x4e00 + ((at * 7_919) % 20_000))).join(
      '',
    );
    const [itself, another] = likenesses(readingOf(long), [readingOf(long), readingOf('路灯不亮')]);
    expect(itself?.full).toBeCloseTo(1, 6);
    expect(another?.full).toBe(0);
  });
});

describe('The rarest pairs of a text', () => {
  it('are those of most worth, what stands in the title counting twice, then by number', () => {
    const property = fc.property(words, (text) => {
      const title = titleOf(text);
      const cut = text.indexOf('\n');
      const head = text
        .slice(cut + 1)
        .replace(DISTRICT, ' ')
        .slice(0, 400);
      const worth = new Map(pairsOf(head).map((pair) => [pair, idfOf(pair, table)]));
      for (const pair of pairsOf(title)) worth.set(pair, 2 * idfOf(pair, table));
      worth.delete(0);
      const ranked = [...worth].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
      expect(readingOf(text).rare).toEqual(ranked.slice(0, 30).map(([pair]) => pair));
    });
    fc.assert(property);
  });
});

describe('What a text is about', () => {
  it('is the sum of the known directions, weighed, of unit length', () => {
    const known = {
      width: 2,
      grams: new Uint32Array([3, 70_003, 80_000]),
      rows: new Int8Array([1, 0, 0, 2, 5, 5]),
      scales: new Float32Array([1, 0.5, 1]),
    };
    const [x, y] = latentOf(known, new Uint32Array([1, 3, 9, 70_003, 90_000]), new Float32Array([9, 3, 9, 4, 9]));
    expect([x, y]).toEqual([expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)]);
    expect([...latentOf(known, new Uint32Array([1]), new Float32Array([1]))]).toEqual([0, 0]);
  });
});

describe('A forest', () => {
  const numbers = (length: number) =>
    fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: length, maxLength: length });
  const tree = fc.record({
    feature: fc.array(fc.nat(4), { minLength: 7, maxLength: 7 }),
    at: numbers(7),
    leaf: numbers(8),
  });
  it('answers the sum of its trees', () => {
    const property = fc.property(fc.array(tree, { maxLength: 6 }), numbers(5), (trees, row) => {
      const one = trees.reduce((sum, each) => sum + leafOf(each, row), 0.25);
      expect(forestOf(trees, 0.25)(Float64Array.from(row))).toBe(one);
    });
    fc.assert(property);
  });
});
