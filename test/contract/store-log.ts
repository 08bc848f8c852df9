// What every store promises the followers of its log, and the post that keeps its endpoints and deliveries there.
import { describe, expect, it } from 'vitest';
import type { Delivery, Endpoint, Store } from '../../src/core/store.ts';
import type { Bench } from './store.ts';
import { AT, keep, put, the } from './teller.ts';

const endpoint = (id: string, more: Partial<Endpoint> = {}): Endpoint => ({
  ...{ id, url: 'https://example.org/hook?token=t', state: 'enabled', createdBy: 'key_1', createdAt: AT, cursor: 0 },
  secrets: [{ secret: 'whsec_1' }, { secret: 'whsec_0', until: 5 }],
  options: { order: 'case' },
  ...more,
});

const delivery = (seq: number, more: Partial<Delivery> = {}): Delivery => ({
  ...{ endpoint: 'ep_1', seq, eventId: `evt_${seq}`, type: 'case.opened', lane: 'L', state: 'pending', attempts: 1 },
  ...more,
});

const seqs = (rows: readonly { readonly seq: number }[]): number[] => rows.map((row) => row.seq);

export function logPromises(bench: Bench): void {
  describe('keeps a log', () => {
    it('whose entries stand in order, whole, and under the name of this gateway', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' }, { case: { barred: ['u-1'], unit: { code: 'u-2', name: '乙' } } });
      await keep(store, one);
      await store.append([tell.event('endpoint.created', 'ep_1'), tell.event('endpoint.updated', 'ep_1')]);
      await store.append([]);
      const entries = await store.readLog({ after: 0, limit: 9 });
      expect(seqs(entries)).toEqual([1, 2, 3]);
      expect(await store.head()).toBe(3);
      expect(entries[0]).toMatchObject({
        type: 'case.opened',
        subject: one.no,
        unit: 'u-2',
        barred: ['u-1'],
        tenant: '330200',
      });
      const body: unknown = JSON.parse(the(entries[0]).body);
      expect(body).toMatchObject({ source: '/gateways/test', sequence: '00000000000000000001', caseversion: 1 });
      expect(entries[1]?.unit).toBeUndefined();
      expect(entries[1]?.barred).toEqual([]);
    });

    it('that is read after a place, by type, tenant and unit, and never by a unit it is about', async () => {
      const { store, tell } = bench;
      const unit = 'u-1';
      await store.append([
        tell.event('case.opened', 'a', { unit }),
        tell.event('case.opened', 'b', { unit, barred: ['u-1'] }),
        tell.event('case.signed', 'c', { unit: 'u-11', tenant: '330100' }),
        tell.event('case.closed', 'd', { unit, barred: ['u-11'] }),
        tell.event('endpoint.created', 'e'),
      ]);
      const helped = { unit, coUnits: ['u-3', 'u-33'] };
      const read = async (query: object) => seqs(await store.readLog({ after: 0, limit: 9, ...query }));
      expect(await read({})).toEqual([1, 2, 3, 4, 5]);
      expect(await read({ after: 3 })).toEqual([4, 5]);
      expect(await read({ after: 5 })).toEqual([]);
      expect(await read({ after: 1, upTo: 3 })).toEqual([2, 3]);
      expect(await read({ upTo: 3, types: ['case.closed'] })).toEqual([]);
      expect(await read({ upTo: 99, unit: 'u-1' })).toEqual([1, 4]);
      expect(await read({ limit: 2 })).toEqual([1, 2]);
      expect(await read({ types: ['case.opened', 'case.signed'] })).toEqual([1, 2, 3]);
      expect(await read({ types: [] })).toEqual([]);
      expect(await read({ tenant: '330100' })).toEqual([3]);
      expect(await read({ unit: 'u-1' })).toEqual([1, 4]);
      expect(await read({ unit: 'u-11' })).toEqual([3]);
      expect(await read({ unit: 'u-1', types: ['case.closed'], tenant: '330200', after: 1 })).toEqual([4]);
      await store.append([
        tell.event('case.opened', 'f', helped),
        tell.event('case.opened', 'g', { ...helped, barred: ['u-3'] }),
      ]);
      expect(await read({ unit: 'u-3' })).toEqual([6]); // who helps reads it too, but nothing about itself
      expect(await read({ unit: 'u-33' })).toEqual([6, 7]);
      expect((await store.readLog({ after: 5, limit: 1 }))[0]?.coUnits).toEqual(['u-3', 'u-33']);
    });

    it('that a follower reads to the end while writers write, skipping and repeating nothing', async () => {
      const { store, tell } = bench;
      const ids: string[] = [];
      let writing = 3;
      const write = async (n: number) => {
        for (let i = 0; i < 40; i += 1) {
          const one = tell.opened({ text: `第${n}人第${i}件事`, proved: [`o${n}-${i}`] });
          ids.push(...one.events.map((e) => e.id));
          while (!(await put(store, one)).ok); // rivals: the words are alike
          const noted = [tell.event('endpoint.updated', 'ep_1'), tell.event('endpoint.updated', 'ep_1')];
          ids.push(...noted.map((e) => e.id));
          await store.append(noted);
        }
        writing -= 1;
      };
      const follow = async () => {
        const read: string[] = [];
        let after = 0;
        for (;;) {
          const over = writing === 0;
          const entries = await store.readLog({ after, limit: 7 });
          for (const entry of entries) {
            expect(entry.seq).toBe(after + 1);
            after = entry.seq;
            read.push(entry.id);
          }
          if (over && entries.length === 0) return read;
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const [read] = await Promise.all([follow(), write(1), write(2), write(3)]);
      expect(read).toHaveLength(360);
      expect([...read].sort()).toEqual(ids.sort());
    });

    it('in which a time has its place', async () => {
      const { store, tell } = bench;
      expect(await store.positionAt(Date.now())).toBe(0);
      for (let i = 0; i < 5; i += 1) {
        await store.append([tell.event('case.opened', 'a'), tell.event('case.opened', 'b')]);
        bench.later(i * 1000);
      }
      const entries = await store.readLog({ after: 0, limit: 99 });
      const times = entries.map((e) => e.time);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      for (const time of [0, ...times, ...times.map((t) => t + 1), the(times.at(-1)) + 1e6]) {
        expect(await store.positionAt(time)).toBe(times.filter((t) => t < time).length);
      }
    });

    it('whose times never go back, even when the clock does', async () => {
      const { store, tell } = bench;
      await store.append([tell.event('case.opened', 'a')]);
      bench.later(-60_000);
      await store.append([tell.event('case.opened', 'b')]);
      const [a, b] = await store.readLog({ after: 0, limit: 9 });
      expect(the(b).time).toBeGreaterThanOrEqual(the(a).time);
    });
  });

  describe('keeps endpoints', () => {
    it('as they were put, in the order of their ids, until they are deleted', async () => {
      const { store } = bench;
      const [a, b] = [endpoint('ep_a', { unit: 'u-1', types: ['case.opened'] }), endpoint('ep_b')];
      await store.putEndpoint(b);
      await store.putEndpoint(a);
      expect(await store.endpoints()).toEqual([a, b]);
      await store.putEndpoint({ ...a, state: 'disabled', disabledReason: 'gone', secrets: [] });
      expect((await store.endpoints())[0]).toMatchObject({ state: 'disabled', disabledReason: 'gone', secrets: [] });
      expect([await store.deleteEndpoint('ep_a'), await store.deleteEndpoint('ep_a')]).toEqual([true, false]);
      expect((await store.endpoints()).map((e) => e.id)).toEqual(['ep_b']);
    });

    it('whose cursor never goes back', async () => {
      const { store } = bench;
      await store.putEndpoint(endpoint('ep_1'));
      await store.settle([], [{ endpoint: 'ep_1', cursor: 7 }]);
      await store.settle([], [{ endpoint: 'ep_1', cursor: 5 }]);
      await store.putEndpoint(endpoint('ep_1', { url: 'https://example.org/new', cursor: 3 }));
      expect(await store.endpoints()).toMatchObject([{ cursor: 7, url: 'https://example.org/new' }]);
    });
  });

  describe('keeps deliveries', () => {
    async function filled(): Promise<Store> {
      const { store } = bench;
      await store.putEndpoint(endpoint('ep_1'));
      await store.putEndpoint(endpoint('ep_2'));
      const done = { state: 'delivered' as const, lastAt: 9, lastStatus: 200, ms: 3 };
      const late = { nextAt: 99, lastError: 'timeout' };
      await store.settle([delivery(12), delivery(3, late), delivery(5, done), delivery(4, { endpoint: 'ep_2' })], []);
      return store;
    }

    it('the pending ones oldest first, all of them newest first before a place', async () => {
      const store = await filled();
      expect(seqs(await store.pending('ep_1', 9))).toEqual([3, 12]);
      expect(seqs(await store.pending('ep_1', 1))).toEqual([3]);
      const list = async (query: object) => seqs(await store.deliveries({ endpoint: 'ep_1', limit: 9, ...query }));
      expect(await list({})).toEqual([12, 5, 3]);
      expect(await list({ before: 12 })).toEqual([5, 3]);
      expect(await list({ before: 5, limit: 1 })).toEqual([3]);
      expect(await list({ state: 'delivered' })).toEqual([5]);
      expect(await list({ state: 'pending', before: 12 })).toEqual([3]);
      expect(await store.pending('ep_1', 1)).toEqual([delivery(3, { nextAt: 99, lastError: 'timeout' })]);
    });

    it('each once: a second attempt replaces the first, and what it no longer tells is gone', async () => {
      const store = await filled();
      const after = delivery(3, { state: 'dead', attempts: 2, lastStatus: 500 });
      await store.settle([after], [{ endpoint: 'ep_1', cursor: 12 }]);
      expect(seqs(await store.pending('ep_1', 9))).toEqual([12]);
      expect(await store.deliveries({ endpoint: 'ep_1', state: 'dead', limit: 9 })).toEqual([after]);
      await store.settle([delivery(3, { state: 'pending' })], []);
      expect(seqs(await store.pending('ep_1', 9))).toEqual([3, 12]);
    });

    it('by lane, what is dead and what is parked behind it, until neither is', async () => {
      const { store } = bench;
      await store.putEndpoint(endpoint('ep_1'));
      const dead = delivery(3, { lane: 'A', state: 'dead' });
      const parked = [delivery(9, { lane: 'A', state: 'parked' }), delivery(7, { lane: 'A', state: 'parked' })];
      const others = [delivery(4, { lane: 'B', state: 'parked' }), delivery(5, { lane: 'C', state: 'dead' })];
      await store.settle([...parked, dead, ...others, delivery(6, { lane: 'D' })], []);
      expect(await store.halted('ep_1')).toEqual([
        { lane: 'A', dead: true, parked: true },
        { lane: 'B', dead: false, parked: true },
        { lane: 'C', dead: true, parked: false },
      ]);
      expect(seqs(await store.haltedIn('ep_1', 'A', 2))).toEqual([3, 7]);
      expect(await store.halted('ep_2')).toEqual([]);
      await store.settle(
        [3, 7, 9].map((seq) => delivery(seq, { lane: 'A', state: 'delivered' })),
        [],
      );
      expect(await store.haltedIn('ep_1', 'A', 9)).toEqual([]);
      expect((await store.halted('ep_1')).map(({ lane }) => lane)).toEqual(['B', 'C']);
    });

    it('and among the dead ones, but of no lane, those that were passed', async () => {
      const { store } = bench;
      await store.putEndpoint(endpoint('ep_1'));
      const passed = delivery(3, { lane: 'A', state: 'dead', passed: true });
      await store.settle([passed, delivery(4, { lane: 'B', state: 'dead' })], []);
      expect(await store.deliveries({ endpoint: 'ep_1', state: 'dead', limit: 9 })).toMatchObject([{ seq: 4 }, passed]);
      expect(await store.deliveries({ endpoint: 'ep_1', before: 4, limit: 9 })).toEqual([passed]);
      expect(await store.halted('ep_1')).toEqual([{ lane: 'B', dead: true, parked: false }]);
      expect(await store.haltedIn('ep_1', 'A', 9)).toEqual([]);
      await store.settle([delivery(3, { lane: 'A', state: 'dead' })], []);
      expect(seqs(await store.haltedIn('ep_1', 'A', 9))).toEqual([3]);
    });

    it('and knows the first that is still to be sent, with the dead one that others are parked behind', async () => {
      const { store } = bench;
      for (const id of ['ep_1', 'ep_2']) await store.putEndpoint(endpoint(id));
      const dead = (seq: number, lane: string) => delivery(seq, { lane, state: 'dead' });
      await store.settle([dead(2, 'A'), delivery(3, { state: 'delivered' }), { ...dead(4, 'C'), passed: true }], []);
      expect([await store.owed('ep_1'), await store.owed('ep_9')]).toEqual([undefined, undefined]);
      await store.settle([dead(5, 'B'), delivery(7, { lane: 'B', state: 'parked' }), delivery(9)], []);
      expect(await store.owed('ep_1')).toBe(5);
      await store.settle([delivery(5, { state: 'skipped' })], []);
      expect(await store.owed('ep_1')).toBe(7);
      await store.settle([delivery(7, { state: 'delivered' }), delivery(8, { endpoint: 'ep_2' })], []);
      expect([await store.owed('ep_1'), await store.owed('ep_2')]).toEqual([9, 8]);
    });

    it('none of an endpoint that was deleted meanwhile', async () => {
      const store = await filled();
      await store.deleteEndpoint('ep_1');
      expect(await store.deliveries({ endpoint: 'ep_1', limit: 9 })).toEqual([]);
      await store.settle([delivery(20), delivery(21, { endpoint: 'ep_2' })], [{ endpoint: 'ep_1', cursor: 20 }]);
      expect(await store.pending('ep_1', 9)).toEqual([]);
      expect(seqs(await store.pending('ep_2', 9))).toEqual([4, 21]);
      await store.putEndpoint(endpoint('ep_1'));
      expect(await store.deliveries({ endpoint: 'ep_1', limit: 9 })).toEqual([]);
    });
  });

  describe('keeps what followers note', () => {
    it('by kind and id, the last word alone, until it is let go of', async () => {
      const { store } = bench;
      await store.keep('consumer', 'b', { position: 1 });
      await store.keep('consumer', 'a', { position: 2, nested: { of: ['x'] } });
      await store.keep('replay', 'a', { at: 3 });
      await store.keep('consumer', 'b', { position: 4 });
      expect(await store.keepings('consumer')).toEqual([
        { id: 'a', value: { position: 2, nested: { of: ['x'] } } },
        { id: 'b', value: { position: 4 } },
      ]);
      await store.keep('consumer', 'a', null);
      await store.keep('consumer', 'never', null);
      expect((await store.keepings('consumer')).map(({ id }) => id)).toEqual(['b']);
      expect(await store.keepings('nothing')).toEqual([]);
    });
  });
}
