// The mint of this process: names in order, numbers that read back, codes without letters that are mistaken.
import { describe, expect, it } from 'vitest';
import { parseCaseNo, parseQueryCode } from '../src/core/case-no.ts';
import { openMint, uniform } from '../src/mint.ts';

const NEW_YEAR = Date.parse('2026-12-31T23:30:00+08:00');
const many = <T>(draw: () => T): T[] => Array.from({ length: 5_000 }, draw);

describe('the mint', () => {
  const mint = openMint(480);

  it('gives names that sort in the order they were given, also within one millisecond', () => {
    const names = many(() => mint.ulid());
    expect(names).toEqual([...names].sort());
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(name))).toBe(true);
  });

  it('gives no name that another mint gives at the same time', () => {
    const other = openMint(480);
    const names = many(() => [mint.ulid(), other.ulid()]).flat();
    expect(new Set(names).size).toBe(names.length);
  });

  it('gives case numbers of the city’s own day, which read back', () => {
    for (const no of many(() => mint.caseNo(NEW_YEAR))) {
      expect(no.slice(0, 6)).toBe('261231');
      expect(parseCaseNo(no)).toBe(no);
    }
    expect(mint.caseNo(NEW_YEAR + 3_600_000).slice(0, 6)).toBe('270101');
  });

  it('gives query codes that read back, and hardly ever the same twice', () => {
    const codes = many(() => mint.queryCode());
    expect(codes.filter((code) => parseQueryCode(code) !== code)).toEqual([]);
    expect(new Set(codes).size).toBeGreaterThan(codes.length - 3);
  });

  it('draws every number below the bound and none beyond it', () => {
    const drawn = new Set(many(() => uniform(7)));
    expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});
