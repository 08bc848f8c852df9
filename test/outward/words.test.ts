// The words of a result: done is not the same as solved, and the citizen is told which.
import { describe, expect, it } from 'vitest';
import type { Case } from '../../src/core/case.ts';
import { wordsFor } from '../../src/outward/words.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { city, message } from '../core/example.ts';

describe('the words of a result', () => {
  const deps = { store: openMemory({ instance: 'test' }), city: () => city, publicUrl: '' };
  it.each([
    [true, '已经办结'],
    [false, '没有全部解决'],
  ])('where it was solved: %s', async (resolved, words) => {
    const c = { no: '26112400382715', unit: { code: 'u', name: '市政处' }, handling: { resolved } } as unknown as Case;
    const text = await wordsFor('result', message('路灯不亮'), c, deps);
    expect(text).toContain(words);
    // No public address, no link; and the citizen's own words are not repeated to them.
    expect([text.includes('{'), text.includes('路灯')]).toEqual([false, false]);
  });
});
