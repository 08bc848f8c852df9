// The SQLite store and its disk: every commit waits for it, and a full one refuses without losing anything.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/core/store.ts';
import { inThread, openInThread } from '../../src/store/sqlite/client.ts';
import { openFile } from '../../src/store/sqlite/open.ts';
import { sqliteOn } from '../../src/store/sqlite/store.ts';
import { keep, Teller } from '../contract/teller.ts';
import { MASTER, newFolder } from './folders.ts';
import { traced } from './process.ts';

const newFile = (): string => join(newFolder(), 'civicline.db');
const WORDS = '路灯不亮已经三天了，晚上走路看不见，请尽快派人来修。'.repeat(400);

const SKIPPED = 'SKIPPED: strace is not here, or may not look';

describe('a commit', () => {
  /** How often the disk was waited for in each of ten commits; undefined without strace. */
  function waits(level: string): number[] | undefined {
    const out = join(newFolder(), 'trace');
    const done = traced('fsync,fdatasync,write', out, 'write', newFile(), level);
    if (!done) return undefined;
    expect(done.exit).toBe(0);
    const commits: number[] = [];
    let within: number | undefined;
    for (const line of readFileSync(out, 'utf8').split('\n')) {
      if (line.includes('"MARK begin')) within = 0;
      else if (within !== undefined && /\bf(data)?sync\(/.test(line)) within += 1;
      else if (within !== undefined && line.includes('"MARK end')) {
        commits.push(within);
        within = undefined;
      }
    }
    return commits;
  }

  it('waits for the disk at least once, each time', (test) => {
    const commits = waits('');
    if (!commits) return test.skip(SKIPPED);
    expect(commits).toHaveLength(10);
    expect(Math.min(...commits)).toBeGreaterThanOrEqual(1);
  });

  it.for(['OFF', 'NORMAL'])('would not at synchronous = %s: this test sees the fault', (level, test) => {
    const commits = waits(level);
    if (!commits) return test.skip(SKIPPED);
    expect(commits).toHaveLength(10);
    expect(Math.min(...commits)).toBe(0);
  });
});

/** Writes until it is refused; answers the refusal and how much was answered before it. */
async function fill(store: Store, tell: Teller): Promise<{ error: unknown; kept: string[] }> {
  const kept: string[] = [];
  for (let n = 0; n < 2000; n += 1) {
    const one = tell.opened({ text: `${n}${WORDS}` });
    try {
      await keep(store, one);
      kept.push(one.no);
    } catch (error) {
      expect(await store.findCase(one.no)).toBeUndefined();
      return { error, kept };
    }
  }
  throw new Error('it never was full');
}

const FULL = { name: 'GatewayError', code: 'disk_full', retryable: true, status: 503 };

describe('a full store', () => {
  it('refuses, loses nothing it had answered, and takes more when there is room', async () => {
    const file = newFile();
    const opened = openFile(file, false);
    const store = inThread(sqliteOn(opened, { file, masterKey: MASTER, instance: 'test' }), file);
    const pages = Number(opened.db.pragma('page_count', { simple: true }));
    opened.db.pragma(`max_page_count = ${pages + 300}`);
    const tell = new Teller();
    const { error, kept } = await fill(store, tell);
    expect(error).toMatchObject(FULL);
    expect(error).toHaveProperty('retryAfter', expect.any(Number));
    expect(error).toHaveProperty('advice', expect.any(String));
    expect(await store.stats()).toMatchObject({ cases: kept.length, events: kept.length });
    await expect(store.putBlob(Buffer.alloc(5_000_000), { mediaType: 'image/png' })).rejects.toMatchObject(FULL);
    opened.db.pragma('max_page_count = 1000000');
    await keep(store, tell.opened({ text: WORDS }));
    expect((await store.readLog({ after: 0, limit: 9999 })).map((e) => e.seq)).toEqual(
      Array.from({ length: kept.length + 1 }, (_, i) => i + 1),
    );
    await store.close();
  });

  it('on a disk that is really full does the same, and its probe says so', async (test) => {
    const disk = join(newFolder(), 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk]).status === 0;
    if (!mounted) return test.skip('SKIPPED: a small disk can be mounted by root only');
    try {
      const file = join(disk, 'civicline.db');
      const store = openInThread({ file, masterKey: MASTER, instance: 'test' });
      await store.probe();
      const tell = new Teller();
      const ballast = join(disk, 'ballast');
      const first = tell.opened({ text: WORDS });
      await keep(store, first);
      stuff(ballast);
      const { error, kept } = await fill(store, tell);
      expect(error).toMatchObject(FULL);
      await expect(untilRefused(store)).rejects.toMatchObject(FULL);
      expect(await store.stats()).toMatchObject({ cases: kept.length + 1 });
      expect((await store.findCase(first.no, { said: true }))?.said?.text).toContain('路灯');
      rmSync(ballast);
      await store.probe();
      await keep(store, tell.opened({ text: WORDS }));
      await store.close();
      const again = openInThread({ file, masterKey: MASTER, instance: 'test' });
      expect(await again.stats()).toMatchObject({ cases: kept.length + 2 });
      await again.close();
    } finally {
      spawnSync('umount', ['-l', disk]);
    }
  });
});

/** A probe may still find the rest of a page; the next one does not. */
async function untilRefused(store: Store): Promise<void> {
  for (let n = 0; n < 200; n += 1) await store.probe();
}

/** Takes all the room there is. */
function stuff(path: string): void {
  const handle = openSync(path, 'w');
  try {
    for (const size of [65_536, 4096]) {
      try {
        for (;;) writeSync(handle, Buffer.alloc(size));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    }
  } finally {
    closeSync(handle);
  }
}
