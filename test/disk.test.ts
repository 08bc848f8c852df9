// The watch over the disk: what it measures, when it refuses, and that it costs nothing to ask.
import { mkdtempSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../src/core/errors.ts';
import { type DiskWatch, watchDisk } from '../src/disk.ts';

describe('the watch over the disk', () => {
  let folder: string;
  let watch: DiskWatch | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'civicline-disk-'));
  });
  afterEach(() => {
    watch?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets work in while there is more room than the floor, and knows how much', async () => {
    watch = await watchDisk(folder, 1);
    expect(() => watch?.room()).not.toThrow();
    const { blocks, bsize } = await statfs(folder);
    expect(await watch.free()).toBeGreaterThan(1);
    expect(await watch.free()).toBeLessThanOrEqual(blocks * bsize);
  });

  it('refuses for now below the floor, and says what to do', async () => {
    watch = await watchDisk(folder, Number.MAX_SAFE_INTEGER);
    let refusal: unknown;
    try {
      watch.room();
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(GatewayError);
    expect(refusal).toMatchObject({ code: 'disk_low', retryable: true, status: 503, retryAfter: 30 });
    expect(refusal).toHaveProperty('advice', expect.stringContaining('CIVICLINE_DATA'));
  });

  it('counts a folder that cannot be asked as full', async () => {
    await expect(watchDisk(join(folder, 'gone'), 1)).rejects.toThrow(/ENOENT/);
    watch = await watchDisk(folder, 1);
    rmSync(folder, { recursive: true });
    while ((await watch.free()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(() => watch?.room()).toThrow(GatewayError);
  });
});
