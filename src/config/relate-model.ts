// Relate model: models/relate.bin as `civicline train --relate` wrote it, optional; a broken one is told like every other problem.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { GatewayError } from '../core/errors.ts';
import { decode, type Matcher } from '../core/relate/model.ts';
import type { Source } from './read.ts';

export const RELATE_MODEL = 'models/relate.bin';

export function readMatcher({ dir, ledger }: Source): Matcher | undefined {
  const full = path.join(dir, RELATE_MODEL);
  if (!existsSync(full)) return undefined;
  try {
    return decode(readFileSync(full));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    ledger.add(RELATE_MODEL, '', error.message, error.advice ?? 'make it again');
    return undefined;
  }
}
