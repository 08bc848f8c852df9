// Replace: writes a file whole or not at all, for a gateway may read it at any time.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { usage } from './fail.ts';

/** Throws `usage` where the place cannot be written to. */
export function replaceFile(file: string, bytes: Uint8Array): void {
  const fresh = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(fresh, bytes, { mode: 0o644 });
    renameSync(fresh, file);
  } catch (cause) {
    throw usage(`${file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
