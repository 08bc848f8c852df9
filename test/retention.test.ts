// Retention, with a clock handed in: what is erased when, what is told of it, and how it fares when the store does not follow.
import { describe, expect, it } from 'vitest';
import type { Log } from '../src/core/channel.ts';
import { GatewayError } from '../src/core/errors.ts';
import type { Store } from '../src/core/store.ts';
import { type Keeping, keepTo, monthsBefore, openRetention } from '../src/retention.ts';
import { openMemory } from '../src/store/memory/store.ts';
import { keep, NOON, Teller, the } from './contract/teller.ts';
import { ClockFake, rest } from './feed/clock-fake.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

/** A store with cases settled long ago, a clock at which one month has passed, and what was logged. */
async function house() {
  const clock = new ClockFake(NOON);
  const store = openMemory({ instance: 'test', now: () => clock.now() });
  const tell = new Teller();
  const settled = (text: string, status: 'closed' | 'answered' = 'closed') =>
    tell.opened({ text }, { case: { status } });
  const [one, two, open] = [settled('甲'), settled('乙', 'answered'), tell.opened({ text: '丙' })];
  await keep(store, one, two, open, tell.noted({ text: '你好' }));
  const logged: [string, object, string][] = [];
  const line = (level: string) => (detail: object, message: string) => void logged.push([level, detail, message]);
  const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const ending = new AbortController();
  let woken = 0;
  const keeping: Keeping = {
    ...{ store, months: 1, utcOffsetMinutes: 480, now: () => clock.now(), log },
    ulid: () => String(tell.next()).padStart(26, '0'),
    committed: () => {
      woken += 1;
    },
    signal: ending.signal,
  };
  const erased = async () =>
    (await store.readLog({ after: 0, limit: 99, types: ['case.redacted'] })).map((e) => e.subject);
  return { ...{ clock, store, tell, one, two, open, keeping, ending, logged, erased }, woken: () => woken };
}

const refusal = (retryable: boolean) => new GatewayError({ code: 'test', message: 'not now', retryable });

describe('what is older than the months set', () => {
  it('is erased when it is settled, and what opened no case is forgotten; the rest stays', async () => {
    const { clock, store, keeping, one, two, open, erased, woken } = await house();
    await clock.advance(29 * DAY);
    expect(await keepTo(keeping)).toEqual({ erased: 0, forgotten: 0 });
    expect([await erased(), woken()]).toEqual([[], 0]);
    await clock.advance(2 * DAY);
    expect(await keepTo(keeping)).toEqual({ erased: 2, forgotten: 1 });
    expect([await erased(), woken()]).toEqual([[one.no, two.no], 1]);
    expect(await store.findCase(one.no, { said: true })).not.toHaveProperty('said');
    expect((await store.findCase(open.no, { said: true }))?.said?.text).toBe('丙');
    expect((await store.stats()).messages).toBe(1);
    expect(await keepTo(keeping)).toEqual({ erased: 0, forgotten: 0 });
  });

  it('leaves a line in the trail and an event of its tenant and its unit, never for a unit it complains about', async () => {
    const { clock, store, keeping, tell } = await house();
    const unit = { code: 'u-1', name: '市政处' };
    const one = tell.opened({ text: '丁', tenant: '330100' }, { case: { status: 'done', unit, barred: ['u-2'] } });
    await keep(store, one);
    await clock.advance(40 * DAY);
    await keepTo(keeping);
    const [entry] = await store.auditTrail({ subject: one.no, limit: 1 });
    expect(entry).toMatchObject({ actor: 'system', action: 'case.erase', reason: 'retention' });
    const told = await store.readLog({ after: 0, limit: 9, types: ['case.redacted'], tenant: '330100' });
    expect(told).toMatchObject([{ subject: one.no, unit: 'u-1', barred: ['u-2'] }]);
    const body = JSON.parse(the(told[0]).body);
    expect(body).toMatchObject({
      caseversion: 2,
      data: { caseNo: one.no, status: 'done', href: `/v1/cases/${one.no}` },
    });
  });

  it('is all erased, however much there is', async () => {
    const { clock, store, keeping, tell } = await house();
    const many = Array.from({ length: 130 }, (_, n) =>
      tell.opened({ text: `第${n}件` }, { case: { status: 'closed' } }),
    );
    const loose = Array.from({ length: 1100 }, () => tell.noted({ text: '谢谢' }));
    await keep(store, ...many, ...loose);
    await clock.advance(40 * DAY);
    expect(await keepTo(keeping)).toEqual({ erased: 132, forgotten: 1101 });
  });

  it('stays when somebody opened it again while the list was made', async () => {
    const { clock, store, keeping, two, erased } = await house();
    const expired: Store['expired'] = async (before, limit) => {
      const nos = await store.expired(before, limit);
      const c = await store.findCase(two.no);
      if (c?.status === 'answered') await store.change(new Teller().change(c, { status: 'reopened' }));
      return nos;
    };
    await clock.advance(40 * DAY);
    expect(await keepTo({ ...keeping, store: { ...store, expired } })).toMatchObject({ erased: 1 });
    expect(await erased()).not.toContain(two.no);
  });

  it('is erased though one case before it cannot be, and that is told without a word of it', async () => {
    const { clock, store, keeping, one, two, erased, logged } = await house();
    const findCase: Store['findCase'] = (no) => (no === one.no ? Promise.reject(refusal(false)) : store.findCase(no));
    await clock.advance(40 * DAY);
    expect(await keepTo({ ...keeping, store: { ...store, findCase } })).toEqual({ erased: 1, forgotten: 1 });
    expect(await erased()).toEqual([two.no]);
    expect(logged.map(([level, detail]) => [level, Reflect.get(detail, 'caseNo')])).toContainEqual(['error', one.no]);
  });

  it('is erased though more cases than one look shows cannot be, each of which is told of once', async () => {
    const { clock, store, keeping, tell, logged } = await house();
    const broken = Array.from({ length: 120 }, (_, n) =>
      tell.opened({ text: `坏${n}` }, { case: { status: 'closed' } }),
    );
    await keep(store, ...broken);
    const stuck = new Set(broken.map((one) => one.no));
    const findCase: Store['findCase'] = (no) => (stuck.has(no) ? Promise.reject(refusal(false)) : store.findCase(no));
    const last = tell.opened({ text: '最后' }, { case: { status: 'closed' } });
    await keep(store, last);
    await clock.advance(40 * DAY);
    expect(await keepTo({ ...keeping, store: { ...store, findCase } })).toMatchObject({ erased: 3 });
    expect(logged.filter(([level]) => level === 'error')).toHaveLength(120);
  });
});

