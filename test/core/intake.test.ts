import { expect, test } from 'vitest';
import { openIntake } from '../../src/core/intake.ts';
import { openMint } from '../../src/mint.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { city, message, NOW } from './example.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const WORDS = '江北区环城北路12号门口路面有个大坑，摔了好几个人，请尽快修好。';

function house() {
  const store = openMemory({ instance: 'test', now: () => NOW });
  const intake = openIntake({
    ...{ store, now: () => NOW, log: quiet },
    city: () => city,
    mint: openMint(480),
    committed: () => {},
  });
  const say = (n: number, tenant: string, more = {}) =>
    intake.accept(message(WORDS, { id: `msg_${n}`, externalId: `${n}`, contentHash: `sha256:${n}`, tenant, ...more }));
  return { store, say };
}

test("two levels' citizens say the same at the same moment: a case each, and no matter between them", async () => {
  const { store, say } = house();
  const both = await Promise.all([say(1, '330200'), say(2, '330281')]);
  expect(both.map((one) => one.receipt.outcome)).toEqual(['opened', 'opened']);
  const third = await say(3, '330281');
  expect(third.receipt).toMatchObject({ outcome: 'joined', matter: { size: 2 } });
  for (const tenant of ['330200', '330281']) {
    const log = await store.readLog({ after: 0, limit: 99, tenant });
    const types = log.map((entry) => entry.type);
    expect(types).toEqual(tenant === '330200' ? ['case.opened'] : ['case.opened', 'case.joined', 'matter.opened']);
  }
});

test('what follows up a case is told with its category and unit', async () => {
  const { store, say } = house();
  const keys = [{ kind: 'openid', scope: 'web', value: 'o1', proved: true }];
  const sender = { keys, anonymous: false, secret: false };
  const first = await say(1, '330200', { sender });
  const { caseNo, category, unit } = first.receipt;
  await say(2, '330200', { sender });
  const [entry] = await store.readLog({ after: 0, limit: 9, types: ['case.followed_up'] });
  expect(JSON.parse(entry?.body ?? '{}')).toMatchObject({
    subject: caseNo,
    data: { category: { code: category?.code, name: category?.name }, unit },
  });
});

test('what no transaction takes is kept aside, and the log tells its kind without a word of the citizen', async () => {
  const store = openMemory({ instance: 'test', now: () => NOW });
  const told: unknown[] = [];
  const poison = new TypeError(`cannot read 坑 of ${WORDS}`);
  const intake = openIntake({
    ...{ now: () => NOW, city: () => city, mint: openMint(480), committed: () => {} },
    store: { ...store, write: () => Promise.reject(poison) },
    log: { ...quiet, error: (...line) => void told.push(line) },
  });
  const { receipt } = await intake.accept(message(WORDS, { id: 'msg_1', externalId: '1' }));
  expect(receipt.outcome).toBe('noted');
  expect(await store.quarantined(9)).toMatchObject([
    { error: `TypeError: ${poison.message}`, message: { text: WORDS } },
  ]);
  expect(JSON.stringify(told)).toContain('"error":"TypeError"');
  expect(JSON.stringify(told)).not.toContain('坑');
});
