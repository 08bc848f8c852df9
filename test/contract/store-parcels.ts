// What every store promises of bodies with words in them, of the events of one case, and of a log that is trimmed.
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/core/store.ts';
import type { Bench } from './store.ts';
import { AT, keep } from './teller.ts';

const row = (seq: number, state: Delivery['state']): Delivery => ({
  ...{ endpoint: 'ep_1', seq, eventId: `evt_${seq}`, type: 'case.opened', lane: 'L', state, attempts: 1 },
});

export function parcelPromises(bench: Bench): void {
  const endpoint = (id = 'ep_1') =>
    bench.store.putEndpoint({
      ...{ id, url: 'https://example.org/hook', state: 'enabled', createdBy: 'key_1', createdAt: AT, cursor: 0 },
      ...{ secrets: [{ secret: 'whsec_1' }], options: {} },
    });
  const enclose = (caseNo: string, seq: number, body = `{"words":"路灯不亮 ${seq}"}`) =>
    bench.store.keepParcel(
      { endpoint: 'ep_1', seq, caseNo, body },
      { at: AT, actor: 'ep_1', action: 'endpoint.enclose', subject: caseNo },
    );

  describe('keeps what is enclosed with a delivery', () => {
    it('until that is delivered or skipped, and a dead letter’s too; each is in the audit trail', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' });
      await keep(store, one);
      await endpoint();
      for (const seq of [1, 2, 3, 4]) expect(await enclose(one.no, seq)).toBe(true);
      await store.settle([row(1, 'delivered'), row(2, 'skipped'), row(3, 'dead'), row(4, 'pending')], []);
      const left = await Promise.all([1, 2, 3, 4].map((seq) => store.parcel('ep_1', seq)));
      expect(left).toEqual([undefined, undefined, '{"words":"路灯不亮 3"}', '{"words":"路灯不亮 4"}']);
      expect(await store.auditTrail({ subject: one.no, limit: 9 })).toHaveLength(4);
    });

    it('not after its case was erased, its endpoint deleted or its words withdrawn', async () => {
      const { store, tell } = bench;
      const [one, two] = [tell.opened({ text: '路灯不亮' }), tell.opened({ text: '井盖丢了' })];
      await keep(store, one, two);
      await endpoint();
      await enclose(one.no, 1);
      await enclose(two.no, 2);
      await store.erase(one.no, tell.audit(one.no, 'case.erase'), tell.event('case.redacted', one.no));
      expect(await store.parcel('ep_1', 1)).toBeUndefined();
      expect(await enclose(one.no, 1), 'nothing of an erased case is kept').toBe(false);
      expect(await store.parcel('ep_1', 2)).toBeDefined();
      await store.dropParcels('ep_1');
      expect(await store.parcel('ep_1', 2)).toBeUndefined();
      await enclose(two.no, 2);
      await store.deleteEndpoint('ep_1');
      expect(await store.parcel('ep_1', 2)).toBeUndefined();
    });
  });

  describe('keeps a log', () => {
    it('from which the events of one case are read alone', async () => {
      const { store, tell } = bench;
      await store.append(['a', 'b', 'a', 'b', 'a'].map((subject) => tell.event('case.opened', subject)));
      const found = await store.readLog({ after: 1, limit: 9, subject: 'a' });
      expect(found.map(({ seq }) => seq)).toEqual([3, 5]);
    });

    it('that is trimmed from its beginning, never of its last entry, and keeps its numbers', async () => {
      const { store, tell } = bench;
      expect(await store.floor()).toBe(0);
      await store.append(['a', 'b', 'c', 'd'].map((subject) => tell.event('case.opened', subject)));
      await endpoint();
      await store.settle([row(1, 'delivered'), row(2, 'dead'), row(3, 'delivered')], []);
      expect(await store.trimLog(2, 1)).toBe(1);
      expect(await store.trimLog(2, 9)).toBe(1);
      expect(await store.trimLog(2, 9)).toBe(0);
      expect(await store.floor()).toBe(2);
      expect((await store.readLog({ after: 0, limit: 9 })).map(({ seq }) => seq)).toEqual([3, 4]);
      expect(await store.positionAt(0)).toBe(2);
      expect((await store.deliveries({ endpoint: 'ep_1', limit: 9 })).map(({ seq }) => seq)).toEqual([3, 2]);
      expect(await store.trimLog(99, 99)).toBe(1);
      expect([await store.floor(), await store.head()]).toEqual([3, 4]);
      await store.append([tell.event('case.opened', 'e')]);
      expect((await store.readLog({ after: 0, limit: 9 })).map(({ seq }) => seq)).toEqual([4, 5]);
    });
  });
}
