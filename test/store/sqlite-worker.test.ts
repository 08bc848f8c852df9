// The SQLite store in a thread of its own: what crosses the wire between the threads, and what happens when one end fails.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openInThread, openInWorker } from '../../src/store/sqlite/client.ts';
import { keep, Teller } from '../contract/teller.ts';
import { MASTER, newFolder, OTHER_MASTER } from './folders.ts';

const options = (folder = newFolder()) => ({ file: join(folder, 'civicline.db'), masterKey: MASTER, instance: 'test' });

const built = existsSync(new URL('../../dist/store/sqlite/worker.js', import.meta.url));

describe.skipIf(!built)('the store in a thread of its own (SKIPPED unless built)', () => {
  it('says why it does not open, as the store in this thread does', async () => {
    const at = options();
    const store = await openInWorker(at);
    await expect(openInWorker(at)).rejects.toMatchObject({ name: 'GatewayError', code: 'store_in_use' });
    await store.close();
    await expect(openInWorker({ ...at, masterKey: OTHER_MASTER })).rejects.toMatchObject({ code: 'wrong_key' });
    await openInThread(at).close(); // neither refusal left the file locked
  });

  it('cries no alarm over a thread that never opened', async () => {
    const at = options();
    const store = await openInWorker(at);
    const alarms: unknown[] = [];
    const gone = once(process, 'worker').then(([thread]) => once(thread, 'exit'));
    const refused = openInWorker({ ...at, onFatal: (error) => alarms.push(error) });
    await expect(refused).rejects.toMatchObject({ code: 'store_in_use' });
    await gone;
    expect(alarms).toEqual([]);
    await store.close();
  });

  it('may be closed again when its thread has already ended', async () => {
    const ended = once(process, 'worker').then(([thread]) => once(thread, 'exit'));
    const store = await openInWorker(options());
    await store.close();
    await ended;
    await store.close();
    await expect(store.head()).rejects.toMatchObject({ code: 'store_lost' });
  });

  it('brings an error over with its code, its advice and whether to try again', async () => {
    const store = await openInWorker(options());
    const lost = new Teller().opened({ text: '路灯不亮' }, { blobs: ['blob_none'] });
    await expect(keep(store, lost)).rejects.toMatchObject({
      ...{ name: 'GatewayError', code: 'no_blob', status: 400, retryable: false, field: 'parts' },
      advice: expect.stringContaining('Upload'),
    });
    await store.close();
  });

  it('answers everybody else when one asks with something that cannot travel', async () => {
    const store = await openInWorker(options());
    const tell = new Teller();
    const one = tell.opened({ text: '路灯不亮' });
    const bad = { ...tell.event('case.opened', 'x'), data: { code: () => 1 } };
    const asked = [keep(store, one), store.append([bad]), store.stats(), store.head()] as const;
    const [kept, refused, stats, head] = await Promise.allSettled(asked);
    expect([kept.status, refused.status]).toEqual(['fulfilled', 'rejected']);
    expect(stats).toMatchObject({ status: 'fulfilled' });
    expect(head).toMatchObject({ status: 'fulfilled' });
    expect(await store.stats()).toMatchObject({ cases: 1, events: 1 });
    await store.close();
  });

  it('copies itself while it works, and gives new keys', async () => {
    const [at, copy] = [options(), join(newFolder(), 'copy.db')];
    const store = await openInWorker(at);
    const tell = new Teller();
    await keep(store, tell.opened({ text: '路灯不亮' }));
    const [stats] = await Promise.all([store.backup(copy), keep(store, tell.opened({ text: '电梯停了没人管' }))]);
    expect(stats.cases).toBeGreaterThanOrEqual(1);
    await expect(store.backup(copy)).rejects.toMatchObject({ code: 'exists' });
    expect(await store.rotate(OTHER_MASTER)).toBe(2);
    await store.close();
    const again = await openInWorker({ ...at, masterKey: OTHER_MASTER });
    expect((await again.stats()).cases).toBe(2);
    await again.close();
  });

  it('answers what was asked before it was closed, and tells nobody of a death', async () => {
    const at = options();
    let fatal: unknown;
    const store = await openInWorker({ ...at, onFatal: (error) => (fatal = error) });
    const tell = new Teller();
    const asked = Array.from({ length: 5 }, (_, n) => store.append([tell.event('case.opened', `${n}`)]));
    await Promise.all([...asked, store.close()]);
    const after = openInThread(at);
    expect(await after.head()).toBe(5);
    await after.close();
    expect(fatal).toBeUndefined();
  });
});
