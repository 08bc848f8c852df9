// What every store promises about people: keys proved to be one person's find each other's cases, and are forgotten with them.
import { describe, expect, it } from 'vitest';
import type { SenderKey } from '../../src/core/message.ts';
import { caseKey, type Joining, MOST_CLAIMS_A_DAY, MOST_TRIES } from '../../src/core/party.ts';
import type { Decision, OutgoingRow } from '../../src/core/store.ts';
import type { Bench } from './store.ts';
import { AT, keep, key, numbers, put, recalled, TENANT, the, type Words } from './teller.ts';

const mail: SenderKey = { kind: 'email', scope: '', value: 'zhang@example.com', proved: true };
const joining = (party: string, keys: readonly SenderKey[], more: Partial<Joining> = {}): Joining => ({
  ...{ party, keys, how: 'code', at: AT },
  ...more,
});

export function partyPromises(bench: Bench): void {
  const noted = (words: Words, more: Partial<Decision>): Decision => ({ ...bench.tell.noted(words), ...more });
  const asks = (proved: readonly SenderKey[], more: Words = { text: '问' }) => ({ ...bench.tell.ask(more), proved });

  describe('keeps people', () => {
    it('whose keys were proved to be one: a word by one finds the open cases of the others', async () => {
      const { store, tell } = bench;
      const lamp = tell.opened({ text: '路灯不亮', proved: ['o1'] });
      await keep(
        store,
        lamp,
        noted({ text: '绑定', proved: ['o1'] }, { join: joining('par_1', [key('o1', true), mail]) }),
      );
      const known = await recalled(store, asks([mail]));
      expect(numbers(known.mine)).toEqual([lamp.no]);
      expect(known.party).toBe('par_1');
      const byNumber = await recalled(store, asks([mail], { text: '查', cited: { caseNo: lamp.no } }));
      expect(byNumber.cited?.no).toBe(lamp.no);
      expect((await recalled(store, asks([key('stranger', true)]))).mine).toEqual([]);
      expect((await recalled(store, { ...asks([mail]), tenant: '330100' })).mine).toEqual([]);
    });

    it('but tells by the person nothing that is secret, anonymous or informs on somebody', async () => {
      const { store, tell } = bench;
      const hidden = [{ secret: true }, { anonymous: true }, { kind: 'report' as const }].map((more, n) =>
        tell.opened({ text: `有人违建${n}`, proved: ['o1'] }, { case: more }),
      );
      await keep(store, ...hidden, noted({ text: '绑' }, { join: joining('par_1', [key('o1', true), mail]) }));
      expect((await recalled(store, asks([mail]))).mine).toEqual([]);
      for (const { no } of hidden) {
        expect((await recalled(store, asks([mail], { text: no, cited: { caseNo: no } }))).cited).toBeUndefined();
        expect(await store.partyOf(no)).toEqual({ cases: [], stated: [] });
      }
      expect(numbers((await recalled(store, asks([key('o1', true)]))).mine)).toHaveLength(3);
    });

    it('by the code of a case: whoever opened it, and the case itself where nobody had proved anything', async () => {
      const { store, tell } = bench;
      const web = tell.opened({ text: '井盖丢了', stated: ['13800000000'] });
      const chat = tell.opened({ text: '路灯不亮', proved: ['o2'] });
      const bound = (no: string): Partial<Decision> => ({
        join: joining('par_1', [key('o1', true), caseKey(no)], { how: 'case', caseNo: no }),
      });
      await keep(store, web, chat);
      await keep(store, noted({ text: '绑1' }, bound(web.no)));
      expect(numbers((await recalled(store, asks([key('o1', true)]))).mine)).toEqual([web.no]);
      await keep(store, noted({ text: '绑2' }, bound(chat.no)));
      expect(numbers((await recalled(store, asks([key('o1', true)]))).mine)).toEqual([chat.no, web.no]);
      expect(numbers((await recalled(store, asks([key('o2', true)]))).mine)).toEqual([chat.no, web.no]);
      const { party, cases } = await store.partyOf(web.no);
      expect(cases).toEqual([chat.no, web.no]);
      expect(
        the(party)
          .keys.map((one) => `${one.kind} ${one.value}`)
          .sort(),
      ).toEqual([`case ${chat.no}`, `case ${web.no}`, 'openid o1', 'openid o2'].sort());
    });

    it('so that a word by one key wakes what waits for another', async () => {
      const { store, tell } = bench;
      const lamp = tell.opened({ text: '路灯不亮', proved: ['o1'] });
      const web = tell.opened({ text: '井盖丢了', stated: ['13800000000'] });
      const waits = (id: string, caseNo: string): OutgoingRow => ({
        ...{ id, caseNo, purpose: 'answer', messageId: 'msg_1', account: 'oa', state: 'waiting', attempts: 0 },
        ...{ at: 1, why: 'window_closed' },
      });
      await keep(store, lamp, web);
      const rows = [waits('out_a', lamp.no), waits('out_b', web.no), waits('out_c', web.no)];
      await store.queueOutgoing(rows, 1);
      const keys = [key('o1', true), caseKey(web.no), key('o3', true)];
      for (const [n, row] of rows.entries()) await store.settleOutgoing(row, [], keys[n]);
      const woken = () => store.wakeOutgoing([mail], 5);
      expect(await woken()).toBe(0);
      await keep(
        store,
        noted({ text: '绑1' }, { join: joining('par_1', [key('o1', true), mail]) }),
        noted({ text: '绑2' }, { join: joining('par_2', [mail, caseKey(web.no)], { how: 'case', caseNo: web.no }) }),
      );
      expect(await woken()).toBe(2);
      expect((await store.dueOutgoing(5, 9)).map(({ id }) => id)).toEqual(['out_a', 'out_b']);
    });

    it('is not made by a message that keeps no key with its case', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮', proved: ['o1'] });
      await keep(
        store,
        one,
        tell.followed({ text: '还没修', proved: ['o7'] }, { no: one.no, version: 1 }, { unnamed: true }),
      );
      await keep(store, tell.followed({ text: '又黑了', proved: ['o8'] }, { no: one.no, version: 2 }));
      const mine = async (value: string) => numbers((await recalled(store, asks([key(value, true)]))).mine);
      expect([await mine('o1'), await mine('o7'), await mine('o8')]).toEqual([[one.no], [], [one.no]]);
    });

    it('and becomes one person where two turn out to be the same, in the older one’s name', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮', proved: ['o1'] });
      const other = tell.opened({ text: '井盖丢了', proved: ['o4'] });
      await keep(
        store,
        ...[one, other],
        noted({ text: '1' }, { join: joining('par_1', [key('o1', true), key('o2', true)]) }),
        noted({ text: '2' }, { join: joining('par_2', [key('o3', true), key('o4', true)]) }),
        noted({ text: '3' }, { join: joining('par_3', [key('o2', true), key('o3', true)]) }),
      );
      expect((await store.findParty('par_1'))?.keys.map((k) => k.value).sort()).toEqual(['o1', 'o2', 'o3', 'o4']);
      expect(await store.findParty('par_2')).toBeUndefined();
      expect(numbers((await recalled(store, asks([key('o1', true)]))).mine)).toEqual([other.no, one.no]);
      const trail = await store.auditTrail({ subject: 'par_1', limit: 9 });
      expect(trail.map((line) => [line.action, line.actor])).toEqual(Array(2).fill(['party.join', 'citizen']));
    });

    it('until an operator takes them apart, which the trail tells', async () => {
      const { store, tell } = bench;
      const lamp = tell.opened({ text: '路灯不亮', proved: ['o1'] });
      await keep(store, lamp, noted({ text: '绑' }, { join: joining('par_1', [key('o1', true), mail]) }));
      const { keys } = the(await store.findParty('par_1'));
      const wrong = the(keys.find((one) => one.kind === 'email'));
      expect(await store.splitParty('par_1', ['pk_none'], tell.audit('par_1', 'party.split'))).toBe(false);
      expect(await store.splitParty('par_1', [wrong.id], tell.audit('par_1', 'party.split'))).toBe(true);
      expect((await recalled(store, asks([mail]))).mine).toEqual([]);
      expect(await store.findParty('par_1')).toBeUndefined();
      expect((await store.auditTrail({ subject: 'par_1', limit: 1 }))[0]?.action).toBe('party.split');
    });

    it('and where no case ever knew one of their keys, no longer than what else belongs to no case', async () => {
      const { store, tell } = bench;
      const lamp = tell.opened({ text: '路灯不亮', proved: ['o1'] });
      await keep(
        store,
        lamp,
        noted({ text: '绑1' }, { join: joining('par_1', [key('o1', true), mail]) }),
        noted({ text: '绑2' }, { join: joining('par_2', [key('o2', true), key('o3', true)]) }),
        noted({ text: '绑3' }, { join: joining('par_3', [key('o4', true), key('o5', true)], { at: LATER }) }),
      );
      for (let left = 1; left > 0; ) left = await store.forgetLoose(Date.parse(AT) + 1);
      expect(await store.findParty('par_2')).toBeUndefined();
      expect((await recalled(store, asks([key('o2', true)]))).party).toBeUndefined();
      expect((await store.findParty('par_1'))?.keys).toHaveLength(2);
      expect((await store.findParty('par_3'))?.keys).toHaveLength(2);
    });

    it('no longer than a case knows one of their keys', async () => {
      const { store, tell } = bench;
      const lamp = tell.opened({ text: '路灯不亮', proved: ['o1'] });
      const lid = tell.opened({ text: '井盖丢了', proved: ['o1'] });
      const claim = claimOf(tell.id('msg'));
      await keep(
        store,
        ...[lamp, lid],
        noted({ text: '我的邮箱', proved: ['o1'] }, { claim }),
        noted({ text: '绑' }, { join: joining('par_1', [key('o1', true), mail]) }),
      );
      const erase = (no: string) => store.erase(no, tell.audit(no, 'case.erase'), tell.event('case.redacted', no));
      await erase(lamp.no);
      expect(the(await store.findParty('par_1')).keys).toHaveLength(2);
      expect((await store.partyOf(lid.no)).stated).toHaveLength(1);
      await erase(lid.no);
      expect(await store.findParty('par_1')).toBeUndefined();
      expect((await recalled(store, asks([mail]))).party).toBeUndefined();
      expect(await store.findClaim(claim.id)).toBeUndefined();
    });

    it('so that two of their messages are rivals, whichever key they come by', async () => {
      const { store, tell } = bench;
      await keep(store, noted({ text: '绑' }, { join: joining('par_1', [key('o1', true), mail]) }));
      const seen = await store.head();
      await keep(store, tell.opened({ text: '路灯不亮', proved: ['o1'] }));
      const late = tell.opened({ text: '人民路的灯坏了' });
      const byMail = { ...late, ask: { ...late.ask, proved: [mail] } };
      expect(await store.write([byMail], seen)).toEqual({ ok: false, why: 'stale' });
      expect((await put(store, byMail)).ok).toBe(true);
    });
  });

  describe('keeps what was only stated', () => {
    const codeAsk = (code: string, proved = 'o1') => ({
      ...bench.tell.ask({ text: code, proved: [proved] }),
      claim: { code },
    });

    it('as a hint beside the case, and reveals nothing by it', async () => {
      const { store, tell } = bench;
      const theirs = tell.opened({ text: '路灯不亮', message: { sender: senderOf(mail) } });
      const own = tell.opened({ text: '井盖丢了', proved: ['o1'] });
      await keep(store, { ...theirs, ask: { ...theirs.ask, proved: [mail] } }, own);
      await keep(store, noted({ text: '我的邮箱', proved: ['o1'] }, { claim: claimOf('msg_1') }));
      expect(numbers((await recalled(store, asks([key('o1', true)]))).mine)).toEqual([own.no]);
      const { party, stated } = await store.partyOf(own.no);
      expect(party).toBeUndefined();
      expect(stated).toMatchObject([{ kind: 'email', value: 'zhang@example.com' }]);
      expect((await store.partyOf(theirs.no)).stated).toEqual([]);
    });

    it('with a code that opens once, for whoever asked, in its time and a few tries', async () => {
      const { store } = bench;
      await keep(store, noted({ text: '我的邮箱', proved: ['o1'] }, { claim: claimOf('msg_1') }));
      expect(await store.findClaim('msg_1')).toMatchObject({ code: 'K7MPA3XW', target: { kind: 'email' } });
      expect((await recalled(store, codeAsk('K7MPA3XW'))).claim?.open).toMatchObject({ id: 'msg_1', isRight: true });
      expect((await recalled(store, codeAsk('K7MPA3XW', 'o2'))).claim?.open).toBeUndefined();
      for (let n = 0; n < MOST_TRIES; n += 1) {
        expect((await recalled(store, codeAsk('WWWWWWWW'))).claim?.open).toMatchObject({ isRight: false, tries: n });
        await keep(store, noted({ text: `错${n}`, proved: ['o1'] }, { tried: 'msg_1' }));
      }
      expect((await recalled(store, codeAsk('K7MPA3XW'))).claim?.open).toBeUndefined();
      await keep(store, noted({ text: '再来', proved: ['o1'] }, { claim: claimOf('msg_2') }));
      const join = joining('par_1', [key('o1', true), mail], { claim: 'msg_2' });
      await keep(store, noted({ text: '绑', proved: ['o1'] }, { join }));
      expect((await recalled(store, codeAsk('K7MPA3XW'))).claim?.open).toBeUndefined();
      expect(await store.findClaim('msg_2')).toBeUndefined();
      await keep(store, noted({ text: '过期', proved: ['o1'] }, { claim: { ...claimOf('msg_3'), until: 1 } }));
      expect((await recalled(store, codeAsk('K7MPA3XW'))).claim?.open).toBeUndefined();
    });

    it('and counts how often one person asks, and how often one address is asked for', async () => {
      const { store, tell } = bench;
      const claims = Array.from({ length: MOST_CLAIMS_A_DAY }, (_, n) => claimOf(`msg_${n}`, `o${n % 2}`));
      await keep(store, ...claims.map((claim) => noted({ text: claim.id }, { claim })));
      const recent = async (proved: string, target: SenderKey) =>
        (await recalled(store, { ...tell.ask({ text: 'x', proved: [proved] }), claim: { target } })).claim?.recent;
      expect(await recent('o9', mail)).toBe(MOST_CLAIMS_A_DAY);
      expect(await recent('o1', { ...mail, value: 'other@example.com' })).toBe(Math.floor(MOST_CLAIMS_A_DAY / 2));
      expect(await recent('o9', { ...mail, value: 'other@example.com' })).toBe(0);
      expect(await store.forgetLoose(Date.now() + 1e9)).toBeGreaterThanOrEqual(MOST_CLAIMS_A_DAY);
      for (let left = 1; left > 0; ) left = await store.forgetLoose(Date.now() + 1e9);
      expect(await recent('o9', mail)).toBe(0);
    });
  });
}

const LATER = '2026-12-24T10:00:00.000+08:00';
const claimOf = (id: string, claimant = 'o1') => ({
  ...{ id, tenant: TENANT, claimant: key(claimant, true), target: { ...mail, proved: false }, code: 'K7MPA3XW' },
  ...{ at: Date.now(), until: Date.now() + 900_000 },
});
const senderOf = (one: SenderKey) => ({ keys: [one], anonymous: false, secret: false });
