// The mint of this process: time-ordered ULIDs, case numbers and query codes from the operating system's randomness.
import { randomInt } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import { drawCaseNo, drawQueryCode } from './core/case-no.ts';
import type { Mint } from './core/mint.ts';

export const uniform = (below: number): number => randomInt(below);

export function openMint(utcOffsetMinutes: number): Mint {
  const next = monotonicFactory();
  return {
    ulid: () => next(),
    caseNo: (now) => drawCaseNo(now, utcOffsetMinutes, uniform),
    queryCode: () => drawQueryCode(uniform),
  };
}
