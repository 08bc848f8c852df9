import { defineConfig } from 'vitest/config';

/** Folders whose tests leave nothing behind in their process. */
const ROOMS = ['core', 'config', 'channels', 'feed', 'http', 'web'].map((room) => `test/${room}/**/*.test.ts`);

const shared = {
  pool: 'forks' as const,
  testTimeout: 20_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      // These share one module graph a worker: reading it anew for each file took longer than the tests.
      { test: { ...shared, name: 'rooms', include: ROOMS, isolate: false } },
      { test: { ...shared, name: 'house', include: ['test/**/*.test.ts'], exclude: ROOMS } },
    ],
  },
});
