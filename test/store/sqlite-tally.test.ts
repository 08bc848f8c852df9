// The SQLite store tells how much it holds without walking its tables, and tells it right: against a count of every row.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/core/store.ts';
import { openInThread } from '../../src/store/sqlite/client.ts';
import { openFile } from '../../src/store/sqlite/open.ts';
import { countAll } from '../../src/store/sqlite/stats.ts';
import { keep, Teller } from '../contract/teller.ts';
import { MASTER, newFolder } from './folders.ts';

const fileIn = (folder: string): string => join(folder, 'civicline.db');
const open = (folder: string, readOnly = false): Store =>
  openInThread({ file: fileIn(folder), masterKey: MASTER, instance: 'test', readOnly });

function counted(folder: string) {
  const db = new Database(fileIn(folder), { readonly: true });
  try {
    return countAll(db);
  } finally {
    db.close();
  }
}

const told = async (store: Store) => ({ ...(await store.stats()), bytes: 0 });
const exact = (folder: string) => ({ ...counted(folder), bytes: 0 });

describe('what the store says it holds', () => {
  it('is what lies there, after the newest messages were erased and the store was opened again', async () => {
    const folder = newFolder();
    const tell = new Teller();
    const [one, two] = [tell.opened({ text: '甲' }), tell.opened({ text: '乙' })];
    const first = open(folder);
    await keep(first, one, two);
    await first.erase(two.no, tell.audit(two.no, 'case.erase'), tell.event('case.redacted', two.no));
    expect(await told(first)).toEqual(exact(folder));
    await first.close();

    const again = open(folder);
    expect(await told(again)).toEqual(exact(folder));
    await keep(again, tell.opened({ text: '丙' }), tell.noted({ text: '你好' }));
    expect(await told(again)).toMatchObject({ messages: 3, cases: 3, matters: 3 });
    expect(await told(again)).toEqual(exact(folder));
    await again.close();
    const reader = open(folder, true);
    expect(await told(reader)).toEqual(exact(folder));
    await reader.close();
  });

  it('is what lies there when a batch failed half-way', async () => {
    const folder = newFolder();
    const store = open(folder);
    const tell = new Teller();
    const broken = tell.opened({ text: '乙' }, { blobs: ['blob_none'] });
    await expect(keep(store, tell.opened({ text: '甲' }), tell.noted({ text: '你好' }), broken)).rejects.toThrow();
    expect(await told(store)).toMatchObject({ messages: 0, cases: 0, matters: 0, events: 0 });
    await keep(store, tell.opened({ text: '丙' }));
    expect(await told(store)).toEqual(exact(folder));
    await store.close();
  });

  it('is counted once where an older gateway kept no tally', async () => {
    const folder = newFolder();
    const tell = new Teller();
    const one = tell.opened({ text: '甲' });
    const first = open(folder);
    await keep(first, one, tell.opened({ text: '乙' }));
    await first.erase(one.no, tell.audit(one.no, 'case.erase'), tell.event('case.redacted', one.no));
    await first.close();
    const { db, close } = openFile(fileIn(folder), false);
    expect(db.prepare("DELETE FROM meta WHERE key = 'gone_messages'").run().changes).toBe(1);
    close();

    const reader = open(folder, true);
    expect(await told(reader)).toMatchObject({ messages: 1, cases: 2 });
    await reader.close();
    const again = open(folder);
    expect(await told(again)).toEqual(exact(folder));
    await again.close();
  });
});
