// The outward queue over a real store: what goes out, what waits, what is never sent twice, and what the case shows of it.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Status } from '../../src/core/case.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { quiet } from '../feed/house.ts';
import { HOUR, house, OPENID, WORDS } from './house.ts';

const failing = (code: string, retryable: boolean) => async () => {
  throw new GatewayError({ code, message: code, retryable });
};

describe('what goes out to citizens', () => {
  let one: ReturnType<typeof house>;
  afterEach(() => one.close());

  const opened = async (outward: Parameters<typeof house>[0] = {}) => {
    one = house(outward);
    await one.open();
    return one;
  };

  it('is the receipt, then the unit’s answer, each once, and the log and the case say so', async () => {
    const { say, answer, settle, sent, states, told } = await opened();
    const { caseNo = '' } = await say(WORDS);
    await settle();
    await answer(caseNo, '路灯已修复');
    await settle();
    expect(sent.map((o) => o.purpose)).toEqual(['receipt', 'answer']);
    expect(sent[0]?.message.text).toMatch(/工单号：\d{6}-\d{4}-\d{4}\n查询码：/);
    expect(sent[1]?.message.text).toContain('路灯已修复');
    expect(sent[1]).toMatchObject({ caseNo, inReply: { text: WORDS }, to: { keys: [{ value: 'o1' }] } });
    expect(await states(caseNo)).toEqual(['receipt sent', 'answer sent']);
    expect((await told()).filter((type) => type === 'message.sent')).toHaveLength(2);
  });

  it('is the end of a case whose result was not told yet; after the call about a low rating nobody is asked again', async () => {
    const { say, finish, settle, states } = await opened({ receipts: 'channel' });
    const ends: [Status, string[]][] = [
      ['needs_info', ['closed sent']],
      ['done', []],
      ['follow_up', []],
    ];
    for (const [from, rows] of ends) {
      const { caseNo = '' } = await say(WORDS, { key: { ...OPENID, value: from } });
      await finish(caseNo, from);
      await settle();
      expect([from, await states(caseNo)]).toEqual([from, rows]);
    }
  });

  it('is also the answer to a greeting and to a question after a case, which leave no row', async () => {
    const { say, settle, sent, store } = await opened();
    const { caseNo = '' } = await say(WORDS);
    await say('你好');
    await say(`查询 ${caseNo}`);
    await settle();
    const texts = sent.map((o) => o.message.text);
    expect(texts.some((text) => text.startsWith('您好，这里是'))).toBe(true);
    expect(texts.some((text) => /^工单 [\d-]+：/.test(text))).toBe(true);
    expect(await store.outgoingOf(caseNo)).toHaveLength(1);
  });

  it('is logged where the platform does not take it, in the platform’s own words and without the citizen’s', async () => {
    const logged = vi.spyOn(quiet, 'warn');
    const { say, settle, channels } = await opened();
    const message = 'WeChat refused with 40164 (invalid ip, not in whitelist)';
    const send = async () => {
      throw new GatewayError({ code: 'platform_refused', message, retryable: true, advice: 'Add the address.' });
    };
    channels.set('kf', { close: async () => {}, send, outward: { receipts: 'queue' } });
    const { caseNo = '' } = await say(WORDS);
    await settle();
    const calls = logged.mock.calls as unknown as [object, string][];
    const lines = calls.filter(([, words]) => words === 'a platform did not take a message');
    expect(lines.map(([detail]) => detail)).toEqual([
      { caseNo, account: 'kf', told: message, advice: 'Add the address.', state: 'pending' },
    ]);
    logged.mockRestore();
  });

  it('no receipt for what a file brought in, nor where the channel answers by itself', async () => {
    const { say, settle, sent } = await opened();
    await say(WORDS, { quiet: true });
    await settle();
    expect(sent).toEqual([]);
    one.channels.set('kf', { close: async () => {}, send: async () => undefined, outward: { receipts: 'channel' } });
    await say('中山路的井盖丢了，很危险，请尽快来处理');
    await settle();
    expect(sent).toEqual([]);
  });

  it('waits when the window has closed, and goes with the citizen’s next word, whatever that is', async () => {
    const { say, answer, settle, sent, states, clock, store } = await opened({
      receipts: 'channel',
      windowMs: 48 * HOUR,
    });
    const { caseNo = '' } = await say(WORDS);
    clock.now += 49 * HOUR;
    await answer(caseNo, '路灯已修复');
    await settle();
    expect([sent, await states(caseNo)]).toEqual([[], ['answer waiting']]);
    expect((await store.outgoingOf(caseNo))[0]?.why).toBe('window_closed');
    expect(await say('你好')).toMatchObject({ outcome: 'noted' });
    await settle();
    expect([sent.length, await states(caseNo)]).toEqual([1, ['answer sent']]);
  });

  it('keeps to the number of replies the platform allows to one word', async () => {
    const { say, answer, settle, sent, states } = await opened({ perMessage: 1 });
    const { caseNo = '' } = await say(WORDS);
    await settle();
    await answer(caseNo, '路灯已修复');
    await settle();
    expect([sent.length, await states(caseNo)]).toEqual([1, ['receipt sent', 'answer waiting']]);
  });

  it('is tried again while the platform is away, with patience, and fails in the end', async () => {
    const { say, settle, sent, states, clock, world, told } = await opened();
    world.platform = failing('unreachable', true);
    const { caseNo = '' } = await say(WORDS);
    await settle();
    expect([sent.length, await states(caseNo)]).toEqual([1, ['receipt pending']]);
    for (let day = 0; day < 9; day += 1) {
      clock.now += 13 * HOUR;
      await settle();
    }
    expect([sent.length, await states(caseNo)]).toEqual([8, ['receipt failed']]);
    expect(new Set(sent.map((o) => o.id)).size).toBe(1);
    expect(await told()).toContain('message.failed');
  });

  it.each([
    ['is not sent again when nobody knows whether it arrived', false, 1, 'receipt unknown'],
    ['is sent again under the same id where the platform takes one', true, 2, 'receipt sent'],
  ])('%s', async (_, takesId, times, state) => {
    const { say, settle, sent, states, clock, world } = await opened({ takesId });
    world.platform = async () => {
      world.platform = async () => undefined;
      throw new GatewayError({ code: 'timeout', message: 'x', retryable: true });
    };
    const { caseNo = '' } = await say(WORDS);
    await settle();
    clock.now += HOUR;
    await settle();
    expect([sent.length, await states(caseNo)]).toEqual([times, [state]]);
    expect(new Set(sent.map((o) => o.id)).size).toBe(1);
  });

  it('survives the end of the process: what was under way is known to be unknown, what was not goes out', async () => {
    const { say, settle, sent, states, world, answer, open, close } = await opened();
    world.platform = () => new Promise(() => {});
    const { caseNo = '' } = await say(WORDS);
    await settle();
    await answer(caseNo, '路灯已修复');
    expect(await states(caseNo)).toEqual(['receipt sending']);
    world.platform = async () => undefined;
    void close();
    await open();
    await settle();
    expect(await states(caseNo)).toEqual(['receipt unknown', 'answer sent']);
    expect(sent).toHaveLength(2);
  });
});
