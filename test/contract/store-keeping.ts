// What every store promises about the rest it keeps: keys, the trail, attachments, quarantine, figures, and its own end.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ApiKey } from '../../src/core/access.ts';
import type { Bench } from './store.ts';
import { AT, keep, the } from './teller.ts';

const apiKey = (id: string, more: Partial<ApiKey> = {}): ApiKey => ({
  ...{ id, name: 'desk', hash: `hash of ${id}`, scopes: ['operator'], createdAt: AT },
  ...more,
});

const LATER = Date.now() + 1e9;

export function keepingPromises(bench: Bench): void {
  describe('keeps API keys', () => {
    it('found by the hash of their token, and changed under their id', async () => {
      const { store } = bench;
      await store.putKey(apiKey('key_b', { unit: 'u-1', tenant: '330200' }));
      await store.putKey(apiKey('key_a'));
      expect(await store.keyByHash('hash of key_b')).toEqual(apiKey('key_b', { unit: 'u-1', tenant: '330200' }));
      expect(await store.keyByHash('hash of nobody')).toBeUndefined();
      await store.putKey(apiKey('key_a', { revokedAt: AT, hash: 'other' }));
      expect((await store.keys()).map((k) => [k.id, k.revokedAt])).toEqual([
        ['key_a', AT],
        ['key_b', undefined],
      ]);
      expect(await store.keyByHash('hash of key_a')).toBeUndefined();
      await expect(store.putKey(apiKey('key_c', { hash: 'other' }))).rejects.toMatchObject({ code: 'key_taken' });
    });
  });

  describe('keeps the audit trail', () => {
    it('newest first, whole or of one subject', async () => {
      const { store, tell } = bench;
      const detail = { from: 'mat_1' };
      await store.audit({ ...tell.audit('a', 'case.assign'), detail });
      await store.audit({ at: AT, actor: 'cli', action: 'key.create', subject: 'b' });
      await store.audit(tell.audit('a', 'case.reveal'));
      const trail = async (query: object) => (await store.auditTrail({ limit: 9, ...query })).map((e) => e.action);
      expect(await trail({})).toEqual(['case.reveal', 'key.create', 'case.assign']);
      expect(await trail({ subject: 'a' })).toEqual(['case.reveal', 'case.assign']);
      expect(await trail({ limit: 1 })).toEqual(['case.reveal']);
      expect((await store.auditTrail({ subject: 'a', limit: 9 }))[1]).toEqual({
        ...tell.audit('a', 'case.assign'),
        detail,
      });
      expect((await store.auditTrail({ subject: 'b', limit: 9 }))[0]).not.toHaveProperty('reason');
    });
  });

  describe('keeps attachments', () => {
    it('byte for byte, pending at first', async () => {
      const { store } = bench;
      const bytes = Uint8Array.from({ length: 700_001 }, (_, i) => (i * 31) % 251);
      const put = await store.putBlob(bytes, { mediaType: 'image/jpeg', name: '照片.jpg' });
      const hash = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      expect(put).toMatchObject({ hash, size: bytes.length });
      const got = await store.getBlob(put.ref);
      expect(got).toMatchObject({ mediaType: 'image/jpeg', name: '照片.jpg' });
      expect(Buffer.compare(the(got).bytes, bytes)).toBe(0);
      const empty = await store.putBlob(new Uint8Array(), { mediaType: 'text/plain' });
      expect((await store.getBlob(empty.ref))?.bytes).toHaveLength(0);
      expect(await store.getBlob(empty.ref)).not.toHaveProperty('name');
      expect(await store.getBlob('blob_none')).toBeUndefined();
    });

    it('of a message for good; what no message took is swept when it is old', async () => {
      const { store, tell } = bench;
      const [a, b, c] = await Promise.all(
        [1, 2, 3].map((n) => store.putBlob(new Uint8Array([n]), { mediaType: 'image/png' })),
      );
      const one = tell.opened({ text: '路灯不亮' }, { blobs: [the(a).ref] });
      await keep(store, one, tell.noted({ text: '你好' }, [the(b).ref]));
      expect(await store.sweepBlobs(1)).toBe(0);
      expect(await store.getBlob(the(c).ref)).toBeDefined();
      expect(await store.sweepBlobs(LATER)).toBe(1);
      expect(await store.sweepBlobs(LATER)).toBe(0);
      expect(await store.getBlob(the(c).ref)).toBeUndefined();
      expect((await store.getBlob(the(a).ref))?.bytes[0]).toBe(1);
      expect((await store.getBlob(the(b).ref))?.bytes[0]).toBe(2);
    });

    it('and refuses a message whose attachment was swept or belongs to another', async () => {
      const { store, tell } = bench;
      const [swept, taken] = await Promise.all(
        [1, 2].map((n) => store.putBlob(new Uint8Array([n]), { mediaType: 'image/png' })),
      );
      await keep(store, tell.opened({ text: '路灯不亮' }, { blobs: [the(taken).ref] }));
      await store.sweepBlobs(LATER);
      for (const ref of [the(swept).ref, the(taken).ref]) {
        await expect(keep(store, tell.opened({ text: '井盖丢了' }, { blobs: [ref] }))).rejects.toMatchObject({
          code: 'no_blob',
        });
      }
      expect((await store.stats()).cases).toBe(1);
    });
  });

  describe('keeps what no transaction would take', () => {
    it('once each, newest first', async () => {
      const { store, tell } = bench;
      const words = { text: '毒' };
      const message = tell.message(words, tell.ask(words));
      const item = { account: 'web', error: 'Error: 毒', message };
      const [a, b] = [
        { ...item, id: 'qua_a', receivedAt: AT },
        { ...item, id: 'qua_b', receivedAt: '2026-11-24T10:00:01.000+08:00' },
      ];
      await store.quarantine(a);
      await store.quarantine(b);
      await store.quarantine({ ...a, error: 'another' });
      expect(await store.quarantined(9)).toEqual([b, a]);
      expect(await store.quarantined(1)).toEqual([b]);
      expect((await store.stats()).quarantined).toBe(2);
    });
  });

  it('counts what it keeps', async () => {
    const { store, tell } = bench;
    expect(await store.stats()).toMatchObject({ messages: 0, cases: 0, matters: 0, events: 0, quarantined: 0 });
    const one = tell.opened({ text: '甲' });
    await keep(store, one, tell.opened({ text: '乙' }, { joins: `mat_${one.no}` }), tell.noted({ text: '你好' }));
    await keep(store, tell.followed({ text: '还有' }, { no: one.no, version: 1 }));
    const stats = await store.stats();
    expect(stats).toMatchObject({ messages: 4, cases: 2, matters: 1, events: 4, quarantined: 0 });
    expect(stats.bytes).toBeGreaterThan(0);
  });

  it('says that a write would commit now', async () => {
    const { store } = bench;
    await store.probe();
    await store.probe();
    expect(await store.head()).toBe(0);
  });

  it('has a name for its data, and takes nothing after it is closed', async () => {
    const { store, tell } = bench;
    expect(store.epoch).toMatch(/^[\w-]{8,}$/);
    await store.close();
    await expect(store.head()).rejects.toMatchObject({ code: 'store_lost' });
    await expect(keep(store, tell.opened({ text: '甲' }))).rejects.toMatchObject({ code: 'store_lost' });
    await store.close();
  });
}