describe('the watch over it', () => {
  it('looks soon after the start and then once a day', async () => {
    const { clock, keeping, tell, store, erased, logged } = await house();
    await clock.advance(40 * DAY);
    const watch = openRetention(keeping, (ms, task) => clock.after(ms, task));
    await clock.advance(MINUTE - 1);
    expect(await erased()).toEqual([]);
    await clock.advance(1);
    expect(await erased()).toHaveLength(2);
    expect(logged).toEqual([['info', { erased: 2, forgotten: 1 }, expect.any(String)]]);
    await keep(store, tell.opened({ text: '戊' }, { case: { status: 'closed' } }));
    await clock.advance(DAY - 1);
    expect(await erased()).toHaveLength(2);
    await clock.advance(1);
    expect(await erased()).toHaveLength(3);
    await watch.close();
  });

  it('is not there when no months are set', async () => {
    const { clock, keeping, erased } = await house();
    const watch = openRetention({ ...keeping, months: undefined }, (ms, task) => clock.after(ms, task));
    await clock.advance(4000 * DAY);
    expect(await erased()).toEqual([]);
    await watch.close();
  });

  it('says that it could not, and tries again the next day', async () => {
    const { clock, store, keeping, erased, logged } = await house();
    let full = true;
    const erase: Store['erase'] = (...args) => (full ? Promise.reject(refusal(true)) : store.erase(...args));
    await clock.advance(40 * DAY);
    const over = { ...keeping, store: { ...store, erase } };
    const watch = openRetention(over, (ms, task) => clock.after(ms, task));
    await clock.advance(MINUTE);
    expect([await erased(), logged.map(([level]) => level)]).toEqual([[], ['error']]);
    full = false;
    await clock.advance(DAY);
    expect(await erased()).toHaveLength(2);
    await watch.close();
  });

  it('ends with the house: what is under way is finished, nothing more is begun', async () => {
    const { clock, store, keeping, one, erased } = await house();
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const erase: Store['erase'] = async (...args) => {
      await held;
      return store.erase(...args);
    };
    await clock.advance(40 * DAY);
    const watch = openRetention({ ...keeping, store: { ...store, erase } }, (ms, task) => clock.after(ms, task));
    await clock.advance(MINUTE);
    let closed = false;
    const closing = watch.close().then(() => {
      closed = true;
    });
    await rest();
    expect(closed).toBe(false);
    go();
    await closing;
    expect(await erased()).toEqual([one.no]);
    expect((await store.stats()).messages).toBe(3);
    expect(clock.next).toBeUndefined();
  });
});

describe('so many months ago', () => {
  it.each([
    ['2026-11-24T10:00:00+08:00', 36, '2023-11-24T10:00:00+08:00'],
    ['2026-03-31T10:00:00+08:00', 1, '2026-02-28T10:00:00+08:00'],
    ['2028-03-31T10:00:00+08:00', 1, '2028-02-29T10:00:00+08:00'],
    ['2026-01-15T00:30:00+08:00', 1, '2025-12-15T00:30:00+08:00'],
    ['2026-03-01T00:30:00+08:00', 12, '2025-03-01T00:30:00+08:00'],
    ['2026-11-24T10:00:00+08:00', 1200, '1926-11-24T10:00:00+08:00'],
  ])('%s less %i is %s', (now, months, then) => {
    expect(new Date(monthsBefore(Date.parse(now), months, 480))).toEqual(new Date(Date.parse(then)));
  });
});
