// Public test vectors that are no part of this repository: used when they lie beside it, and missed aloud when not.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Parsed vectors, or undefined with a warning. */
export function vectors<T>(name: string): T | undefined {
  const file = fileURLToPath(new URL(`../../../shared/vectors/feed/${name}.json`, import.meta.url));
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T;
  console.warn(`skipped: no vectors ${name}.json beside the repository`);
  return undefined;
}
