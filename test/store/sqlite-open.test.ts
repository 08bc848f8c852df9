// Opening the SQLite store: what is found again, who is refused, and what a kill within a migration leaves.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/core/store.ts';
import { openInThread } from '../../src/store/sqlite/client.ts';
import { migrate, versionOf } from '../../src/store/sqlite/migrate.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/index.ts';
import { openFile } from '../../src/store/sqlite/open.ts';
import { keep, numbers, recalled, Teller } from '../contract/teller.ts';
import { MASTER, newFolder, OTHER_MASTER } from './folders.ts';
import { ran, until } from './process.ts';

const newFile = (): string => join(newFolder(), 'civicline.db');
const open = (file: string, more: object = {}): Store =>
  openInThread({ file, masterKey: MASTER, instance: 'test', ...more });

describe('a store that is opened again', () => {
  it('finds everything, and goes on counting where it was', async () => {
    const file = newFile();
    const tell = new Teller();
    const before = open(file);
    const blob = await before.putBlob(new Uint8Array([1, 2, 3]), { mediaType: 'image/png', name: '照片.png' });
    const one = tell.opened({ text: '路灯不亮', externalId: 'a', proved: ['o1'] }, { blobs: [blob.ref] });
    await keep(before, one, tell.noted({ text: '你好' }));
    await keep(before, tell.followed({ text: '还没修' }, { no: one.no, version: 1 }));
    const c = await before.findCase(one.no, { said: true });
    const [stats, { epoch }] = [await before.stats(), before];
    await before.close();

    const after = open(file);
    expect(after.epoch).toBe(epoch);
    expect(await after.findCase(one.no, { said: true })).toEqual(c);
    expect(await after.head()).toBe(3);
    expect({ ...(await after.stats()), bytes: 0 }).toEqual({ ...stats, bytes: 0 });
    expect(await after.getBlob(blob.ref)).toMatchObject({ name: '照片.png' });
    expect((await recalled(after, tell.ask({ text: '路灯不亮', externalId: 'a' }))).first).toEqual(one.receipt);
    const two = tell.opened({ text: '路灯不亮', proved: ['o1'] }, { joins: `mat_${one.no}` });
    await keep(after, two);
    const known = await recalled(after, tell.ask({ text: '路灯不亮', proved: ['o1'] }));
    expect(numbers(known.mine)).toEqual([two.no, one.no]);
    expect((await after.readLog({ after: 3, limit: 9 })).map((e) => e.seq)).toEqual([4]);
    await after.close();
  });

  it('refuses what was decided before it was closed', async () => {
    const file = newFile();
    const tell = new Teller();
    const before = open(file);
    const { watermark } = await before.recall([tell.ask({ text: '路灯不亮' })]);
    await keep(before, tell.opened({ text: '路灯不亮' }));
    await before.close();
    const after = open(file);
    expect(await after.write([tell.opened({ text: '路灯不亮' })], watermark)).toEqual({ ok: false, why: 'stale' });
    await after.close();
  });

  it('is refused to another key, and not harmed by it', async () => {
    const file = newFile();
    await open(file).close();
    expect(() => open(file, { masterKey: OTHER_MASTER })).toThrow(expect.objectContaining({ code: 'wrong_key' }));
    await open(file).close();
  });

  it('may be read beside the gateway that writes it, and not be written', async () => {
    const file = newFile();
    const tell = new Teller();
    const writer = open(file);
    const reader = open(file, { readOnly: true });
    const one = tell.opened({ text: '路灯不亮' });
    await keep(writer, one);
    expect((await reader.findCase(one.no, { said: true }))?.said?.text).toBe('路灯不亮');
    expect(await reader.head()).toBe(1);
    await expect(keep(reader, tell.opened({ text: '井盖丢了' }))).rejects.toMatchObject({ code: 'read_only' });
    await reader.close();
    await writer.close();
    expect(() => open(newFile(), { readOnly: true })).toThrow(expect.objectContaining({ code: 'no_store' }));
  });

  it('says that its file is damaged instead of serving what is left of it', async () => {
    const file = newFile();
    const store = open(file);
    const tell = new Teller();
    for (let n = 0; n < 20; n += 1) await keep(store, tell.opened({ text: `第${n}件事` }));
    await store.close();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0, 4096 * 4, 4096 * 12));
    expect(() => open(file)).toThrow(expect.objectContaining({ code: 'corrupt', retryable: false }));
    writeFileSync(file, 'this is no database at all, however long one looks at it. '.repeat(100));
    expect(() => open(file)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });

  it('is not opened by a gateway older than itself', async () => {
    const file = newFile();
    await open(file).close();
    const db = new Database(file);
    migrate(db, [...MIGRATIONS, { name: '0001_next', sql: 'CREATE TABLE next (n integer)' }]);
    db.close();
    expect(() => open(file)).toThrow(expect.objectContaining({ code: 'store_too_new' }));
  });
});

