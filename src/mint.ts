// The mint of this process: time-ordered ULIDs, case numbers and query codes from the operating system's randomness.
import { randomFillSync, randomInt } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import { drawCaseNo, drawQueryCode } from './core/case-no.ts';
import type { Mint } from './core/mint.ts';

export const uniform = (below: number): number => randomInt(below);

const pool = new Uint16Array(2_048);
let used = pool.length;

/** From 0 up to but without 1, in steps of 2^-16; a pool is filled at once, where the library asks for one byte after another. */
function fraction(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const drawn = pool[used] ?? 0;
  used += 1;
  return drawn / 65_536;
}

export function openMint(utcOffsetMinutes: number): Mint {
  const next = monotonicFactory(fraction);
  return {
    ulid: () => next(),
    caseNo: (now) => drawCaseNo(now, utcOffsetMinutes, uniform),
    queryCode: () => drawQueryCode(uniform),
  };
}
