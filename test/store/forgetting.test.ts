// What a store lets go of in time: idempotency keys by its own clock; and how SQLite finds what retention asks for.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/core/store.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { openInThread } from '../../src/store/sqlite/client.ts';
import { EXPIRED, LOOSE } from '../../src/store/sqlite/forget.ts';
import { openFile } from '../../src/store/sqlite/open.ts';
import { keep, NOON, Teller, the } from '../contract/teller.ts';
import { MASTER, newFolder } from './folders.ts';

const DAY = 86_400_000;
type Open = (now: () => number) => Store;
const STORES: readonly (readonly [string, Open])[] = [
  ['memory', (now) => openMemory({ instance: 'test', now })],
  [
    'sqlite',
    (now) => openInThread({ file: join(newFolder(), 'civicline.db'), masterKey: MASTER, instance: 'test', now }),
  ],
];

describe.each(STORES)('an idempotency key in %s', (_name, open) => {
  it('answers a repeat for ninety days, and goes with the next sweep', async () => {
    let now = NOON;
    const store = open(() => now);
    const tell = new Teller();
    const one = tell.opened({ text: '路灯不亮' });
    await keep(store, one);
    const c = the(await store.findCase(one.no));
    const change = (version: number) => tell.change({ ...c, version }, {}, { idempotencyKey: 'k1' });
    expect(await store.change(change(1))).toBe('ok');
    now += 90 * DAY;
    await store.sweepBlobs(now);
    expect(await store.change(change(2))).toBe('repeated');
    now += 1;
    await store.sweepBlobs(now);
    expect(await store.change(change(2))).toBe('ok');
    await store.close();
  });
});

it('SQLite finds settled cases, loose messages and old keys by an index, walking no table', () => {
  const { db, close } = openFile(join(newFolder(), 'civicline.db'), false);
  const plan = (sql: string, ...values: number[]): string =>
    db
      .prepare<number[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map((step) => step.detail)
      .join('; ');
  expect(plan(EXPIRED, 1, 1, 1)).toMatch(/SEARCH cases USING INDEX cases_settled \(last_at<\?\)/);
  expect(plan(LOOSE, 1, 1)).toMatch(/SEARCH messages USING INDEX messages_loose \(at<\?\)/);
  expect(plan('DELETE FROM idempotency WHERE at < ?', 1)).toMatch(/SEARCH idempotency USING .*INDEX idempotency_at/);
  close();
});
