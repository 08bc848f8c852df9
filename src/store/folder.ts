// Folder: makes a folder and what is missing above it, for the gateway's own user only.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/** Step by step: `recursive` never comes back where the system refuses new folders (/proc). Throws what the system says. */
export function makeFolder(folder: string): void {
  const whole = path.resolve(folder);
  if (existsSync(whole)) return;
  makeFolder(path.dirname(whole));
  try {
    mkdirSync(whole, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(whole)) throw error; // else somebody else was quicker
  }
}
