import { existsSync, statfsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Hundreds of stores and homes are made and thrown away: in memory, where there is room for them, no disk is waited for. */
const MEMORY = '/dev/shm';
const ROOM_BYTES = 2 ** 31;

function temporary(): Record<string, string> {
  if (process.env.TMPDIR !== undefined || !existsSync(MEMORY)) return {};
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM_BYTES ? { TMPDIR: MEMORY } : {};
}

/** The package as the build gathered it, which is what the gateway runs; without a build the package itself. */
const typebox = fileURLToPath(new URL('dist/node_modules/typebox', import.meta.url));
const alias = existsSync(typebox)
  ? [
      { find: /^typebox$/, replacement: `${typebox}/index.mjs` },
      { find: /^typebox\/(\w+)$/, replacement: `${typebox}/$1.mjs` },
    ]
  : [];

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // One module graph a worker: reading it anew for each file took longer than the tests. So each leaves its process as it was.
    isolate: false,
    setupFiles: ['test/after.ts'],
    // One more than the cores of a small machine: tests of whole processes wait much.
    maxWorkers: 3,
    // Ends what hangs. Far above what any test takes, for a busy machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: temporary(),
  },
});
