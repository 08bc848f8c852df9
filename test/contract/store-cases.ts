// What every store promises those who work on cases: finding, changing, moving, erasing.
import { describe, expect, it } from 'vitest';
import type { Case } from '../../src/core/case.ts';
import type { Store } from '../../src/core/store.ts';
import type { Bench } from './store.ts';
import { AT, keep, numbers, put, recalled, TENANT, the } from './teller.ts';

async function found(store: Store, no: string): Promise<Case> {
  const c = await store.findCase(no, { said: true });
  if (!c) throw new Error(`there is no case ${no}`);
  return c;
}

const proposal = (decided?: boolean): Case['proposals'][number] => ({
  ...{ id: 'pro_1', type: 'review' as const, reason: 'look', value: {}, at: AT },
  ...(decided ? { decided: { accept: true, by: 'key_1', at: AT, reason: 'yes' } } : {}),
});

export function casePromises(bench: Bench): void {
  describe('finds', () => {
    it('what was said only when asked for it', async () => {
      const { store, tell } = bench;
      const said = { text: '路灯不亮', name: '某某', phone: '13800000000', title: '路灯' };
      const one = tell.opened({ text: '路灯不亮' }, { case: { said } });
      await keep(store, one);
      expect((await store.findCase(one.no))?.said).toBeUndefined();
      expect((await store.findCase(one.no, { said: false }))?.said).toBeUndefined();
      expect((await store.findCases({ limit: 9 }))[0]?.said).toBeUndefined();
      expect((await store.lookup(one.no, one.queryCode))?.said).toBeUndefined();
      expect(await store.findCase(one.no, { said: true })).toEqual(one.open?.case);
      expect(await store.findCase('26112499999999')).toBeUndefined();
    });

    it('one answer for a wrong number and a wrong code', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' }, { queryCode: 'K7MPA3XW' });
      const two = tell.opened({ text: '井盖丢了' }, { queryCode: 'AAAAAAAA' });
      await keep(store, one, two);
      expect((await store.lookup(one.no, 'K7MPA3XW'))?.no).toBe(one.no);
      const wrong = [
        await store.lookup(one.no, 'AAAAAAAA'),
        await store.lookup(two.no, 'K7MPA3XW'),
        await store.lookup('26112499999999', 'K7MPA3XW'),
        await store.lookup(one.no, ''),
      ];
      expect(wrong).toEqual([undefined, undefined, undefined, undefined]);
    });

    it('lists for a unit what it helps with beside what it holds, and nothing about itself', async () => {
      const { store, tell } = bench;
      const unit = { code: 'u-road', name: '市政处' };
      const list = async (query: object) => numbers(await store.findCases({ limit: 9, ...query }));
      const a = tell.opened({ text: '甲' }, { case: { unit, status: 'dispatched' } });
      await keep(store, a);
      const help = { code: 'u-help', name: '"code":"u-road"' };
      const e = tell.opened({ text: '戊' }, { case: { unit, coUnits: [help] } });
      const f = tell.opened({ text: '己' }, { case: { unit: help, coUnits: [unit, help] } });
      const g = tell.opened({ text: '庚' }, { case: { unit, coUnits: [help], barred: ['u-help'] } });
      await keep(store, e, f, g);
      expect(await list({ unit: 'u-road' })).toEqual([g.no, f.no, e.no, a.no]);
      expect(await list({ unit: 'u-help' })).toEqual([f.no, e.no]);
      expect(await list({ unit: 'u-road', limit: 2, after: g.no })).toEqual([f.no, e.no]);
      expect(await list({ unit: 'u-help', status: 'dispatched' })).toEqual([]);
      const helping = await found(store, a.no);
      await store.change(tell.change(helping, { coUnits: [help] }));
      expect(await list({ unit: 'u-help' })).toEqual([f.no, e.no, a.no]);
    });

    it('lists, newest first, by each thing a desk may ask for', async () => {
      const { store, tell } = bench;
      const unit = { code: 'u-road', name: '市政处' };
      const category = [{ code: '0101', name: '道路', level1: '城建', path: ['城建', '道路'], confidence: 1 }];
      const a = tell.opened({ text: '甲' }, { case: { unit, status: 'dispatched', proposals: [proposal()] } });
      const b = tell.opened({ text: '乙' }, { case: { unit, barred: ['u-road'], kind: 'report' } });
      const c = tell.opened({ text: '丙' }, { joins: `mat_${a.no}`, case: { category, proposals: [proposal(true)] } });
      const d = tell.opened({ text: '丁', tenant: '330100' });
      await keep(store, a, b, c, d);
      const list = async (query: Parameters<Store['findCases']>[0] | object) =>
        numbers(await store.findCases({ limit: 9, ...query }));
      expect(await list({})).toEqual([d.no, c.no, b.no, a.no]);
      expect(await list({ limit: 2 })).toEqual([d.no, c.no]);
      expect(await list({ after: c.no })).toEqual([b.no, a.no]);
      expect(await list({ after: '26112499999999' })).toEqual([]);
      expect(await list({ tenant: TENANT })).toEqual([c.no, b.no, a.no]);
      expect(await list({ unit: 'u-road' })).toEqual([a.no]);
      expect(await list({ status: 'dispatched' })).toEqual([a.no]);
      expect(await list({ kind: 'report' })).toEqual([b.no]);
      expect(await list({ category: '0101' })).toEqual([c.no]);
      expect(await list({ matter: `mat_${a.no}` })).toEqual([c.no, a.no]);
      expect(await list({ hasProposals: true })).toEqual([a.no]);
      expect(await list({ hasProposals: false })).toEqual([d.no, c.no, b.no]);
      expect(await list({ tenant: TENANT, matter: `mat_${a.no}`, after: c.no })).toEqual([a.no]);
    });

    it('in stretches, so that a rare thing is sought without walking all at once', async () => {
      const { store, tell } = bench;
      const [a, b, c, d] = ['甲', '乙', '丙', '丁'].map((text) => tell.opened({ text }));
      expect(await store.caseBelow(undefined, 1)).toBeUndefined();
      await keep(store, the(a), the(b), the(c), the(d));
      const below = [
        await store.caseBelow(undefined, 2),
        await store.caseBelow(c?.no, 2),
        await store.caseBelow(c?.no, 3),
        await store.caseBelow('26112499999999', 1),
      ];
      expect(below).toEqual([c?.no, a?.no, undefined, undefined]);
      const list = async (query: object) => numbers(await store.findCases({ limit: 9, ...query }));
      expect(await list({ downTo: the(c).no })).toEqual([d?.no, c?.no]);
      expect(await list({ after: the(c).no, downTo: the(a).no })).toEqual([b?.no, a?.no]);
      expect(await list({ after: the(d).no, downTo: the(b).no, limit: 1 })).toEqual([c?.no]);
      expect(await list({ downTo: '26112499999999' })).toEqual([]);
    });

    it('copies: what a caller does with an answer changes nothing kept', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮', externalId: 'a', proved: ['o1'] }, { case: { barred: ['u-1'] } });
      await keep(store, one);
      const said = one.open?.case.said;
      if (said) said.text = 'changed';
      const c = await found(store, one.no);
      c.flags.push('changed');
      c.barred.push('changed');
      the((await store.messagesOf(one.no))[0]).text = 'changed';
      const known = await recalled(store, tell.ask({ text: '路灯不亮', proved: ['o1'] }));
      Reflect.set(the(known.mine[0]?.barred), 0, 'changed');
      const [entry] = await store.readLog({ after: 0, limit: 1 });
      Reflect.set(the(entry), 'body', 'changed');
      expect(await found(store, one.no)).toMatchObject({ flags: [], barred: ['u-1'], said: { text: '路灯不亮' } });
      expect((await store.messagesOf(one.no))[0]?.text).toBe('路灯不亮');
      expect((await recalled(store, tell.ask({ text: '喂', proved: ['o1'] }))).mine[0]?.barred).toEqual(['u-1']);
      expect((await store.readLog({ after: 0, limit: 1 }))[0]?.body[0]).toBe('{');
    });
  });

  describe('changes', () => {
    it('a case with its events and its line in the trail', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' });
      await keep(store, one);
      const unit = { code: 'u-road', name: '市政处' };
      const change = tell.change(await found(store, one.no), { status: 'dispatched', unit });
      expect(await store.change(change)).toBe('ok');
      expect(await found(store, one.no)).toEqual(change.case);
      expect(await store.auditTrail({ subject: one.no, limit: 9 })).toEqual([{ id: 1, ...change.audit }]);
      expect((await store.readLog({ after: 1, limit: 9 })).map((e) => e.id)).toEqual([change.events[0]?.id]);
    });

    it('nothing when the case has moved on, or is not there', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' });
      await keep(store, one);
      const before = await found(store, one.no);
      expect(await store.change(tell.change(before, { urgency: 'urgent' }))).toBe('ok');
      expect(await store.change(tell.change(before, { urgency: 'emergency' }))).toBe('stale');
      expect(await store.change(tell.change({ ...before, no: '26112499999999' }))).toBe('stale');
      expect(await found(store, one.no)).toMatchObject({ urgency: 'urgent', version: 2 });
      expect(await store.head()).toBe(2);
      expect(await store.auditTrail({ limit: 9 })).toHaveLength(1);
    });

    it('once for each idempotency key, which is asked before the version', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' });
      await keep(store, one);
      const before = await found(store, one.no);
      const stale = tell.change(before, {}, { idempotencyKey: 'k1', expectVersion: 7 });
      expect(await store.change(stale)).toBe('stale'); // and the key is not used up by it
      expect(await store.change(tell.change(before, {}, { idempotencyKey: 'k1' }))).toBe('ok');
      expect(await store.change(tell.change(before, {}, { idempotencyKey: 'k1' }))).toBe('repeated');
      expect(await store.change(tell.change(before, {}, { idempotencyKey: 'k1', expectVersion: -1 }))).toBe('repeated');
      expect(await store.change(tell.change(before, {}, { idempotencyKey: 'k2' }))).toBe('stale');
      expect(await found(store, one.no)).toMatchObject({ version: 2 });
      expect(await store.head()).toBe(2);
    });

    it('with what the citizen is told and what the house notes, both as messages of the case', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' });
      await keep(store, one);
      const words = (text: string, direction: 'out' | 'note') => ({
        ...tell.message({ text }, tell.ask({ text, externalId: text })),
        direction,
      });
      const before = await found(store, one.no);
      const said = { message: words('已修好', 'out'), note: words('灯杆老化', 'note') };
      expect(await store.change(tell.change(before, { messages: 3 }, said))).toBe('ok');
      const told = (await store.messagesOf(one.no)).map((m) => [m.direction, m.text]);
      expect(told).toEqual([
        ['in', '路灯不亮'],
        ['out', '已修好'],
        ['note', '灯杆老化'],
      ]);
      expect((await found(store, one.no)).messages).toBe(3);
    });

    it('and says that a key is used again for something else, which it leaves undone', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' });
      await keep(store, one);
      const before = await found(store, one.no);
      const change = (asked?: string, more = {}) =>
        store.change(
          tell.change(before, {}, { idempotencyKey: 'k1', ...(asked === undefined ? {} : { asked }), ...more }),
        );
      expect(await change('{"unit":"a"}')).toBe('ok');
      expect(await change('{"unit":"a"}')).toBe('repeated');
      expect(await change('{"unit":"b"}')).toBe('reused');
      expect(await change('{"unit":"b"}', { expectVersion: -1 })).toBe('reused');
      // Who does not say what was asked gets the answer of old.
      expect(await change()).toBe('repeated');
      expect(await found(store, one.no)).toMatchObject({ version: 2 });
      expect(await store.head()).toBe(2);
    });

    it('what was said, where a place is corrected, and keeps the rest sealed', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' }, { case: { externalId: 'theirs-1' }, queryCode: 'K7MPA3XW' });
      await keep(store, one);
      const before = await found(store, one.no);
      const place = { text: '人民路', confidence: 1 };
      const said = { text: '路灯不亮', place };
      expect(await store.change(tell.change(before, { said }))).toBe('ok');
      expect(await found(store, one.no)).toMatchObject({ said, externalId: 'theirs-1' });
      const bare = await store.findCase(one.no);
      expect(await store.change(tell.change(the(bare), { urgency: 'urgent' }))).toBe('ok');
      expect(await found(store, one.no)).toMatchObject({ said, urgency: 'urgent', externalId: 'theirs-1' });
      expect((await store.lookup(one.no, 'K7MPA3XW'))?.version).toBe(3);
    });

    it('with a message, which is then one of the case', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮', externalId: 'a' });
      await keep(store, one);
      const words = { text: '已派人', externalId: 'a', message: { direction: 'out' as const } };
      const message = tell.message(words, tell.ask(words));
      expect(await store.change(tell.change(await found(store, one.no), { messages: 2 }, { message }))).toBe('ok');
      expect((await store.messagesOf(one.no)).map((m) => m.text)).toEqual(['路灯不亮', '已派人']);
      // What the city sends is numbered apart from what it receives.
      expect((await recalled(store, tell.ask({ text: '已派人', externalId: 'a' }))).first).toBeUndefined();
    });

    it("a case's matter: the one shrinks, the other grows", async () => {
      const { store, tell } = bench;
      const a = tell.opened({ text: '甲' });
      const b = tell.opened({ text: '乙' }, { joins: `mat_${a.no}` });
      const c = tell.opened({ text: '丙' });
      await keep(store, a, b, c);
      const to = { id: `mat_${c.no}` };
      const { watermark } = await store.recall([tell.ask({ text: '丁' })]);
      expect(await store.moveMatter(tell.change(await found(store, b.no)), to)).toBe('ok');
      expect(await store.findMatter(`mat_${a.no}`)).toMatchObject({ size: 1, cases: [a.no], state: 'open' });
      expect(await store.findMatter(to.id)).toMatchObject({ size: 2, cases: [b.no, c.no] });
      expect(numbers(await store.findCases({ matter: to.id, limit: 9 }))).toEqual([c.no, b.no]);
      // Who decided on the matter's size before must look again.
      expect(await store.write([tell.opened({ text: '丁' }, { joins: `mat_${a.no}` })], watermark)).toMatchObject({
        why: 'stale',
      });
      expect(await store.moveMatter(tell.change(await found(store, a.no)), to)).toBe('ok');
      expect(await store.findMatter(`mat_${a.no}`)).toBeUndefined();
      expect(await store.findMatter(to.id)).toMatchObject({ size: 3 });
    });

    it('a case into a matter of its own, and back into the one it emptied', async () => {
      const { store, tell } = bench;
      const a = tell.opened({ text: '甲' });
      await keep(store, a);
      const { matter } = tell.opened({ text: '新' });
      const open = { ...the(matter?.open), id: 'mat_new' };
      expect(await store.moveMatter(tell.change(await found(store, a.no)), { id: 'mat_new', open })).toBe('ok');
      expect(await store.findMatter('mat_new')).toMatchObject({ size: 1, cases: [a.no], title: '其他', openedAt: AT });
      expect(await store.moveMatter(tell.change(await found(store, a.no)), { id: `mat_${a.no}` })).toBe('ok');
      expect(await store.findMatter(`mat_${a.no}`)).toMatchObject({ size: 1, state: 'open' });
      expect(await store.findMatter('mat_new')).toBeUndefined();
    });

    it('nothing when the matter to move to does not exist', async () => {
      const { store, tell } = bench;
      const a = tell.opened({ text: '甲' });
      await keep(store, a);
      const change = tell.change(await found(store, a.no), { urgency: 'urgent' }, { idempotencyKey: 'k1' });
      await expect(store.moveMatter(change, { id: 'mat_none' })).rejects.toMatchObject({ code: 'no_matter' });
      expect(await found(store, a.no)).toMatchObject({ version: 1, urgency: 'normal' });
      expect(await store.findMatter(`mat_${a.no}`)).toMatchObject({ size: 1 });
      expect(await store.moveMatter(change, { id: `mat_${a.no}` })).toBe('ok'); // the key was not used up
    });
  });

  describe('erases', () => {
    it('words, senders, likeness, messages and attachments; number and state stay', async () => {
      const { store, tell } = bench;
      const text = '人民路和解放路口的红绿灯坏了三天了';
      const { ref } = await store.putBlob(new Uint8Array([1, 2]), { mediaType: 'image/png', name: '照片.png' });
      const kept = await store.putBlob(new Uint8Array([3]), { mediaType: 'image/png' });
      const answer = { text: '答复', source: 's', validUntil: AT };
      const more = { answer, proposals: [proposal()], externalId: 'theirs-1', flags: ['no_calendar'] };
      const one = tell.opened({ text, externalId: 'a', proved: ['o1'], stated: ['t1'] }, { case: more, blobs: [ref] });
      const two = tell.opened({ text, proved: ['o1'] }, { joins: `mat_${one.no}`, blobs: [kept.ref] });
      await keep(store, one, two);
      await keep(store, tell.followed({ text: '还没修', proved: ['o3'] }, { no: one.no, version: 1 }, { urges: true }));
      const [stats, head] = [await store.stats(), await store.head()];

      await store.audit(tell.audit(one.no, 'case.reveal'));
      const event = tell.event('case.redacted', one.no, { caseversion: 3 });
      expect(await store.erase(one.no, tell.audit(one.no, 'case.erase'), event)).toBe(true);

      const left = await store.findCase(one.no, { said: true });
      expect(left).toMatchObject({ no: one.no, status: 'triage', version: 3, proposals: [] });
      expect(left).toMatchObject({ flags: ['no_calendar', 'urged', 'erased'], matter: { evidence: [] } });
      expect([left?.said, left?.externalId, left?.answer]).toEqual([undefined, undefined, undefined]);
      expect(await store.messagesOf(one.no)).toEqual([]);
      expect(await store.getBlob(ref)).toBeUndefined();
      expect(await store.lookup(one.no, one.queryCode)).toBeUndefined();
      const cited = { caseNo: one.no, queryCode: one.queryCode };
      const known = await recalled(
        store,
        tell.ask({ text, externalId: 'b', proved: ['o1', 'o3'], stated: ['t1'], cited }),
      );
      expect(numbers(known.alike)).toEqual([two.no]);
      expect(numbers(known.mine)).toEqual([two.no]);
      expect(known).toMatchObject({ stated: [], keyReused: false });
      expect(known.cited).toBeUndefined();
      const again = await recalled(store, tell.ask({ text, externalId: 'a', proved: ['o1'] }));
      expect(again.first, 'handed in again it stays erased').toEqual({
        outcome: 'noted',
        note: expect.stringMatching(/已按规定删除/),
      });
      const other = await recalled(store, tell.ask({ text: '别的话', externalId: 'a' }));
      expect(other, 'other words under the same id are new').toMatchObject({ keyReused: false });
      expect(other.first).toBeUndefined();

      expect((await store.readLog({ after: head, limit: 9 })).map((e) => [e.type, e.id])).toEqual([
        ['case.redacted', event.id],
      ]);
      expect((await store.auditTrail({ subject: one.no, limit: 1 }))[0]?.action).toBe('case.erase');
      const reasons = (await store.auditTrail({ subject: one.no, limit: 99 })).map((line) => line.reason);
      expect(reasons).toEqual(['as told', undefined]);
      expect(await store.stats()).toMatchObject({ cases: stats.cases, messages: stats.messages - 2 });
      expect(await store.getBlob(kept.ref)).toBeDefined();
      expect(await store.findMatter(`mat_${one.no}`)).toMatchObject({ size: 2, cases: [one.no, two.no] });
    });

    it('once, takes no words afterwards, and lets a person still change the state', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' });
      await keep(store, one);
      const erase = () => store.erase(one.no, tell.audit(one.no), tell.event('case.redacted', one.no));
      expect([await erase(), await erase()]).toEqual([true, false]);
      expect(await store.erase('26112499999999', tell.audit('x'), tell.event('case.redacted', 'x'))).toBe(false);
      expect(await store.head()).toBe(2);
      expect(await put(store, tell.followed({ text: '喂' }, { no: one.no, version: 2 }))).toEqual({
        ok: false,
        why: 'stale',
      });
      const left = await found(store, one.no);
      const words = { text: '已派人' };
      const message = tell.message(words, tell.ask(words));
      await expect(store.change(tell.change(left, {}, { message }))).rejects.toMatchObject({ code: 'erased' });
      expect(await store.change(tell.change(left, { status: 'closed', said: { text: '又来' } }))).toBe('ok');
      const after = await found(store, one.no);
      expect([after.status, after.said, after.version]).toEqual(['closed', undefined, 3]);
    });
  });
}
