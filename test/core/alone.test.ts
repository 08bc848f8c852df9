// A photo before the words: it belongs to the case they open; when no words come, a person gets it.
import { describe, expect, it } from 'vitest';
import { openForLonely } from '../../src/alone.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { openIntake } from '../../src/core/intake.ts';
import type { Incoming, Message, Part } from '../../src/core/message.ts';
import { takeIn } from '../../src/core/take-in.ts';
import { openMint } from '../../src/mint.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { quiet } from '../feed/house.ts';
import { city, NOW } from './example.ts';

const MINUTE = 60_000;
const WORDS = '门前的路灯三天不亮了，晚上很黑，请派人来修';

function house() {
  const clock = { now: NOW };
  const now = () => clock.now;
  const store = openMemory({ instance: 'test', now });
  const mint = openMint(480);
  const intake = openIntake({ store, city: () => city, mint, now, log: quiet, committed: () => {} });
  const mouth = {
    channel: 'wechat-official',
    account: 'oa',
    tenant: city.tenant,
    level: city.level,
    utcOffsetMinutes: 480,
  };
  const messageOf = async (said: Partial<Incoming>, openid = 'o1') => {
    const keys = [{ kind: 'openid', scope: 'wx1', value: openid, proved: true }];
    const sender = { keys, anonymous: false, secret: false };
    return takeIn({ sender, text: '', verified: 'signature', ...said }, mouth, mint, now());
  };
  const say = async (said: Partial<Incoming>, openid?: string) =>
    (await intake.accept(await messageOf(said, openid))).receipt;
  const picture = async (): Promise<Part> => {
    const { ref, hash, size } = await store.putBlob(new Uint8Array([1]), { mediaType: 'image/png' });
    return { kind: 'image', mediaType: 'image/png', size, hash, blob: ref };
  };
  const escalate = () => openForLonely({ store, intake, now, log: quiet });
  return { clock, store, intake, messageOf, say, picture, escalate };
}

describe('a photo before the words', () => {
  it('is answered kindly, and belongs to the case that the words open, with the place of the pin', async () => {
    const { clock, store, say, picture, escalate } = house();
    expect(await say({ parts: [await picture()] })).toMatchObject({
      outcome: 'noted',
      note: expect.stringContaining('文字'),
    });
    clock.now += MINUTE;
    expect((await say({ address: '海曙区人民路12号' })).outcome).toBe('noted');
    clock.now += MINUTE;
    const { outcome, caseNo = '' } = await say({ text: WORDS });
    expect(outcome).toBe('opened');
    expect(await store.findCase(caseNo)).toMatchObject({ messages: 3, division: '330203' });
    expect((await store.messagesOf(caseNo)).map((m) => [m.parts.length, m.text])).toEqual([
      [1, ''],
      [0, ''],
      [0, WORDS],
    ]);
    clock.now += 20 * MINUTE;
    expect(await escalate()).toBe(0);
  });

  it('belongs to them in the same batch too, and to nobody else’s words', async () => {
    const { intake, store, messageOf, picture } = house();
    const photo = await messageOf({ parts: [await picture()] });
    const [, other, own] = await Promise.all([
      intake.accept(photo),
      intake.accept(await messageOf({ text: '江北区大庆南路路口的红绿灯坏了' }, 'o2')),
      intake.accept(await messageOf({ text: WORDS })),
    ]);
    expect(await store.messagesOf(own.receipt.caseNo ?? '')).toHaveLength(2);
    expect(await store.messagesOf(other.receipt.caseNo ?? '')).toHaveLength(1);
  });

  it('goes to one case only when the minutes end and its words, long under way, come at the same moment', async () => {
    const { clock, intake, store, messageOf, picture } = house();
    const photo = await messageOf({ parts: [await picture()] });
    await intake.accept(photo);
    const sentAt = new Date(clock.now + 5 * MINUTE).toISOString();
    clock.now += 11 * MINUTE;
    const words = await messageOf({ text: WORDS, sentAt });
    const other = await messageOf({ text: '江北区大庆南路路口的红绿灯坏了' }, 'o2');
    const [, own, theirs] = await Promise.all([
      intake.takeAlone(photo),
      intake.accept(words),
      intake.accept(other), // rides in the same batch, and must not wait for the two
    ]);
    expect([own.receipt.outcome, theirs.receipt.outcome]).toEqual(['opened', 'opened']);
    const cases = await store.findCases({ limit: 9 });
    expect(cases.map(({ messages }) => messages)).toEqual([1, 1, 1]);
  });

  it('goes to a person when no words came in ten minutes, once, with number and code for its sender', async () => {
    const { clock, store, say, picture, escalate } = house();
    const parts = [await picture()];
    await say({ externalId: 'p1', parts });
    clock.now += 9 * MINUTE;
    expect(await escalate()).toBe(0);
    clock.now += MINUTE;
    expect(await escalate()).toBe(1);
    expect(await escalate()).toBe(0);
    const [c] = await store.findCases({ limit: 9 });
    expect(c).toMatchObject({ status: 'triage', flags: ['without_words'], messages: 1, matter: { role: 'first' } });
    expect(await say({ externalId: 'p1', parts })).toMatchObject({ outcome: 'repeated', caseNo: c?.no });
    expect((await say({ text: `查询 ${c?.no}` })).note).toContain('正在分办');
  });

  it('is held up by none that cannot be taken, and waits where the store is only busy', async () => {
    const { clock, store, intake, say, picture } = house();
    for (const n of [1, 2, 3]) await say({ externalId: `p${n}`, parts: [await picture()] }, `o${n}`);
    clock.now += 10 * MINUTE;
    const [first] = await store.overdue(clock.now, 9);
    const failing = (retryable: boolean) => ({
      async takeAlone(message: Message) {
        if (message.id !== first?.id) return await intake.takeAlone(message);
        throw new GatewayError({ code: 'refused', message: 'poison', retryable });
      },
    });
    const deps = { store, now: () => clock.now, log: quiet };
    await expect(openForLonely({ ...deps, intake: failing(true) })).rejects.toMatchObject({ code: 'refused' });
    expect(await openForLonely({ ...deps, intake: failing(false) })).toBe(2);
    expect(await openForLonely({ ...deps, intake: failing(false) })).toBe(0);
    expect(await openForLonely({ ...deps, intake })).toBe(1);
  });
});
