import { expect, test } from 'vitest';
import { fingerprint } from '../../../src/core/text/fingerprint.ts';
import { similarity } from '../../../src/core/text/similarity.ts';

const LONG = '江北区环城北路通往压赛堰的马路路面有许多坑洼,市民出行不便,要求修复。';

test('punctuation, spaces and case do not change a fingerprint', () => {
  expect(fingerprint('路灯 坏了!ABC', 'x')).toEqual(fingerprint('路灯坏了,abc。', 'y'));
});

test('exact is 32 hex characters, the sketch at most 5 ascending unsigned numbers', () => {
  const { exact, sketch } = fingerprint(LONG, '');
  expect(exact).toMatch(/^[0-9a-f]{32}$/);
  expect(sketch).toHaveLength(5);
  expect([...sketch].sort((a, b) => a - b)).toEqual(sketch);
  expect(new Set(sketch).size).toBe(5);
  expect(sketch.every((hash) => Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32)).toBe(true);
});

test('nearly the same words share part of the sketch, other words none', () => {
  const one = fingerprint(LONG, '').sketch;
  const near = fingerprint(`您好,${LONG}谢谢`, '').sketch;
  const other = fingerprint('咨询一下公租房怎么申请,需要准备哪些材料,在哪个窗口办理。', '').sketch;
  expect(near.some((hash) => one.includes(hash))).toBe(true);
  expect(other.some((hash) => one.includes(hash))).toBe(false);
});

test('two messages without any word are not the same matter', () => {
  expect(fingerprint('?!', 'sha256:1').exact).not.toBe(fingerprint('?!', 'sha256:2').exact);
});

test('similarity is 1 for the same words, 0 for none shared, between for some, and the same both ways', () => {
  expect(similarity('路灯坏了。', '路灯,坏了')).toBe(1);
  expect(similarity('路灯坏了', '停水三天')).toBe(0);
  expect(similarity('', '')).toBe(0);
  expect(similarity('路灯坏了', '路灯不亮')).toBeCloseTo(1 / 5);
  expect(similarity(LONG, '路灯坏了')).toBe(similarity('路灯坏了', LONG));
});
