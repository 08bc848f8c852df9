import { existsSync, statfsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Hundreds of stores and homes are made and thrown away: in memory, where there is room for them, no disk is waited for. */
const MEMORY = '/dev/shm';
const ROOM_BYTES = 2 ** 31;

function temporary(): Record<string, string> {
  if (process.env.TMPDIR !== undefined || !existsSync(MEMORY)) return {};
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM_BYTES ? { TMPDIR: MEMORY } : {};
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // One module graph a worker: reading it anew for each file took longer than the tests. So each leaves its process as it was.
    isolate: false,
    // One more than the cores of a small machine: tests of whole processes wait much.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    env: temporary(),
  },
});
