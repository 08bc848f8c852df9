// What every store promises about calls: each counted once however it is told of, corrected by what comes late, and let go of.
import { describe, expect, it } from 'vitest';
import type { CallFact } from '../../src/core/call-record.ts';
import type { Bench } from './store.ts';
import { keep, NOON, TENANT } from './teller.ts';

const HOUR = 3_600_000;
const cdr = (call: string, at: number, more: Partial<CallFact> = {}): CallFact => ({
  ...{ call, part: 'cdr', rank: 1, direction: 'in', party: '13800000001', offeredAt: at, endedAt: at + 60_000 },
  ...more,
});
const answered = (call: string, at: number, waitMs = 5_000, more: Partial<CallFact> = {}): CallFact =>
  cdr(call, at, { answeredAt: at + waitMs, outcome: 'answered', ...more });
const abandoned = (call: string, at: number, more: Partial<CallFact> = {}): CallFact =>
  cdr(call, at, { outcome: 'abandoned', ...more });

export function callPromises(bench: Bench): void {
  const put = (...facts: CallFact[]) => bench.store.putCalls('hotline', TENANT, facts);
  const hours = (query: object = {}) => bench.store.callHours(query);
  const listed = async (query: object = {}) =>
    (await bench.store.calls({ limit: 9, ...query })).map(({ at, outcome }) => [at - NOON, outcome]);

  describe('keeps the book of calls', () => {
    it('counts a call once, however often and in whatever order it is told of', async () => {
      const join: CallFact = { call: 'a', part: 'join', rank: 2, offeredAt: NOON };
      expect(await put(answered('a', NOON, 30_000))).toEqual([true]);
      expect(await put(join, answered('a', NOON, 30_000))).toEqual([true, true]);
      expect(await put(answered('a', NOON, 30_000), join)).toEqual([false, false]);
      expect(await hours()).toEqual([
        {
          ...{ at: NOON, answered: 1, abandoned: 0, failed: 0, menu: 0, open: 0, soon: 0 },
          ...{ waited: 1, waitMs: 30_000, longestMs: 30_000, gaveUp: 0, gaveUpMs: 0, talked: 1, talkMs: 30_000 },
        },
      ]);
    });

    it('corrects itself by what comes late, but not by what is older', async () => {
      await put(abandoned('a', NOON, { revision: 2 }));
      expect(await put(answered('a', NOON, 9_000, { revision: 3 }))).toEqual([true]);
      expect(await put(abandoned('a', NOON, { revision: 2 }))).toEqual([false]);
      expect(await hours()).toMatchObject([{ answered: 1, abandoned: 0, soon: 1 }]);
    });

    it('begins no call by the end of a line, and believes no waiting before a machine', async () => {
      expect(await put({ call: 'z', part: 'hangup', rank: 0, endedAt: NOON, adds: true })).toEqual([false]);
      await put(answered('a', NOON, 0, { takenFirst: true }));
      expect(await hours()).toMatchObject([{ answered: 1, soon: 0, waited: 0, talked: 1 }]);
    });

    it('sums incoming calls up by the hour, of a period and of one tenant', async () => {
      await put(answered('a', NOON), abandoned('b', NOON + 60_000), answered('c', NOON + HOUR));
      await put(answered('d', NOON, 0, { direction: 'out' }));
      await bench.store.putCalls('hotline', '330212', [answered('e', NOON)]);
      expect((await hours()).map(({ at, answered: yes }) => [at - NOON, yes])).toEqual([
        [0, 2],
        [HOUR, 1],
      ]);
      expect(await hours({ tenant: TENANT, to: NOON + HOUR })).toMatchObject([
        { answered: 1, abandoned: 1, gaveUp: 1, gaveUpMs: 60_000 },
      ]);
      expect(await hours({ from: NOON + 2 * HOUR })).toEqual([]);
    });

    it('lists calls newest first, page by page, each found by its name', async () => {
      await put(answered('a', NOON), abandoned('b', NOON + 1), abandoned('c', NOON + 2));
      const [first, second] = await bench.store.calls({ limit: 2 });
      expect([first?.at, second?.at]).toEqual([NOON + 2, NOON + 1]);
      const after = { at: second?.at ?? 0, id: second?.id ?? '' };
      expect(await listed({ after })).toEqual([[0, 'answered']]);
      expect(await listed({ outcome: 'abandoned', to: NOON + 2 })).toEqual([[1, 'abandoned']]);
      expect(await bench.store.findCall(first?.id ?? '')).toEqual(first);
      expect(first).toMatchObject({ account: 'hotline', tenant: TENANT, party: '13800000001' });
      expect(first?.id).toMatch(/^call_[0-9a-f]{32}$/);
      expect(await bench.store.findCall('call_0')).toBeUndefined();
    });

    it('owes a call back to who gave up, until they are spoken to', async () => {
      const other = { party: '13800000002' };
      // Who was answered before and gave up now is owed one all the same.
      await put(answered('z', NOON - 10));
      await put(
        abandoned('a', NOON),
        abandoned('b', NOON + 1, other),
        abandoned('c', NOON + 2, { party: '13800000003' }),
      );
      await put(cdr('d', NOON + 3, { party: '13800000003', direction: 'out', outcome: 'failed' }));
      expect(await listed({ owed: true })).toEqual([
        [2, 'abandoned'],
        [1, 'abandoned'],
        [0, 'abandoned'],
      ]);
      await put(answered('e', NOON + 4), answered('f', NOON + 5, 0, { ...other, direction: 'out' }));
      expect(await listed({ owed: true })).toEqual([[2, 'abandoned']]);
    });

    it('forgets who called with the case the call became, and keeps that there was a call', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '停水了', externalId: 'call-9', account: 'hotline' });
      await keep(store, one);
      await put(abandoned('call-9', NOON));
      await store.erase(one.no, tell.audit(one.no, 'case.erase'), tell.event('case.redacted', one.no));
      const [left] = await store.calls({ limit: 9 });
      expect(left).toMatchObject({ outcome: 'abandoned' });
      expect(left).not.toHaveProperty('party');
      expect(await put(answered('call-9', NOON))).toEqual([false]);
      expect(await hours()).toMatchObject([{ abandoned: 1 }]);
    });

    it('takes up no call again of which the exchange tells after its case was erased', async () => {
      const { store, tell } = bench;
      const one = tell.opened({
        text: '停水了',
        externalId: 'call-8',
        account: 'hotline',
        message: { channel: 'phone' },
      });
      const other = tell.opened({ text: '停电了', externalId: 'w-8', account: 'web' });
      await keep(store, one, other);
      for (const { no } of [one, other])
        await store.erase(no, tell.audit(no, 'case.erase'), tell.event('case.redacted', no));
      expect(await put(answered('call-8', NOON), answered('call-7', NOON + 1))).toEqual([false, true]);
      expect([await listed(), (await hours()).length]).toEqual([[[1, 'answered']], 1]);
      expect(await bench.store.forgetLoose(NOON + 365 * 24 * HOUR)).toBe(2);
    });

    it('lets go of what retention is over for', async () => {
      await put(answered('a', NOON), answered('b', NOON + 10));
      expect(await bench.store.forgetLoose(NOON + 5)).toBe(1);
      expect(await listed()).toEqual([[10, 'answered']]);
      expect(await bench.store.forgetLoose(NOON + 5)).toBe(0);
    });
  });
}
