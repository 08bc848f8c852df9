// What every store promises the door: recall, write, rivals, and that a batch stands whole or not at all.
import { describe, expect, it } from 'vitest';
import { openIntake } from '../../src/core/intake.ts';
import { takeIn } from '../../src/core/take-in.ts';
import { openMint } from '../../src/mint.ts';
import { city } from '../core/example.ts';
import type { Bench } from './store.ts';
import { keep, NOON, numbers, put, recalled, the } from './teller.ts';

const DAY = 86_400_000;

export function intakePromises(bench: Bench): void {
  describe('recalls', () => {
    it('the first receipt when the same delivery comes again', async () => {
      const { store, tell } = bench;
      const first = tell.opened({ text: '路灯不亮', externalId: 'a' });
      await keep(store, first);
      const again = await recalled(store, tell.ask({ text: '路灯不亮', externalId: 'a' }));
      expect(again.first).toEqual(first.receipt);
      expect(again.keyReused).toBe(false);
    });

    it('that the same external id came before with other content, and keeps both', async () => {
      const { store, tell } = bench;
      await keep(store, tell.opened({ text: '路灯不亮', externalId: 'a' }));
      const known = await recalled(store, tell.ask({ text: '井盖丢了', externalId: 'a' }));
      expect(known).toMatchObject({ keyReused: true });
      expect(known.first).toBeUndefined();
      const second = tell.opened({ text: '井盖丢了', externalId: 'a' });
      await keep(store, second);
      expect((await recalled(store, tell.ask({ text: '井盖丢了', externalId: 'a' }))).first).toEqual(second.receipt);
      expect((await recalled(store, tell.ask({ text: '路灯不亮', externalId: 'a' }))).first).toBeDefined();
    });

    it('no repeat when another account uses the same external id', async () => {
      const { store, tell } = bench;
      await keep(store, tell.opened({ text: '路灯不亮', externalId: 'a' }));
      const known = await recalled(store, tell.ask({ text: '路灯不亮', externalId: 'a', account: 'mail' }));
      expect(known.first).toBeUndefined();
      expect(known.keyReused).toBe(false);
    });

    it("one's own open cases by a proved key, newest first, and no closed one", async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮', proved: ['o1'] });
      const closed = tell.opened({ text: '井盖丢了', proved: ['o1'] }, { case: { status: 'closed' } });
      const two = tell.opened({ text: '噪音太大', proved: ['o1'] });
      await keep(store, one, closed, two, tell.opened({ text: '垃圾没收', proved: ['o2'] }));
      const known = await recalled(store, tell.ask({ text: '你们好', proved: ['o1'] }));
      expect(numbers(known.mine)).toEqual([two.no, one.no]);
      expect(known.stated).toEqual([]);
    });

    it('a merely stated key as a hint, from either side, and never as proof', async () => {
      const { store, tell } = bench;
      const proved = tell.opened({ text: '路灯不亮', proved: ['o1'] });
      const stated = tell.opened({ text: '井盖丢了', stated: ['o1'] });
      await keep(store, proved, stated);
      const typed = await recalled(store, tell.ask({ text: '你们好', stated: ['o1'] }));
      expect(typed.mine).toEqual([]);
      expect(typed.stated).toEqual([stated.no, proved.no]);
      const sure = await recalled(store, tell.ask({ text: '你们好', proved: ['o1'] }));
      expect(numbers(sure.mine)).toEqual([proved.no]);
      expect(sure.stated).toEqual([stated.no]);
    });

    it('no hint at a secret or anonymous case', async () => {
      const { store, tell } = bench;
      const secret = tell.opened({ text: '路灯不亮', stated: ['o1'] }, { case: { secret: true } });
      const nobody = tell.opened({ text: '井盖丢了', stated: ['o1'] }, { case: { anonymous: true } });
      await keep(store, secret, nobody);
      expect((await recalled(store, tell.ask({ text: '你们好', stated: ['o1'] }))).stated).toEqual([]);
    });

    it('a cited case for the right query code or a proved key, and for nothing else', async () => {
      const { store, tell } = bench;
      const mine = tell.opened({ text: '路灯不亮', proved: ['o1'], stated: ['t1'] }, { queryCode: 'K7MPA3XW' });
      await keep(store, mine);
      const cite = async (words: { queryCode?: string; proved?: string[]; stated?: string[]; tenant?: string }) => {
        const { queryCode, ...who } = words;
        const cited = { caseNo: mine.no, ...(queryCode ? { queryCode } : {}) };
        return (await recalled(store, tell.ask({ text: '我的事呢', cited, ...who }))).cited?.no;
      };
      expect(await cite({ queryCode: 'K7MPA3XW' })).toBe(mine.no);
      expect(await cite({ proved: ['o1'] })).toBe(mine.no);
      expect(await cite({})).toBeUndefined();
      expect(await cite({ queryCode: 'K7MPA3XX' })).toBeUndefined();
      expect(await cite({ proved: ['o2'] })).toBeUndefined();
      expect(await cite({ stated: ['o1'] })).toBeUndefined();
      expect(await cite({ proved: ['t1'] })).toBeUndefined();
      expect(await cite({ queryCode: 'K7MPA3XW', tenant: '330100' })).toBeUndefined();
    });

    it("anybody's alike words within the window, in the same tenant only", async () => {
      const { store, tell } = bench;
      const text = '人民路和解放路口的红绿灯坏了三天了';
      const old = tell.opened({ text, at: NOON - 40 * DAY });
      const one = tell.opened({ text, at: NOON - DAY, proved: ['o1'] });
      const near = tell.opened({ text: `${text}，请尽快修`, at: NOON });
      const abroad = tell.opened({ text, tenant: '330100' });
      await keep(store, old, one, near, abroad, tell.opened({ text: '小区电梯停了没人管' }));
      const known = await recalled(store, tell.ask({ text, since: NOON - 30 * DAY }));
      expect(numbers(known.alike)).toEqual([one.no, near.no]);
      expect(known.alike[0]).toMatchObject({ masked: text, openedAt: NOON - DAY, version: 1 });
      expect(numbers((await recalled(store, tell.ask({ text }))).alike)).toContain(old.no);
      expect((await recalled(store, { ...tell.ask({ text }), fingerprint: { exact: '', sketch: [] } })).alike).toEqual(
        [],
      );
    });

    it('of an archive what was said then, however much like it was said since', async () => {
      const { store, tell } = bench;
      const text = '人民路和解放路口的红绿灯坏了三天了';
      const old = tell.opened({ text, at: NOON - 400 * DAY });
      await keep(store, old, ...Array.from({ length: 12 }, () => tell.opened({ text, at: NOON })));
      const ask = { ...tell.ask({ text, since: NOON - 430 * DAY }), until: NOON - 370 * DAY };
      expect(numbers((await recalled(store, ask)).alike)).toEqual([old.no]);
    });

    it('those of a matter that people told apart, however many of the other are newer', async () => {
      const { store, tell } = bench;
      const text = '人民路和解放路口的红绿灯坏了三天了';
      const first = tell.opened({ text });
      const apart = tell.opened({ text });
      const storm = Array.from({ length: 40 }, () => tell.opened({ text }, { joins: `mat_${first.no}` }));
      await keep(store, first, apart, ...storm);
      expect(numbers((await recalled(store, tell.ask({ text }))).alike)).not.toContain(apart.no);
      const rulings = [{ cases: [apart.no, first.no] as const, same: false }];
      await store.change({ ...tell.change(the(await store.findCase(apart.no))), rulings });
      expect(numbers((await recalled(store, tell.ask({ text }))).alike)).toContain(apart.no);
    });

    it('of whoever has very many open cases those too that the words are like, and the matters of stated keys', async () => {
      const { store, tell } = bench;
      const text = '人民路和解放路口的红绿灯坏了三天了';
      const oldest = tell.opened({ text, proved: ['o1'], stated: ['t1'] });
      const topics = Array.from({ length: 24 }, (_, n) =>
        tell.opened({ text: `第${n}件别的事情${n}`, proved: ['o1'] }),
      );
      await keep(store, oldest, ...topics);
      const known = await recalled(store, tell.ask({ text, proved: ['o1'] }));
      expect(known.mine).toHaveLength(21);
      expect(numbers(known.mine)).toContain(oldest.no);
      const hinted = await recalled(store, tell.ask({ text: '你们好', stated: ['t1'] }));
      expect([hinted.stated, hinted.statedIn]).toEqual([[oldest.no], [`mat_${oldest.no}`]]);
    });

    it('the units a case complains about, its matter and its unit', async () => {
      const { store, tell } = bench;
      const unit = { code: 'u-road', name: '市政处' };
      const one = tell.opened(
        { text: '路灯不亮', proved: ['o1'] },
        { case: { barred: ['u-park'], unit, division: '330205' } },
      );
      await keep(store, one, tell.opened({ text: '路灯又不亮' }, { joins: `mat_${one.no}` }));
      const [known] = (await recalled(store, tell.ask({ text: '怎么样', proved: ['o1'] }))).mine;
      expect(known).toMatchObject({ barred: ['u-park'], unit, division: '330205', category: '99' });
      expect(known?.matter).toEqual({ id: `mat_${one.no}`, size: 2, reporters: 2, urgency: 'normal' });
    });
  });

  describe('writes', () => {
    it('nothing and answers well when every decision is a repeat', async () => {
      const { store, tell } = bench;
      const repeat = {
        ask: tell.ask({ text: 'x' }),
        masked: '',
        receipt: { outcome: 'repeated' as const },
        events: [],
        blobs: [],
      };
      expect(await put(store, repeat)).toEqual({ ok: true, head: 0 });
      expect((await store.stats()).messages).toBe(0);
    });

    it('the second of two rivals as stale; deciding again, it sees the case of the first', async () => {
      const { store, tell } = bench;
      const text = '人民路和解放路口的红绿灯坏了三天了';
      const asks = [tell.ask({ text }), tell.ask({ text })];
      const [a, b] = [await store.recall(asks.slice(0, 1)), await store.recall(asks.slice(1))];
      const first = tell.opened({ text });
      expect((await store.write([first], a.watermark)).ok).toBe(true);
      const second = tell.opened({ text });
      expect(await store.write([second], b.watermark)).toEqual({ ok: false, why: 'stale' });
      expect(await store.findCase(second.no)).toBeUndefined();
      const again = await store.recall(asks.slice(1));
      expect(numbers(again.known[0]?.alike ?? [])).toEqual([first.no]);
      const joined = tell.opened({ text }, { joins: `mat_${first.no}` });
      expect((await store.write([joined], again.watermark)).ok).toBe(true);
    });

    it.each([
      ['the same delivery', { externalId: 'a' }],
      ['the same proved sender', { proved: ['o1'] }],
    ])('%s as a rival too', async (_name, same) => {
      const { store, tell } = bench;
      const { watermark } = await store.recall([tell.ask({ text: '路灯不亮', ...same })]);
      await keep(store, tell.opened({ text: '路灯不亮', ...same }));
      const second = await store.write([tell.opened({ text: '电梯停了没人管', ...same })], watermark);
      expect(second).toEqual({ ok: false, why: 'stale' });
    });

    it('what has nothing to do with each other without a second look', async () => {
      const { store, tell } = bench;
      const { watermark } = await store.recall([tell.ask({ text: '路灯不亮', proved: ['o1'] })]);
      await keep(store, tell.opened({ text: '小区电梯停了没人管', proved: ['o2'] }));
      expect((await store.write([tell.opened({ text: '路灯不亮', proved: ['o1'] })], watermark)).ok).toBe(true);
    });

    it('no case number twice', async () => {
      const { store, tell } = bench;
      const first = tell.opened({ text: '路灯不亮' });
      await keep(store, first);
      const second = tell.opened({ text: '电梯停了没人管' }, { no: first.no });
      expect(await put(store, tell.opened({ text: '垃圾没收' }), second)).toEqual({ ok: false, why: 'taken' });
      expect((await store.stats()).cases).toBe(1);
    });

    it('a follow-up onto the version it was decided on, and onto no other', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮', proved: ['o1'] });
      await keep(store, one);
      const follow = tell.followed({ text: '还没修', at: NOON + 60_000 }, { no: one.no, version: 1 }, { urges: true });
      await keep(store, follow);
      expect(await store.findCase(one.no)).toMatchObject({ version: 2, messages: 2, flags: ['urged'] });
      expect(await put(store, tell.followed({ text: '喂' }, { no: one.no, version: 1 }))).toEqual({
        ok: false,
        why: 'stale',
      });
      expect(await put(store, tell.followed({ text: '喂' }, { no: '26112499999999', version: 1 }))).toMatchObject({
        ok: false,
      });
      expect((await store.messagesOf(one.no)).map((m) => m.text)).toEqual(['路灯不亮', '还没修']);
      const [known] = (await recalled(store, tell.ask({ text: '怎么样', proved: ['o1'] }))).mine;
      expect(known).toMatchObject({ version: 2, openedAt: NOON, lastAt: NOON + 60_000 });
    });

    it('what a follow-up changes in the case, and nothing else of it', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '有煤气味' }, { case: { barred: ['u-gas'], externalId: 'theirs-1' } });
      await keep(store, one);
      const divert = { to: '119' as const, reason: 'gas', advice: 'call' };
      const set = { status: 'diverted' as const, urgency: 'emergency' as const, divert };
      await keep(store, tell.followed({ text: '着火了' }, { no: one.no, version: 1 }, { set }));
      const after = await store.findCase(one.no, { said: true });
      expect(after).toMatchObject({
        ...set,
        version: 2,
        barred: ['u-gas'],
        externalId: 'theirs-1',
        said: { text: '有煤气味' },
      });
      expect(after?.matter?.id).toBe(`mat_${one.no}`);
      expect(await store.findMatter(`mat_${one.no}`)).toMatchObject({ size: 1, cases: [one.no] });
    });

    it('two follow-ups of one batch one after the other', async () => {
      const { store, tell } = bench;
      const one = tell.opened({ text: '路灯不亮' });
      await keep(store, one);
      const [a, b] = [1, 2].map((version) => tell.followed({ text: `又${version}` }, { no: one.no, version }));
      await keep(store, the(a), the(b));
      expect(await store.findCase(one.no)).toMatchObject({ version: 3, messages: 3 });
    });

    const POISON = [
      'an attachment nobody uploaded',
      'a message no event tells of',
      'an unknown matter',
      'a twin',
      'an old version',
    ] as const;
    it.each(POISON)('nothing of a batch that holds %s', async (what) => {
      const { store, tell } = bench;
      const before = tell.opened({ text: '路灯不亮', externalId: 'a', proved: ['o1'] });
      await keep(store, before);
      const poison = {
        'an attachment nobody uploaded': () => tell.opened({ text: '井盖丢了' }, { blobs: ['blob_none'] }),
        'a message no event tells of': () => tell.opened({ text: '井盖丢了' }, { events: [] }),
        'an unknown matter': () => tell.opened({ text: '井盖丢了' }, { joins: 'mat_none' }),
        'a twin': () => tell.opened({ text: '路灯不亮', externalId: 'a' }),
        'an old version': () => tell.followed({ text: '喂' }, { no: before.no, version: 7 }),
      }[what]();
      const [stats, head] = [await store.stats(), await store.head()];
      const { ref } = await store.putBlob(new Uint8Array([1]), { mediaType: 'image/png' });
      const good = tell.opened({ text: '电梯停了没人管', proved: ['o1'] }, { joins: `mat_${before.no}`, blobs: [ref] });
      const follow = tell.followed({ text: '还没修' }, { no: before.no, version: 1 }, { urges: true });
      const outcome = await put(store, good, follow, poison).catch((error: unknown) => error);
      expect(outcome).not.toMatchObject({ ok: true });
      expect(await store.head()).toBe(head);
      expect({ ...(await store.stats()), bytes: 0 }).toEqual({ ...stats, bytes: 0 });
      expect(await store.findCase(good.no)).toBeUndefined();
      expect(await store.findCase(before.no)).toMatchObject({ version: 1, messages: 1, flags: [] });
      expect(await store.findMatter(`mat_${before.no}`)).toMatchObject({ size: 1, cases: [before.no] });
      const known = await recalled(store, tell.ask({ text: '电梯停了没人管', proved: ['o1'] }));
      expect(numbers(known.mine)).toEqual([before.no]);
      expect(known.alike).toEqual([]);
      // The same batch without the poison stands, attachment included: it is still waiting.
      await keep(store, good, follow);
      expect(await store.findMatter(`mat_${before.no}`)).toMatchObject({ size: 2 });
    });

    it('from two doors at once exactly one case for each person, and one matter', async () => {
      const { store } = bench;
      const { log, committed } = { log: { debug() {}, info() {}, warn() {}, error() {} }, committed() {} };
      const mint = openMint(480);
      const doors = [1, 2].map(() => openIntake({ store, city: () => city, mint, now: () => NOON, log, committed }));
      const mouth = {
        channel: 'web',
        account: 'web',
        tenant: city.tenant,
        level: 'city' as const,
        utcOffsetMinutes: 480,
      };
      const say = (n: number) => {
        const keys = [{ kind: 'openid', scope: 'wx', value: `o${n}`, proved: true }];
        const said = {
          text: '海曙区人民路和解放路口的红绿灯坏了三天没人修',
          externalId: `e${n}`,
          verified: 'none' as const,
        };
        return takeIn({ ...said, sender: { keys, anonymous: false, secret: false } }, mouth, mint, NOON);
      };
      // Every delivery arrives twice, once at each door: a platform that retries.
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) => doors.map((door) => door.accept(say(n)))).flat(),
      );
      const outcomes = answers.map((a) => a.receipt.outcome).sort();
      expect(outcomes.filter((o) => o === 'repeated')).toHaveLength(40);
      expect(outcomes.filter((o) => o === 'opened')).toHaveLength(1);
      expect(outcomes.filter((o) => o === 'joined')).toHaveLength(39);
      expect(await store.stats()).toMatchObject({ messages: 40, cases: 40, matters: 1, quarantined: 0 });
    });
  });
}
