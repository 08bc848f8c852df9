import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openMemory } from '../../src/store/memory/store.ts';
import { Grams, packed } from '../../src/store/sqlite/grams.ts';
import { openSqlite, type SqliteStore } from '../../src/store/sqlite/store.ts';
import { Teller } from '../contract/teller.ts';
import { MASTER, newFolder } from './folders.ts';

const open = (file: string): SqliteStore => openSqlite({ file, masterKey: MASTER, instance: 'test' });
const TEXT = '人民路和解放路口的红绿灯坏了三天没有人修';
const NEAR = '人民路和解放路口的红绿灯坏了三天还没有人来修';

describe('the index of words', () => {
  it('is made anew when the store is opened, from one row a case', () => {
    const file = join(newFolder(), 'civicline.db');
    const tell = new Teller();
    const one = tell.opened({ text: TEXT });
    let store = open(file);
    store.write([one], store.head());
    const found = () => store.recall([tell.ask({ text: NEAR })]).known[0]?.alike.map(({ no }) => no);
    expect(found()).toEqual([one.no]);
    store.close();
    store = open(file);
    expect(found()).toEqual([one.no]);
    store.close();
  });

  it('finds what a store of before kept as lists, when that is brought up to date', () => {
    const file = join(newFolder(), 'civicline.db');
    const tell = new Teller();
    const one = tell.opened({ text: TEXT });
    const store = open(file);
    store.write([one], store.head());
    store.close();
    const db = new Database(file);
    const hashes = db.prepare<[], Buffer>('SELECT hashes FROM grams').pluck().get() ?? Buffer.alloc(0);
    const numbers = Array.from({ length: hashes.length / 4 }, (_, i) => hashes.readUInt32LE(4 * i));
    expect(numbers.length).toBeGreaterThan(3);
    db.prepare('UPDATE grams SET hashes = ?').run(JSON.stringify([2 ** 33, ...numbers]));
    db.close();
    const again = open(file);
    expect(again.recall([tell.ask({ text: NEAR })]).known[0]?.alike.map(({ no }) => no)).toEqual([one.no]);
    again.close();
  });

  it('tells of a number the newest cases first, each once, as many as are asked for', () => {
    const db = new Database(':memory:');
    db.exec('CREATE TABLE grams (id integer PRIMARY KEY NOT NULL, hashes blob NOT NULL)');
    const put = db.prepare('INSERT INTO grams (id, hashes) VALUES (?, ?)');
    for (let id = 1; id <= 100; id++) put.run(id, packed([7, 1_000 + id]));
    const grams = new Grams(db);
    expect(grams.posted(7, 3)).toEqual([100, 99, 98]);
    expect(grams.posted(1_042, 9)).toEqual([42]);
    expect(grams.posted(5, 9)).toEqual([]);
    grams.add([{ id: 101, hashes: [7, 5] }]);
    expect([grams.posted(7, 2), grams.posted(5, 9)]).toEqual([[101, 100], [101]]);
  });

  it('says the same as a plain list, however much stands in it, and forgets nothing when it grows', () => {
    const db = new Database(':memory:');
    db.exec('CREATE TABLE grams (id integer PRIMARY KEY NOT NULL, hashes blob NOT NULL)');
    const put = db.prepare('INSERT INTO grams (id, hashes) VALUES (?, ?)');
    const grams = new Grams(db);
    grams.load();
    const hash = (id: number, n: number): number => Math.imul(id % 5_000, 2_654_435_761 + n) >>> 0;
    for (let from = 1; from <= 40_000; from += 1_000) {
      const batch = Array.from({ length: 1_000 }, (_, i) => from + i).map((id) => ({
        id,
        hashes: Array.from({ length: 30 }, (_, n) => hash(id, n)),
      }));
      for (const { id, hashes } of batch) put.run(id, packed(hashes));
      grams.add(batch); // 1.2 million entries: it is made anew on the way
    }
    for (const id of [7, 4_321, 5_000]) {
      const expected = Array.from(
        { length: 8 },
        (_, round) => 40_000 - 5_000 * round - (id === 5_000 ? 0 : 5_000 - id),
      );
      const kept = grams.posted(hash(id, 3), 64).filter((one) => one % 5_000 === id % 5_000);
      expect(kept).toEqual(expected);
    }
  });
});

it('a store in memory finds the same', async () => {
  const tell = new Teller();
  const store = openMemory({ instance: 'test' });
  const one = tell.opened({ text: TEXT });
  await store.write([one], 0);
  expect((await store.recall([tell.ask({ text: NEAR })])).known[0]?.alike.map(({ no }) => no)).toEqual([one.no]);
});
