// What every store promises about the rest it keeps: keys, the trail, attachments, quarantine, figures, and its own end.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ApiKey } from '../../src/core/access.ts';
import type { Score, Status } from '../../src/core/case.ts';
import type { RatedRow } from '../../src/core/rating.ts';
import type { RatingQuery } from '../../src/core/satisfaction.ts';
import type { OutgoingRow } from '../../src/core/store.ts';
import type { Bench } from './store.ts';
import { AT, keep, NOON, part, recalled, the } from './teller.ts';

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
      expect(await trail({ before: 3, limit: 1 })).toEqual(['key.create']);
      expect(await trail({ before: 3, subject: 'a' })).toEqual(['case.assign']);
      expect(await trail({ before: 1 })).toEqual([]);
      expect((await store.auditTrail({ subject: 'a', limit: 9 }))[1]).toEqual({
        id: 1,
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

  describe('keeps what an account wants to know after a restart', () => {
    it('under account and name, the last word counting, and nothing once it is emptied', async () => {
      const { store } = bench;
      expect(await store.cell('kf', 'cursor')).toBeUndefined();
      await store.putCell('kf', 'cursor', '一');
      await store.putCell('kf', 'cursor', '二');
      await store.putCell('oa', 'cursor', '三');
      expect([await store.cell('kf', 'cursor'), await store.cell('oa', 'cursor')]).toEqual(['二', '三']);
      await store.putCell('kf', 'cursor', undefined);
      await store.putCell('kf', 'cursor', undefined);
      expect([await store.cell('kf', 'cursor'), await store.cell('oa', 'cursor')]).toEqual([undefined, '三']);
    });
  });

  describe('keeps how each message to a citizen stands', () => {
    const row = (id: string, caseNo: string, more: Partial<OutgoingRow> = {}): OutgoingRow => ({
      ...{ id, caseNo, purpose: 'answer', messageId: 'msg_1', account: 'oa', state: 'pending', attempts: 0 },
      ...{ at: NOON, nextAt: NOON },
      ...more,
    });

    it('each once, with how far the log was read, and due when its time has come', async () => {
      const { store } = bench;
      expect(await store.outgoingCursor()).toBeUndefined();
      await store.queueOutgoing([row('out_b', '1', { nextAt: NOON + 5 }), row('out_a', '1')], 7);
      await store.queueOutgoing([row('out_a', '1', { account: 'other' })], 9);
      expect(await store.outgoingCursor()).toBe(9);
      expect((await store.dueOutgoing(NOON, 9)).map((r) => r.id)).toEqual(['out_a']);
      expect((await store.dueOutgoing(NOON + 5, 9)).map((r) => r.account)).toEqual(['oa', 'oa']);
      expect(await store.dueOutgoing(NOON + 5, 1)).toHaveLength(1);
      expect(await store.outgoingOf('2')).toEqual([]);
      expect((await store.outgoingOf('1'))[0]).toEqual(row('out_a', '1'));
    });

    it('with the events that tell of it, and finds what a dead process left under way', async () => {
      const { store, tell } = bench;
      await store.queueOutgoing([row('out_a', '1')], 1);
      const { nextAt: _nextAt, ...rest } = row('out_a', '1', { attempts: 1, lastAt: NOON });
      await store.settleOutgoing({ ...rest, state: 'sending' }, []);
      expect(await store.interruptedOutgoing()).toEqual([{ ...rest, state: 'sending' }]);
      const head = await store.head();
      const line = { at: '2026-11-24T10:00:00+08:00', actor: 'key_desk', action: 'outgoing.written', subject: '1' };
      await store.settleOutgoing({ ...rest, state: 'sent' }, [tell.event('message.sent', '1')], undefined, line);
      expect(await store.auditTrail({ subject: '1', limit: 9 })).toMatchObject([line]);
      expect([await store.interruptedOutgoing(), await store.dueOutgoing(LATER, 9)]).toEqual([[], []]);
      expect((await store.readLog({ after: head, limit: 9 })).map((e) => e.type)).toEqual(['message.sent']);
    });

    it('wakes what waits for a citizen, and nobody else; the row forgets them with the case', async () => {
      const { store, tell } = bench;
      const key = { kind: 'openid', scope: 'wx1', value: 'o1', proved: true };
      const opened = tell.opened({ text: '路灯不亮' });
      await keep(store, opened);
      await store.queueOutgoing([row('out_a', opened.no), row('out_b', opened.no)], 1);
      const waiting = { state: 'waiting', why: 'window_closed' } as const;
      await store.settleOutgoing(row('out_a', opened.no, waiting), [], key);
      await store.settleOutgoing(row('out_b', opened.no, waiting), [], { ...key, scope: 'wx2' });
      expect(await store.wakeOutgoing([{ ...key, value: 'o2' }], NOON)).toBe(0);
      expect(await store.wakeOutgoing([key], NOON + 3)).toBe(1);
      expect(await store.dueOutgoing(NOON + 3, 9)).toEqual([row('out_a', opened.no, { nextAt: NOON + 3 })]);
      await store.erase(opened.no, tell.audit(opened.no), tell.event('case.redacted', opened.no));
      expect(await store.outgoingOf(opened.no)).toEqual([]);
    });
  });

  describe('counts how results were rated', () => {
    it('each result once, by unit, category and day of the city, of a period, a tenant and a unit', async () => {
      const { store, tell } = bench;
      const rate = (caseNo: string, score: Score, at: number, more: Partial<RatedRow> = {}) => ({
        ...tell.noted({ text: `${caseNo} ${score} ${at}` }),
        rate: { ...{ caseNo, round: 0, tenant: '330200', at, score, unit: 'u-1', category: '0101' }, ...more },
      });
      const { unit: _unit, ...alone } = rate('4', 5, NOON).rate;
      await keep(
        store,
        ...[rate('1', 2, NOON), rate('1', 4, NOON + 1), rate('1', 5, NOON, { round: 1 })],
        ...[rate('2', 1, NOON + 14 * 3_600_000, { category: '0102', unit: 'u-2' })],
        ...[rate('3', 5, NOON, { tenant: '330100' }), rate('5', 5, NOON - 9e9)],
        { ...tell.noted({ text: '4' }), rate: alone },
      );
      const ask = { from: NOON, to: NOON + 9e8, by: 'unit' as const, utcOffsetMinutes: 480, tenant: '330200' };
      const cells = async (more: Partial<RatingQuery> = {}) =>
        (await store.ratingCells({ ...ask, ...more })).map(({ name, score, count }) => `${name} ${score} ${count}`);
      expect(await cells()).toEqual([' 5 1', 'u-1 4 1', 'u-1 5 1', 'u-2 1 1']);
      expect(await cells({ by: 'category', unit: 'u-1' })).toEqual(['0101 4 1', '0101 5 1']);
      expect(await cells({ by: 'day' })).toEqual(['2026-11-24 4 1', '2026-11-24 5 2', '2026-11-25 1 1']);
      expect(await cells({ tenant: '330100' })).toEqual(['u-1 5 1']);
      expect(await cells({ to: NOON + 1, unit: 'u-1' })).toEqual(['u-1 5 1']);
    });

    it('a changed rating under the unit and category the case has by then', async () => {
      const { store, tell } = bench;
      const rate = (score: Score, at: number, unit: string, category: string) => ({
        ...tell.noted({ text: `${score} ${at}` }),
        rate: { ...{ caseNo: '6', round: 0, tenant: '330200', at, score }, unit, category },
      });
      await keep(store, rate(2, NOON, 'u-1', '0101'), rate(3, NOON + 2, 'u-2', '0102'));
      const ask = { from: NOON, to: NOON + 9, utcOffsetMinutes: 480 };
      for (const [by, name] of [
        ['unit', 'u-2'],
        ['category', '0102'],
      ] as const)
        expect(await store.ratingCells({ ...ask, by })).toEqual([{ name, score: 3, count: 1 }]);
    });

    it('and is asked for results with what decides whether they may be rated', async () => {
      const { store, tell } = bench;
      const handling = { doneAt: '2026-11-24T10:00:00.000+08:00', reopened: 1 };
      const rating = { score: 2 as const, round: 0, first: handling.doneAt, at: handling.doneAt };
      const done = tell.opened({ text: '路灯不亮', proved: ['o1'] }, { case: { status: 'done', handling, rating } });
      const open = tell.opened({ text: '井盖丢了', proved: ['o1'] });
      await keep(store, done, open);
      const asked = async (more: object = {}) => {
        const ask = { ...tell.ask({ text: '满意', proved: ['o1'] }), rates: true, ...more };
        const { known } = await store.recall([ask]);
        return known[0]?.results?.map(({ known: one, ...rest }) => [one.no, rest]);
      };
      expect(await asked()).toEqual([[done.no, { handling, rating }]]);
      expect(await asked({ cited: { caseNo: open.no } })).toEqual([[open.no, {}]]);
      expect(await asked({ cited: { caseNo: done.no }, proved: [] })).toEqual([]);
      expect(await asked({ rates: false })).toBeUndefined();
    });
  });

  describe('forgets how a message to a citizen stands', () => {
    it('with its case; codes, which belong to none, by retention', async () => {
      const { store, tell } = bench;
      const opened = tell.opened({ text: '路灯不亮' });
      await keep(store, opened);
      const row = (id: string, caseNo: string, at: number): OutgoingRow => ({
        ...{ id, caseNo, purpose: caseNo === '' ? 'code' : 'answer', messageId: 'msg_1', account: 'mail' },
        ...{ state: 'sent', attempts: 1, at },
      });
      const codes = async () => (await store.outgoingOf('')).map(({ id }) => id);
      await store.queueOutgoing([row('out_a', '', NOON - 2), row('out_b', opened.no, NOON - 2)], 1);
      await store.queueOutgoing([row('out_c', '', NOON - 1), row('out_d', '', NOON)], 1);
      expect(await store.forgetLoose(NOON)).toBe(2);
      expect(await codes()).toEqual(['out_d']);
      expect(await store.forgetLoose(NOON)).toBe(0);
      expect(await store.outgoingOf(opened.no)).toHaveLength(1);
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
      expect(await store.quarantined(9, b)).toEqual([a]);
      expect(await store.quarantined(9, a)).toEqual([]);
      expect(await store.quarantined(9, { ...a, id: `${a.id}-released` })).toEqual([]);
      expect(await store.quarantined(9, { receivedAt: a.receivedAt, id: '' })).toEqual([a]);
      expect((await store.stats()).quarantined).toBe(2);
      expect(await store.findQuarantined('qua_a')).toEqual(a);
      expect(await store.findQuarantined('qua_c')).toBeUndefined();
    });

    it('with its attachments, which a message that is written takes along; the rest ends with its release', async () => {
      const { store, tell } = bench;
      const [own, rest, loose] = await Promise.all(
        [1, 2, 3].map((n) => store.putBlob(new Uint8Array([n]), { mediaType: 'image/png' })),
      );
      const words = { text: '毒', message: { parts: [part(the(own).ref), part(the(rest).ref)] } };
      const message = tell.message(words, tell.ask(words));
      await store.quarantine({ id: 'qua_a', account: 'web', receivedAt: AT, error: 'Error', message });
      expect(await store.sweepBlobs(LATER)).toBe(1);
      expect(await store.getBlob(the(loose).ref)).toBeUndefined();
      expect((await store.getBlob(the(rest).ref))?.bytes[0]).toBe(2);

      await keep(store, tell.opened(words, { blobs: [the(own).ref] }));
      expect(await store.releaseQuarantined('qua_a')).toBe(true);
      expect(await store.releaseQuarantined('qua_a')).toBe(false);
      expect(await store.quarantined(9)).toEqual([]);
      expect((await store.stats()).quarantined).toBe(0);
      expect((await store.getBlob(the(own).ref))?.bytes[0]).toBe(1);
      expect(await store.getBlob(the(rest).ref)).toBeUndefined();
      await expect(keep(store, tell.noted({ text: '你好' }, [the(own).ref]))).rejects.toMatchObject({
        code: 'no_blob',
      });
    });
  });

  describe('keeps no longer than it is told', () => {
    const DAY = 86_400_000;
    const dayAfter = (days: number): string => new Date(NOON + days * DAY).toISOString();

    it('settled cases: it names those last touched before a time, the oldest first, and no open one', async () => {
      const { store, tell } = bench;
      const opened = (day: number, status: Status, updated = day) =>
        tell.opened({ text: `第${day}天`, at: NOON + day * DAY }, { case: { status, updatedAt: dayAfter(updated) } });
      const [second, first] = [opened(2, 'closed'), opened(1, 'answered')];
      const [open, diverted] = [opened(0, 'dispatched'), opened(0, 'diverted')];
      const touched = opened(0, 'done', 6);
      const late = opened(5, 'rejected', 0);
      await keep(store, second, first, open, diverted, touched, late);
      expect(await store.expired(NOON + 3 * DAY, 9)).toEqual([first.no, second.no]);
      expect(await store.expired(NOON + 3 * DAY, 1)).toEqual([first.no]);
      expect(await store.expired(NOON + 2 * DAY, 9)).toEqual([first.no]);
      expect(await store.expired(NOON, 9)).toEqual([]);
      expect(await store.expired(NOON + 9 * DAY, 9)).toEqual([touched.no, first.no, second.no, late.no]);
      await store.erase(first.no, tell.audit(first.no, 'case.erase'), tell.event('case.redacted', first.no));
      expect(await store.expired(NOON + 3 * DAY, 9)).toEqual([second.no]);
    });

    it('a case from the day on which it is settled', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' });
      await keep(store, one);
      expect(await store.expired(NOON + DAY, 9)).toEqual([]);
      const c = the(await store.findCase(one.no));
      await store.change(tell.change(c, { status: 'closed', updatedAt: dayAfter(3) }));
      expect(await store.expired(NOON + 3 * DAY, 9)).toEqual([]);
      expect(await store.expired(NOON + 3 * DAY + 1, 9)).toEqual([one.no]);
    });

    it('messages that opened no case, and quarantined ones: forgotten with their attachments, once', async () => {
      const { store, tell } = bench;
      const received = (day: number) => ({ message: { receivedAt: dayAfter(day) } });
      const [old, kept, of] = await Promise.all(
        [1, 2, 3].map((n) => store.putBlob(new Uint8Array([n]), { mediaType: 'image/png' })),
      );
      const hello = tell.noted({ text: '你好', externalId: 'a', ...received(0) }, [the(old).ref]);
      const thanks = tell.noted({ text: '谢谢', externalId: 'b', ...received(2) }, [the(kept).ref]);
      const one = tell.opened({ text: '路灯不亮', ...received(0) }, { blobs: [the(of).ref] });
      await keep(store, hello, thanks, one, tell.noted({ text: '在吗', ...received(0) }));
      const lain = await store.putBlob(new Uint8Array([4]), { mediaType: 'image/png' });
      const withPart = { ...the(hello.message), parts: [part(lain.ref)] };
      const aside = { account: 'web', error: 'Error', message: withPart };
      await store.quarantine({ ...aside, id: 'qua_old', receivedAt: dayAfter(0) });
      await store.quarantine({ ...aside, id: 'qua_new', receivedAt: dayAfter(2) });

      expect(await store.forgetLoose(NOON)).toBe(0);
      expect(await store.forgetLoose(NOON + DAY)).toBe(3);
      expect(await store.forgetLoose(NOON + DAY)).toBe(0);
      expect(await store.getBlob(the(old).ref)).toBeUndefined();
      expect(await store.getBlob(lain.ref)).toBeUndefined();
      expect((await store.getBlob(the(kept).ref))?.bytes[0]).toBe(2);
      expect((await store.getBlob(the(of).ref))?.bytes[0]).toBe(3);
      expect((await store.quarantined(9)).map((q) => q.id)).toEqual(['qua_new']);
      expect(await store.messagesOf(one.no)).toHaveLength(1);
      expect(await store.stats()).toMatchObject({ messages: 2, cases: 1, events: 4, quarantined: 1 });
      const again = (text: string, externalId: string) => recalled(store, tell.ask({ text, externalId }));
      expect(await again('谢谢', 'b')).toMatchObject({ first: thanks.receipt });
      expect(await again('你好', 'a')).toMatchObject({ keyReused: false });
      expect(await again('你好', 'a')).not.toHaveProperty('first');
      await keep(store, tell.noted({ text: '你好', externalId: 'a' }));
      expect((await store.stats()).messages).toBe(3);
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
    await store.erase(one.no, tell.audit(one.no, 'case.erase'), tell.event('case.redacted', one.no));
    expect(await store.stats()).toMatchObject({ messages: 2, cases: 2, matters: 1, events: 5 });
    await expect(keep(store, tell.opened({ text: '丙' }, { blobs: ['blob_none'] }))).rejects.toThrow();
    await keep(store, tell.opened({ text: '丁' }));
    expect(await store.stats()).toMatchObject({ messages: 3, cases: 3, matters: 2, events: 6 });
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
