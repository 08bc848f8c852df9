// Peers' vectors for the channels, no part of this repository: used when they lie beside it, and missed aloud when not.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Vector {
  readonly name: string;
  readonly kind: string;
  readonly channel?: string;
  readonly direction?: string;
  readonly format?: string;
  readonly input?: string;
  // biome-ignore lint/suspicious/noExplicitAny: every peer's vectors have their own shape
  readonly inputs: any;
  // biome-ignore lint/suspicious/noExplicitAny: every peer's vectors have their own shape
  readonly expected: any;
}

/** All vectors of a file, or none with a warning. */
export function vectors(file: string): readonly Vector[] {
  const path = fileURLToPath(new URL(`../../../shared/vectors/channels/${file}.json`, import.meta.url));
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')).vectors;
  console.warn(`SKIPPED: no vectors ${file}.json beside the repository`);
  return [];
}