describe('a second process at the same file', () => {
  it('is refused while the first lives, and let in when it has died', async () => {
    const file = newFile();
    const holder = await until('held', 'hold', file);
    expect(ran('open', file)).toEqual({ said: 'store_in_use', exit: 3 });
    expect(() => open(file)).toThrow(expect.objectContaining({ code: 'store_in_use', retryable: false }));
    await holder.kill();
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
    const store = open(file);
    expect(statSync(`${file}-wal`).size).toBe(0); // no older copy of anything is left there
    expect(await store.stats()).toMatchObject({ cases: 1 }); // what was answered before the kill is there
    await store.close();
    expect(ran('open', file)).toEqual({ said: 'opened', exit: 0 });
  });

  it('is refused in the very same process too', async () => {
    const file = newFile();
    const first = open(file);
    expect(() => open(file)).toThrow(expect.objectContaining({ code: 'store_in_use' }));
    await first.close();
    await open(file).close();
  });
});

describe('a gateway killed within a migration', () => {
  async function killedWithin(deed: 'migrate' | 'migrate-torn'): Promise<string> {
    const file = newFile();
    await open(file).close();
    const child = await until('within', deed, file);
    const { size } = statSync(`${file}-wal`);
    await child.kill();
    expect(size).toBeGreaterThan(1_000_000); // half of it lay on the disk already
    return file;
  }
  function stateOf(file: string): { version: number; half: boolean } {
    const { db, close } = openFile(file, false);
    const half = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'half'").get() !== undefined;
    const version = versionOf(db);
    close();
    return { version, half };
  }

  it('leaves the old schema whole, which then takes the migration', async () => {
    const file = await killedWithin('migrate');
    expect(stateOf(file)).toEqual({ version: MIGRATIONS.length, half: false });
    const store = open(file);
    await keep(store, new Teller().opened({ text: '路灯不亮' }));
    await store.close();
    const db = new Database(file);
    const next = [...MIGRATIONS, { name: '0001_next', sql: 'CREATE TABLE half (n integer)' }];
    expect([migrate(db, next), migrate(db, next), versionOf(db)]).toEqual([1, 0, MIGRATIONS.length + 1]);
    db.close();
  });

  it('would leave half of it without a transaction: this test sees the fault', async () => {
    const file = await killedWithin('migrate-torn');
    expect(stateOf(file)).toEqual({ version: MIGRATIONS.length, half: true });
  });

  it('a migration that fails leaves the old schema too', () => {
    const db = new Database(newFile());
    migrate(db);
    const bad = { name: '0001_bad', sql: 'CREATE TABLE half (n integer); INSERT INTO nowhere VALUES (1)' };
    expect(() => migrate(db, [...MIGRATIONS, bad])).toThrow('nowhere');
    expect(versionOf(db)).toBe(MIGRATIONS.length);
    expect(db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'half'").get()).toBeUndefined();
    db.close();
  });
});
