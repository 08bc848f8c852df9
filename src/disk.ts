// Disk: how much room the data folder has left. New work is refused before the disk is full, so that what is owed can still be written.
import { statfs } from 'node:fs/promises';
import { GatewayError } from './core/errors.ts';

export interface DiskWatch {
  /** Free bytes, measured at most a second ago. */
  free(): Promise<number>;
  /** Throws `disk_low` while the last measure was below the floor. Costs nothing. */
  room(): void;
  close(): void;
}

const EVERY_MS = 1_000;

export async function watchDisk(dir: string, minFreeBytes: number): Promise<DiskWatch> {
  let bytes = Number.POSITIVE_INFINITY;
  const measure = async (): Promise<void> => {
    const { bavail, bsize } = await statfs(dir);
    bytes = bavail * bsize;
  };
  await measure();
  // A folder that cannot be asked counts as full: the store would fail in the same way, later and less clearly.
  const timer = setInterval(() => void measure().catch(() => (bytes = 0)), EVERY_MS);
  timer.unref();
  return {
    async free() {
      return bytes;
    },
    room() {
      if (bytes >= minFreeBytes) return;
      throw new GatewayError({
        code: 'disk_low',
        message: `the disk under the data folder has ${Math.floor(bytes / 1_048_576)} MiB left`,
        retryable: true,
        retryAfter: 30,
        advice: 'Nothing was stored. Free space on the disk of CIVICLINE_DATA; intake resumes by itself.',
      });
    },
    close: () => clearInterval(timer),
  };
}
