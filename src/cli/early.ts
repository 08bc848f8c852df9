// Early: before anything large is loaded, tells a second gateway that the data folder is taken.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { GatewayError } from '../core/errors.ts';
import { lockStore } from '../store/sqlite/lock.ts';

/** What to tell a second gateway. Only a look: the lock is given back at once, and taken in earnest with the store. */
export function takenBy(env: NodeJS.ProcessEnv): string | undefined {
  if (env.DATABASE_URL?.startsWith('memory:')) return undefined;
  const file = path.resolve(env.CIVICLINE_DATA || 'data', 'civicline.db');
  if (!existsSync(`${file}.lock`)) return undefined;
  try {
    lockStore(file).release();
    return undefined;
  } catch (error) {
    // Anything else is said better by whoever opens the store.
    if (!(error instanceof GatewayError) || error.code !== 'store_in_use') return undefined;
    return `civicline: ${error.message}\n  ${error.advice ?? ''}`;
  }
}
