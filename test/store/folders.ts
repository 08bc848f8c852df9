// Folders for stores in tests: each a new one, all of them gone at the end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEveryFile } from '../leave.ts';

const made: string[] = [];

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'civicline-store-'));
  made.push(folder);
  return folder;
}

afterEveryFile(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export const MASTER = Buffer.alloc(32, 7);
export const OTHER_MASTER = Buffer.alloc(32, 9);
