// One batch, decided before any of it is written: its riders see each other as if each had come alone.
import { expect, test } from 'vitest';
import type { Accepted } from '../../src/core/channel.ts';
import { openIntake } from '../../src/core/intake.ts';
import type { SenderKey } from '../../src/core/message.ts';
import { openMint } from '../../src/mint.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { city, message, NOW } from './example.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const WORDS = '江北区环城北路12号门口路面有个大坑，摔了好几个人，请尽快修好。';
const openid = (value: string): SenderKey => ({ kind: 'openid', scope: 'web', value, proved: true });
const phone = (proved: boolean): SenderKey => ({ kind: 'phone', scope: '', value: '13800001111', proved });
const by = (...keys: SenderKey[]) => ({ sender: { keys, anonymous: false, secret: false } });

function house() {
  const store = openMemory({ instance: 'test', now: () => NOW });
  const intake = openIntake({
    ...{ store, now: () => NOW, log: quiet },
    ...{ city: () => city, mint: openMint(480), committed: () => {} },
  });
  let n = 0;
  const say = (text: string, more = {}) => {
    n += 1;
    return intake.accept(message(text, { id: `msg_${n}`, externalId: `${n}`, contentHash: `sha256:${n}`, ...more }));
  };
  return { store, say };
}

/** The two at once, and one after the other. */
const BOTH = [
  ['at once', (one: () => Promise<Accepted>, two: () => Promise<Accepted>) => Promise.all([one(), two()])],
  ['in turn', async (one: () => Promise<Accepted>, two: () => Promise<Accepted>) => [await one(), await two()]],
] as const;

test.each(BOTH)(
  'a finished case said twice not to be done is reopened, and no second one is opened: %s',
  async (_, run) => {
    const { store, say } = house();
    const me = by(openid('o1'));
    const { caseNo = '' } = (await say(WORDS, me)).receipt;
    const c = await store.findCase(caseNo);
    if (!c) throw new Error('no case');
    const audit = { at: c.openedAt, actor: 'key_op', action: 'x', subject: caseNo, detail: {} };
    await store.change({ case: { ...c, status: 'done', version: 2 }, expectVersion: 1, events: [], audit });
    const [, second] = await run(
      () => say('环城北路的坑根本没修好！', me),
      () => say('环城北路路面大坑还没修好，车过去还是颠。', me),
    );
    expect(second?.receipt).toMatchObject({ outcome: 'followed_up', caseNo });
  },
);

test.each(BOTH)('a key that showed number and code writes on as the owner: %s', async (_, run) => {
  const { say } = house();
  const { caseNo, queryCode } = (await say(WORDS)).receipt;
  const [, second] = await run(
    () => say('环城北路那个坑还没人来修，催一下。', { ...by(openid('o9')), thread: { caseNo, queryCode } }),
    () => say('环城北路12号门口路面大坑还没人修，摔了好几个人。', by(openid('o9'))),
  );
  expect(second?.receipt).toMatchObject({ outcome: 'followed_up', caseNo });
});

test.each(BOTH)('the number of who hides is no hint: %s', async (_, run) => {
  const { store, say } = house();
  const hidden = { sender: { keys: [phone(false)], anonymous: true, secret: true } };
  const [, second] = await run(
    () => say('举报鄞州区某餐馆后厨卫生很差，有老鼠。', hidden),
    () => say('请问公积金提取需要什么材料，到哪里办？', by(phone(false))),
  );
  const c = await store.findCase(second?.receipt.caseNo ?? '');
  expect(c?.proposals.filter(({ type }) => type === 'same_person')).toEqual([]);
});

test.each([
  [true, false, ...BOTH[0]],
  [false, true, ...BOTH[0]],
  [true, false, ...BOTH[1]],
  [false, true, ...BOTH[1]],
])('a number proved (%s) by one and (%s) by the next hints at one person: %s', async (first, then, _, run) => {
  const { store, say } = house();
  const [one, two] = await run(
    () => say(WORDS, by(phone(first))),
    () => say('鄞州区下应街道湾底村河道发黑发臭，鱼都死了。', by(phone(then))),
  );
  const c = await store.findCase(two?.receipt.caseNo ?? '');
  const hints = c?.proposals.filter(({ type }) => type === 'same_person').map(({ value }) => value);
  expect(hints).toEqual([{ caseNos: [one?.receipt.caseNo] }]);
});

test.each(BOTH)('words sent hours ago and heard late do not end the conversation: %s', async (_, run) => {
  const { say } = house();
  const at = (minutes: number) => ({ ...by(openid('o1')), sentAt: new Date(NOW + minutes * 60_000).toISOString() });
  await say(WORDS, at(0));
  const [, second] = await run(
    () => say(`${WORDS}催一下`, at(-180)),
    () => say('从早上到现在都没有人来。', at(3)),
  );
  expect(second?.receipt.outcome).toBe('followed_up');
});
