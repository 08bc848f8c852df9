// The outward queue over a real store: what goes out, what waits, what is never sent twice, and what the case shows of it.
import { afterEach, describe, expect, it } from 'vitest';
import type { Opened, Outgoing } from '../../src/core/channel.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { openIntake } from '../../src/core/intake.ts';
import { takeIn } from '../../src/core/take-in.ts';
import { openMint } from '../../src/mint.ts';
import { type Outward, openOutward } from '../../src/outward/queue.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { city, NOW } from '../core/example.ts';
import { quiet } from '../feed/house.ts';

const HOUR = 3_600_000;
const WORDS = '人民路12号门前的路灯三天不亮了，请派人来修';

/** A house with one account; its platform does what `platform` says, and its clock moves by hand. */
function house(outward: Partial<NonNullable<Opened['outward']>> = {}) {
  const clock = { now: NOW };
  const now = () => clock.now;
  const store = openMemory({ instance: 'test', now });
  const mint = openMint(480);
  const sent: Outgoing[] = [];
  const world = {
    platform: async (_: Outgoing): Promise<string | undefined> => undefined,
    timers: [] as (() => void)[],
  };
  const account: Opened = {
    close: async () => {},
    async send(outgoing) {
      sent.push(outgoing);
      return world.platform(outgoing);
    },
    outward: { receipts: 'queue', ...outward },
  };
  const channels = new Map<string, Opened>([['kf', account]]);
  let queue: Outward | undefined;
  const intake = openIntake({ store, city: () => city, mint, now, log: quiet, committed: () => queue?.nudge() });
  const mouth = { channel: 'wechat-kf', account: 'kf', tenant: city.tenant, level: city.level, utcOffsetMinutes: 480 };
  const open = async () => {
    queue = await openOutward({
      ...{ store, channels, city: () => city, publicUrl: 'https://hotline.example', now, ulid: mint.ulid, log: quiet },
      committed: () => {},
      after(_, task) {
        world.timers.push(task);
        return () => {
          world.timers = world.timers.filter((one) => one !== task);
        };
      },
    });
  };
  /** Runs timers until nothing happens any more but waiting. */
  const settle = async () => {
    for (let round = 0; round < 8; round += 1) {
      for (const task of world.timers.splice(0)) task();
      for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
      await new Promise((done) => setImmediate(done));
    }
  };
  const say = async (text: string, more: { externalId?: string; quiet?: boolean; email?: string } = {}) => {
    const key = { kind: 'openid', scope: 'kf', value: 'o1', proved: true };
    const { email, externalId = text } = more;
    const sender = { keys: [key], ...(email ? { email } : {}), anonymous: false, secret: false };
    const said = { externalId, sender, text, verified: 'signature' as const };
    const message = takeIn(said, { ...mouth, ...(more.quiet ? { quiet: true } : {}) }, mint, now());
    const accepted = await intake.accept(message);
    queue?.heard(message, accepted.receipt);
    return accepted.receipt;
  };
  const answer = async (no: string, text: string) => {
    const c = await store.findCase(no);
    if (!c) throw new Error('no case');
    const id = `msg_${mint.ulid()}`;
    const [first] = await store.messagesOf(no);
    if (!first) throw new Error('no message');
    await store.change({
      case: { ...c, status: 'answered', version: c.version + 1 },
      expectVersion: c.version,
      events: [
        {
          ...{ id: `evt_${mint.ulid()}`, type: 'case.answered', subject: no, caseversion: c.version + 1 },
          ...{ time: new Date(now()).toISOString(), tenant: c.tenant, data: { messageId: id } },
        },
      ],
      audit: { at: new Date(now()).toISOString(), actor: 'unit', action: 'case.answered', subject: no },
      message: { ...first, id, externalId: id, direction: 'out', text, contentHash: `sha256:${id}` },
    });
    queue?.nudge();
  };
  const states = async (no: string) => (await store.outgoingOf(no)).map((row) => `${row.purpose} ${row.state}`);
  const told = async () => (await store.readLog({ after: 0, limit: 99 })).map((entry) => entry.type);
  return { clock, store, sent, world, channels, open, settle, say, answer, states, told, close: () => queue?.close() };
}

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

  it('goes by the mail address the citizen gave where the window has closed, and the case shows it', async () => {
    const { say, answer, settle, sent, clock, store, channels } = await opened({
      receipts: 'channel',
      windowMs: 48 * HOUR,
    });
    const mails: Outgoing[] = [];
    channels.set('mail', {
      close: async () => {},
      outward: { receipts: 'queue', reaches: 'email' },
      async send(outgoing) {
        mails.push(outgoing);
        return undefined;
      },
    });
    const { caseNo = '' } = await say(WORDS, { email: 'citizen@example.org' });
    clock.now += 49 * HOUR;
    await answer(caseNo, '路灯已修复');
    await settle();
    expect([sent.length, mails[0]?.to.email]).toEqual([0, 'citizen@example.org']);
    expect((await store.outgoingOf(caseNo))[0]).toMatchObject({ state: 'sent', account: 'mail', why: 'other_channel' });
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
