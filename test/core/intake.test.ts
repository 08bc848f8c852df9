import { expect, test } from 'vitest';
import { openIntake } from '../../src/core/intake.ts';
import { MOST_TRIES } from '../../src/core/party.ts';
import { fill } from '../../src/core/replies.ts';
import { openMint } from '../../src/mint.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { city, message, NOW } from './example.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const WORDS = '江北区环城北路12号门口路面有个大坑，摔了好几个人，请尽快修好。';

const keysOf = (id: string) => ({
  keys: [{ kind: 'openid', scope: 'web', value: id, proved: true }],
  anonymous: false,
  secret: false,
});

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
  const sender = keysOf('o1');
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

test('words added to a case that complain about its unit take the case away from there, and out of its sight', async () => {
  const { store, say } = house();
  const sender = keysOf('o1');
  const first = await say(1, '330200', { sender });
  const { caseNo = '', queryCode = '', unit } = first.receipt;
  const name = unit?.name ?? '';
  await say(2, '330200', {
    thread: { caseNo, queryCode },
    text: `我要投诉${name}的工作人员，态度恶劣，一直推诿不修。`,
  });
  const after = await store.findCase(caseNo);
  expect(after?.messages).toBe(2);
  expect(after?.barred).toContain(unit?.code);
  expect(after?.unit?.code).not.toBe(unit?.code);
  const seen = await store.readLog({ after: 0, limit: 99, unit: unit?.code ?? '' });
  expect(seen.map((entry) => entry.type)).toEqual(['case.opened']);
  const told = await store.readLog({ after: 1, limit: 99 });
  expect(told.map((entry) => [entry.type, entry.unit])).toEqual([
    ['case.followed_up', after?.unit?.code],
    ['case.assigned', after?.unit?.code],
  ]);
});

test('what was kept aside is taken in by a retry once the cause is gone, with its attachments, and not before', async () => {
  const store = openMemory({ instance: 'test', now: () => NOW });
  const { ref, hash, size } = await store.putBlob(new Uint8Array([1]), { mediaType: 'image/png' });
  let cured = false;
  const intake = openIntake({
    ...{ now: () => NOW, log: quiet, city: () => city, mint: openMint(480), committed: () => {} },
    store: {
      ...store,
      write: (...args) => (cured ? store.write(...args) : Promise.reject(new Error('poison'))),
    },
  });
  const parts = [{ kind: 'image' as const, mediaType: 'image/png', size, hash, blob: ref }];
  await intake.accept(message(WORDS, { id: 'msg_1', externalId: '1', parts }));
  const kept = (await store.quarantined(1))[0];
  if (!kept) throw new Error('nothing was kept aside');
  await expect(intake.retry(kept.message)).rejects.toMatchObject({ code: 'refused_again', status: 409 });
  expect(await store.quarantined(9)).toEqual([kept]);
  cured = true;
  const { receipt } = await intake.retry(kept.message);
  expect(receipt.outcome).toBe('opened');
  expect(await store.messagesOf(receipt.caseNo ?? '')).toEqual([kept.message]);
  expect((await intake.retry(kept.message)).receipt).toMatchObject({ outcome: 'repeated', caseNo: receipt.caseNo });
});

test('codes guessed all at once count each: after a few wrong ones of a batch even the right one opens nothing', async () => {
  const { store, say } = house();
  const sender = keysOf('o1');
  const other = keysOf('o2');
  const target = { kind: 'email', scope: '', value: 'zhang@example.com', proved: true };
  for (const [id, { keys }] of Object.entries({ msg_a: sender, msg_b: other })) {
    const [claimant = target] = keys;
    const made = message('我的邮箱是 zhang@example.com', { id, externalId: id, tenant: '330200' });
    const ask = {
      account: 'web',
      externalId: id,
      contentHash: id,
      proved: keys,
      stated: [],
      tenant: '330200',
      since: 0,
    };
    const claim = { id, tenant: '330200', claimant, target, code: 'K7MPA3XW', at: NOW, until: NOW + 900_000 };
    const receipt = { outcome: 'noted', note: '' } as const;
    const time = new Date(NOW).toISOString();
    const event = { id: `evt_${id}`, type: 'message.noted', subject: id, time, data: {}, tenant: '330200' } as const;
    await store.write(
      [{ ask, message: made, masked: '', receipt, events: [event], blobs: [], claim }],
      await store.head(),
    );
  }
  const guess = (n: number, code: string, from = sender) => say(n, '330200', { sender: from, text: `绑定 ${code}` });
  const wrong = Array.from({ length: MOST_TRIES }, (_, n) => guess(n, 'WWWWWWWW'));
  const [right, theirs] = [guess(90, 'K7MPA3XW'), guess(91, 'K7MPA3XW', other)];
  const { bind } = city.replies;
  const notes = await Promise.all([...wrong, right, theirs]).then((all) =>
    all.map(({ receipt }) => 'note' in receipt && receipt.note),
  );
  expect(notes.slice(0, MOST_TRIES + 1)).toEqual(Array(MOST_TRIES + 1).fill(fill(bind.wrong, {})));
  // Another person's code is not theirs to spend.
  expect(notes.at(-1)).toBe(fill(bind.done, {}));
});

test('what a rider of the same batch proved to be one person’s is known to those behind it', async () => {
  const { store, say } = house();
  const first = await say(1, '330200', { sender: keysOf('o1') });
  const { caseNo, queryCode } = first.receipt;
  const there = keysOf('o2');
  const [bound, again] = await Promise.all([
    say(2, '330200', { sender: there, text: `绑定 ${caseNo} ${queryCode}` }),
    say(3, '330200', { sender: there }),
  ]);
  expect(bound.receipt).toMatchObject({ outcome: 'noted', note: fill(city.replies.bind.done, {}) });
  expect(again.receipt).toMatchObject({ outcome: 'followed_up', caseNo });
  expect(await store.findCase(caseNo ?? '')).toMatchObject({ messages: 2 });
});

test('among many riders who share some words the one about the same thing is found', async () => {
  const { say } = house();
  const near = (n: number) => say(n, '330200', { text: WORDS.replace('12号', `${200 + 2 * n}号`) });
  const others = Array.from({ length: 30 }, (_, n) => near(n));
  const [one, other] = [say(80, '330200'), say(81, '330200', { text: `您好，${WORDS}谢谢！` })];
  await Promise.all(others);
  expect((await one).receipt.outcome).toBe('opened');
  expect((await other).receipt).toMatchObject({ outcome: 'joined', matter: { size: 2 } });
});

test('a part a person split off does not come back to the matter by way of a neighbour', async () => {
  const { store, say } = house();
  const part = `${WORDS}已经三个星期了，天天有车爆胎，下雨天积水看不见更危险，麻烦派人来看一看。`;
  const petition = `路灯也不亮。${part}`;
  const whole = await say(1, '330200', { text: petition, sender: keysOf('a') });
  const neighbour = await say(2, '330200', { text: petition, sender: keysOf('b') });
  expect(neighbour.receipt.outcome).toBe('joined');
  const split = await say(3, '330200', { text: part, sender: keysOf('a'), splitFrom: whole.receipt.caseNo });
  const [one, two] = await Promise.all([whole, split].map((r) => store.findCase(r.receipt.caseNo ?? '')));
  expect(two?.matter?.id).toBeDefined();
  expect(two?.matter?.id).not.toBe(one?.matter?.id);
});
