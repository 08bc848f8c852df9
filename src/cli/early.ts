// Early: before anything large is loaded, tells a second gateway that the data folder is taken.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { lockStore } from '../store/sqlite/lock.ts';

/** Throws `store_in_use`. Only a look: the lock is given back at once, and taken in earnest when the store is opened. */
export function refuseSecond(env: NodeJS.ProcessEnv): void {
  if (env.DATABASE_URL?.startsWith('memory:')) return;
  const file = path.resolve(env.CIVICLINE_DATA || 'data', 'civicline.db');
  if (existsSync(`${file}.lock`)) lockStore(file).release();
}
