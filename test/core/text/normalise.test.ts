import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bare, normalise } from '../../../src/core/text/normalise.ts';

describe('normalise', () => {
  test.each([
    ['full-width digits and letters become ordinary ones', '电话１２３４５，ＡＢＣ', '电话12345,ABC'],
    ['spaces and line breaks collapse to one space', '  路灯 \r\n\t 坏了  ', '路灯 坏了'],
    ['zero-width characters cannot split a word', '停\u200b水\u200d了\ufeff', '停水了'],
    ['bidi and tag characters are gone', '\u202e停水\u202c\u{e0041}了', '停水了'],
    ['circled and compatibility forms are read', '①号楼，３㎡', '1号楼,3m2'],
    ['half of a surrogate pair is dropped', '停水\ud800了', '停水了'],
    ['an accent parted from its letter by an invisible character comes back to it', 'e\u200b\u0301', 'é'],
  ])('%s', (_, typed, meant) => {
    expect(normalise(typed)).toBe(meant);
  });

  test('doing it twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(normalise(normalise(text))).toBe(normalise(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('bare keeps letters and digits of every script and nothing else', () => {
    expect(bare('Ａ路灯，坏了! 👍 3栋·ñ'.normalize('NFKC'))).toBe('a路灯坏了3栋ñ');
    expect(bare('？！…👍')).toBe('');
  });
});
