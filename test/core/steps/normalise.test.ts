import { expect, test } from 'vitest';
import { READ } from '../../../src/core/steps/normalise.ts';
import { prepared } from '../example.ts';

test('of a text that is long, or grows long, only the beginning is read by rules, and a person is told', () => {
  for (const text of ['\ufdfa'.repeat(20_000), '路灯坏了。'.repeat(20_000)]) {
    const draft = prepared(text);
    expect(draft.words.full.length).toBeLessThanOrEqual(READ);
    expect(draft.words.full.length).toBeGreaterThan(READ - 300);
    expect(draft.flags).toContain('read_in_part');
    expect(draft.message.text).toBe(text);
  }
});

test('a text as long as the form allows is read whole', () => {
  const draft = prepared('路灯坏了。'.repeat(READ / 5));
  expect(draft.words.full).toHaveLength(READ);
  expect(draft.flags).toEqual([]);
});

test('where it is cut no half of a number is left outside the seal', () => {
  const { masked } = prepared(
    `${'路灯坏了。'.repeat((READ - 30) / 5)}请联系我的电话一定要回复谢谢大家了138 0000 0000谢谢`,
  ).words;
  expect(masked).not.toMatch(/138/);
  expect(masked.endsWith('路灯坏了。')).toBe(true);
});
