// Backup and restore of the SQLite store: a copy taken while it works, checked, and put back under a new name.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/core/store.ts';
import { restore, STORE_FILE } from '../../src/store/sqlite/backup.ts';
import { openInThread } from '../../src/store/sqlite/client.ts';
import { migrate } from '../../src/store/sqlite/migrate.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/index.ts';
import { keep, Teller } from '../contract/teller.ts';
import { MASTER, newFolder, OTHER_MASTER } from './folders.ts';

const open = (folder: string, masterKey: Uint8Array = MASTER): Store =>
  openInThread({ file: join(folder, STORE_FILE), masterKey, instance: 'test' });

const LEAF_OF_TABLE = 13;

/** Zeroes the first leaf of a table from the middle on; the tail of a long row would be noticed by nobody but its seal. */
function wipeOne(bytes: Buffer): Buffer {
  let at = Math.floor(bytes.length / 8192) * 4096;
  while (at < bytes.length && bytes[at] !== LEAF_OF_TABLE) at += 4096;
  expect(at).toBeLessThan(bytes.length);
  return bytes.fill(0, at, at + 4096);
}

const TALE = '路灯不亮已经三天了，晚上走路看不见。'.repeat(100);

/** A store of some hundred pages, and a backup of it. */
async function backedUp() {
  const [folder, copies] = [newFolder(), newFolder()];
  const store = open(folder);
  const tell = new Teller();
  const all = Array.from({ length: 60 }, (_, n) => tell.opened({ text: `${n}${TALE}` }));
  await keep(store, ...all);
  const path = join(copies, 'copy.db');
  const stats = await store.backup(path);
  return { ...{ folder, copies, path, stats, store, tell }, nos: all.map((one) => one.no) };
}

describe('a backup', () => {
  it('is one whole file, taken while others write, and opens as the store it was', async () => {
    const { copies, store, tell, nos, stats, path } = await backedUp();
    expect(stats).toMatchObject({ cases: 60, events: 60 });
    expect(readdirSync(copies)).toEqual(['copy.db']);
    const second = store.backup(join(copies, 'second.db'));
    const during = tell.opened({ text: '备份的时候来的' });
    await keep(store, during);
    expect((await second).cases).toBeGreaterThanOrEqual(60);
    await expect(store.backup(path)).rejects.toMatchObject({ code: 'exists' });
    const { epoch } = store;
    await store.close();

    const home = newFolder();
    expect(restore(path, home)).toMatchObject({ cases: 60, events: 60 });
    const restored = open(home);
    expect((await restored.findCase(nos[59] ?? '', { said: true }))?.said?.text).toContain('路灯不亮');
    expect(await restored.head()).toBe(60);
    expect(await restored.findCase(during.no)).toBeUndefined();
    expect(restored.epoch).not.toBe(epoch); // so that cursors of the other life are refused
    await keep(restored, during);
    await restored.close();
    expect(() => open(home, OTHER_MASTER)).toThrow(expect.objectContaining({ code: 'wrong_key' }));
    expect(readdirSync(home).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('never replaces a store unless told to, nor one that is in use', async () => {
    const { folder, path, store, tell } = await backedUp();
    const later = tell.opened({ text: '备份之后来的' });
    await keep(store, later);
    expect(() => restore(path, folder, { force: true })).toThrow(expect.objectContaining({ code: 'store_in_use' }));
    await store.close();
    expect(() => restore(path, folder)).toThrow(expect.objectContaining({ code: 'exists' }));
    const kept = open(folder);
    expect(await kept.findCase(later.no)).toBeDefined();
    await kept.close();
    restore(path, folder, { force: true });
    const back = open(folder);
    expect(await back.findCase(later.no)).toBeUndefined();
    expect((await back.stats()).cases).toBe(60);
    await back.close();
  });

  const DAMAGES: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
    ['cut off in the middle', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['with pages wiped', (bytes) => bytes.fill(0, 4096 * 6, 4096 * 20)],
    ['with one page wiped that no count looks at', wipeOne],
    ['that is no database', () => Buffer.from('nothing of the kind'.repeat(1000))],
    ['that is empty', () => Buffer.alloc(0)],
  ];
  it.each(DAMAGES)('%s is refused, and what is there stays', async (_name, damage) => {
    const { folder, path, store } = await backedUp();
    await store.close();
    writeFileSync(path, damage(readFileSync(path)));
    expect(() => restore(path, folder, { force: true })).toThrow(expect.objectContaining({ code: 'bad_backup' }));
    expect(existsSync(join(folder, `${STORE_FILE}.part`))).toBe(false);
    const kept = open(folder);
    expect((await kept.stats()).cases).toBe(60);
    await kept.close();
  });

  it('of a newer gateway is refused', async () => {
    const { path, store } = await backedUp();
    await store.close();
    const db = new Database(path);
    migrate(db, [...MIGRATIONS, { name: '0001_next', sql: 'CREATE TABLE next (n integer)' }]);
    db.close();
    expect(() => restore(path, newFolder())).toThrow(expect.objectContaining({ code: 'store_too_new' }));
  });

  it('that is not there is told so', () => {
    const home = newFolder();
    expect(() => restore(join(home, 'none.db'), home)).toThrow(expect.objectContaining({ code: 'no_backup' }));
  });
});
