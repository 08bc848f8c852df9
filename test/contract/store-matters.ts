// What every store promises about matters: their growth, what people say about pairs of cases, and moves that happen whole or not at all.
import { describe, expect, it } from 'vitest';
import type { Case } from '../../src/core/case.ts';
import type { Change, Store } from '../../src/core/store.ts';
import type { Bench } from './store.ts';
import { AT, keep, NOON, numbers, put, recalled, the } from './teller.ts';

const found = async (store: Store, no: string): Promise<Case> => the(await store.findCase(no));
const ruled = (one: string, other: string, same: boolean): Pick<Change, 'rulings'> => ({
  rulings: [{ cases: [one, other], same }],
});

export function matterPromises(bench: Bench): void {
  describe('counts', () => {
    it('how often the same person urged, whatever else changes in the case', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' });
      await keep(store, one);
      expect((await found(store, one.no)).urges).toBeUndefined();
      const urged = (version: number, more = {}) =>
        keep(store, tell.followed({ text: `还没修${version}` }, { no: one.no, version }, { urges: true, ...more }));
      await urged(1);
      await urged(2, { set: { urgency: 'urgent' } });
      expect(await found(store, one.no)).toMatchObject({ urges: 2, flags: ['urged'] });
      expect(await store.change(tell.change(await found(store, one.no), { kind: 'help' }))).toBe('ok');
      await urged(4);
      await keep(store, tell.followed({ text: '谢谢' }, { no: one.no, version: 5 }));
      expect(await found(store, one.no)).toMatchObject({ urges: 3, kind: 'help', messages: 5 });
    });

    it('who reports a matter, once each, and lets its urgency rise', async () => {
      const { store, tell } = bench;
      const a = tell.opened({ text: '甲' });
      const matter = `mat_${a.no}`;
      const b = tell.opened({ text: '乙' }, { joins: matter });
      const c = tell.opened({ text: '丙' }, { joins: matter });
      const d = tell.opened({ text: '丁' }, { joins: matter });
      await keep(store, a, b);
      expect(await store.findMatter(matter)).toMatchObject({ size: 2, reporters: 2, urgency: 'normal' });
      await keep(store, { ...c, matter: { ...the(c.matter), again: true, urgency: 'urgent' } }, d);
      expect(await store.findMatter(matter)).toMatchObject({ size: 4, reporters: 3, urgency: 'urgent' });
      const known = await recalled(store, tell.ask({ text: '甲' }));
      expect(known.alike[0]?.matter).toEqual({ id: matter, size: 4, reporters: 3, urgency: 'urgent' });
    });
  });

  describe('two who part one matter at one moment', () => {
    it('do not both part the last two: the second must look again', async () => {
      const { store, tell } = bench;
      const a = tell.opened({ text: '甲路积水' });
      const matter = `mat_${a.no}`;
      const b = tell.opened({ text: '乙路积水' }, { joins: matter });
      await keep(store, a, b);
      const expectSizes = [{ id: matter, size: 2 }];
      const parted = async (no: string, to: string) => {
        const open = { ...the(a.matter?.open), id: to };
        return await store.moveMatter({ ...tell.change(await found(store, no)), expectSizes }, { id: to, open });
      };
      expect(await parted(a.no, 'mat_X')).toBe('ok');
      expect(await parted(b.no, 'mat_Y')).toBe('stale');
      expect(await store.findMatter(matter)).toMatchObject({ size: 1 });
    });
  });

  describe('keeps what people say about two cases', () => {
    it('as labelled pairs, the latest word about a pair, with what both said and who decided', async () => {
      const { store, tell } = bench;
      const [a, b, c] = ['甲路积水', '乙路积水', '丙路积水'].map((text) => the(tell.opened({ text })));
      await keep(store, the(a), the(b), the(c));
      const [one, two, three] = [the(a).no, the(b).no, the(c).no];
      expect(await store.rulings({ limit: 9 })).toEqual([]);
      await store.change(tell.change(await found(store, one), {}, ruled(two, one, false)));
      await store.change(tell.change(await found(store, three), {}, ruled(three, one, false)));
      const all = await store.rulings({ limit: 9 });
      expect(all).toMatchObject([
        { cases: [one, two], same: false, by: 'key_1', at: AT, said: [{ masked: '甲路积水' }, { masked: '乙路积水' }] },
        { cases: [one, three], same: false },
      ]);
      expect(await store.rulings({ limit: 1 })).toEqual(all.slice(0, 1));
      expect(await store.rulings({ after: the(all[0]).cases, limit: 9 })).toEqual(all.slice(1));
      // Put together after all: the word of before is taken back.
      const to = { id: `mat_${one}` };
      await store.moveMatter(tell.change(await found(store, two), {}, ruled(two, one, true)), to);
      expect((await store.rulings({ limit: 9 })).map(({ cases, same }) => [...cases, same])).toEqual([
        [one, two, true],
        [one, three, false],
      ]);
      await store.erase(three, tell.audit(three), tell.event('case.redacted', three));
      expect((await store.rulings({ limit: 9 })).map(({ cases }) => cases)).toEqual([[one, two]]);
    });

    it('and recalls which matters are apart, wherever the cases go afterwards', async () => {
      const { store, tell } = bench;
      const text = '停水两天了请尽快恢复';
      const a = tell.opened({ text });
      const b = tell.opened({ text });
      const c = tell.opened({ text: '另一件事情完全不同的内容' });
      await keep(store, a, b, c);
      const [first, second, third] = [a, b, c].map(({ no }) => `mat_${no}`);
      const apart = async () => {
        const { alike } = await recalled(store, tell.ask({ text }));
        return new Map(alike.map((one) => [one.no, one.matter.apart]));
      };
      expect((await apart()).get(a.no)).toBeUndefined();
      await store.change(tell.change(await found(store, b.no), {}, ruled(b.no, a.no, false)));
      expect(await apart()).toEqual(
        new Map([
          [b.no, [first]],
          [a.no, [second]],
        ]),
      );
      // The case moves: its matter is apart now, the one it left no more.
      await store.moveMatter(tell.change(await found(store, b.no)), { id: the(third) });
      expect(await apart()).toEqual(
        new Map([
          [b.no, [first]],
          [a.no, [third]],
        ]),
      );
      await store.moveMatter(tell.change(await found(store, b.no)), { id: the(first) });
      expect(await apart()).toEqual(
        new Map([
          [b.no, undefined],
          [a.no, undefined],
        ]),
      );
      expect(await store.rulings({ limit: 9 })).toEqual([]);
    });

    it('and has a decision looked at again that was taken without knowing of it', async () => {
      const { store, tell } = bench;
      const a = tell.opened({ text: '甲' });
      const b = tell.opened({ text: '乙' });
      await keep(store, a, b);
      const { watermark } = await store.recall([tell.ask({ text: '丙' })]);
      await store.change(tell.change(await found(store, b.no), {}, ruled(b.no, a.no, false)));
      const late = tell.opened({ text: '丙' }, { joins: `mat_${a.no}` });
      expect(await store.write([late], watermark)).toEqual({ ok: false, why: 'stale' });
    });
  });

  describe('tells what heat is reckoned from', () => {
    it('each case by its time, channel, place and person, and the words of those that are not hidden', async () => {
      const { store, tell } = bench;
      const a = tell.opened(
        { text: '甲', proved: ['o1'], at: NOON - 5 },
        { case: { division: '330203', channel: 'qq' } },
      );
      const joins = `mat_${a.no}`;
      const b = tell.opened({ text: '乙', stated: ['o1'] }, { joins, case: { urgency: 'urgent', barred: ['u-1'] } });
      const c = tell.opened({ text: '丙', proved: ['o2'] }, { joins, case: { kind: 'report' } });
      const d = tell.opened({ text: '丁' }, { joins, case: { secret: true } });
      await keep(store, a, b, c, d);
      const facts = the(await store.matterFacts(joins));
      expect(facts.matter).toMatchObject({ id: joins, size: 4 });
      expect(facts.reported).toMatchObject([
        { hidden: true },
        { hidden: true },
        { urgency: 'urgent', barred: ['u-1'], hidden: false },
        { at: NOON - 5, channel: 'qq', division: '330203', hidden: false },
      ]);
      const [last, third, second, first] = facts.reported.map((one) => one.person);
      expect([last, second === first, third === first]).toEqual([undefined, true, false]);
      expect(facts.words).toEqual(['乙', '甲']);
      expect(JSON.stringify(facts)).not.toMatch(/o1|o2/);
      expect(await store.matterFacts('mat_none')).toBeUndefined();
    });

    it('which matters of two cases or more grew of late, and how many cases were opened', async () => {
      const { store, tell } = bench;
      const a = tell.opened({ text: '甲' });
      const b = tell.opened({ text: '乙' }, { joins: `mat_${a.no}` });
      const c = tell.opened({ text: '丙' });
      await keep(store, a, c);
      expect(await store.growing({ since: 0, limit: 9 })).toEqual([]);
      await keep(store, b);
      expect(await store.growing({ since: 0, limit: 9 })).toEqual([`mat_${a.no}`]);
      expect(await store.growing({ since: 0, limit: 9, tenant: '330100' })).toEqual([]);
      expect(await store.growing({ since: Date.now() + 3_600_000, limit: 9 })).toEqual([]);
      expect(await store.openedSince(Date.parse(AT))).toBe(3);
      expect(await store.openedSince(Date.parse(AT) + 1)).toBe(0);
    });
  });

  describe('moves many cases', () => {
    it('at once, with a line for each and one for the whole', async () => {
      const { store, tell } = bench;
      const a = tell.opened({ text: '甲' });
      const b = tell.opened({ text: '乙' });
      const c = tell.opened({ text: '丙' }, { joins: `mat_${b.no}` });
      await keep(store, a, b, c);
      const to = { id: `mat_${a.no}` };
      const moves = async (more = {}) =>
        [await found(store, b.no), await found(store, c.no)].map((one, n) => ({
          change: tell.change(one, {}, n === 0 ? { ...ruled(a.no, b.no, true), ...more } : {}),
          to,
        }));
      const line = tell.audit(to.id, 'matter.merge');
      const once = { idempotencyKey: 'k1', asked: 'merge' };
      expect(await store.moveMatters(await moves(once), line)).toBe('ok');
      expect(await store.findMatter(to.id)).toMatchObject({ size: 3, cases: [a.no, b.no, c.no] });
      expect(await store.findMatter(`mat_${b.no}`)).toBeUndefined();
      expect((await store.auditTrail({ limit: 9 })).map(({ subject }) => subject)).toEqual([to.id, c.no, b.no]);
      expect(await store.moveMatters(await moves(once), line)).toBe('repeated');
      expect(await store.moveMatters(await moves({ ...once, asked: 'other' }), line)).toBe('reused');
      expect(await store.head()).toBe(5);
    });

    it('or none, when one of them has moved on, or there is no such matter', async () => {
      const { store, tell } = bench;
      const a = tell.opened({ text: '甲' });
      const b = tell.opened({ text: '乙' });
      const c = tell.opened({ text: '丙' }, { joins: `mat_${b.no}` });
      await keep(store, a, b, c);
      const [two, three] = [await found(store, b.no), await found(store, c.no)];
      const moves = (id: string) => [two, three].map((one) => ({ change: tell.change(one), to: { id } }));
      const line = tell.audit('mat_x', 'matter.merge');
      await expect(store.moveMatters(moves('mat_none'), line)).rejects.toMatchObject({ code: 'no_matter' });
      expect(await store.change(tell.change(three, { urgency: 'urgent' }))).toBe('ok');
      expect(await store.moveMatters(moves(`mat_${a.no}`), line)).toBe('stale');
      expect(await store.findMatter(`mat_${b.no}`)).toMatchObject({ size: 2 });
      expect(numbers(await store.findCases({ matter: `mat_${a.no}`, limit: 9 }))).toEqual([a.no]);
      expect(await store.auditTrail({ subject: 'mat_x', limit: 9 })).toEqual([]);
      expect(await put(store, tell.opened({ text: '丁' }, { joins: `mat_${b.no}` }))).toMatchObject({ ok: true });
    });

    it('or none, when somebody came to the matter since its cases were looked at', async () => {
      const { store, tell } = bench;
      const a = tell.opened({ text: '甲' });
      const b = tell.opened({ text: '乙' });
      await keep(store, a, b);
      const from = `mat_${b.no}`;
      const change = async (size: number) =>
        tell.change(await found(store, b.no), {}, { expectSizes: [{ id: from, size }] });
      const to = { id: `mat_${a.no}` };
      const line = tell.audit(to.id, 'matter.merge');
      const early = await change(1);
      await keep(store, tell.opened({ text: '丙' }, { joins: from }));
      expect(await store.moveMatters([{ change: early, to }], line)).toBe('stale');
      expect(await store.moveMatter(early, to)).toBe('stale');
      expect(await store.findMatter(from)).toMatchObject({ size: 2 });
      expect(await store.moveMatter(await change(2), to)).toBe('ok');
      expect(await store.findMatter(from)).toMatchObject({ size: 1 });
    });
  });
}
