// Storms and single callers: both are told for what they are, and harm nobody else.
import { beforeEach, describe, expect, test } from 'vitest';
import { openIntake } from '../src/core/intake.ts';
import type { Receipt } from '../src/core/receipt.ts';
import type { Store } from '../src/core/store.ts';
import { takeIn } from '../src/core/take-in.ts';
import { type Board, type OnBoard, openBoard, tell } from '../src/hot.ts';
import { openMint } from '../src/mint.ts';
import { openMemory } from '../src/store/memory/store.ts';
import { city } from './core/example.ts';
import { quiet } from './feed/house.ts';

const NOW = Date.parse('2026-11-24T10:00:00+08:00');
const STORM = '海曙区阳光花园整个小区从昨天晚上开始没有暖气，室温只有十度，老人和孩子都受不了，请尽快恢复供暖。';
const mouth = { channel: 'phone', account: 'line', tenant: city.tenant, level: city.level, utcOffsetMinutes: 480 };
const ROADS = ['明德', '春光', '华园', '瑞丰', '景阳', '宁达', '安远', '和景', '永乐', '泰平'];
const THINGS = ['路灯不亮', '井盖松动', '垃圾没人清运', '树枝压住电线', '公交站牌倒了', '下水道堵塞'];

let store: Store;
let board: Board;
let now: number;
let say: (text: string, person: string, more?: { secret?: boolean }) => Promise<Receipt>;
beforeEach(() => {
  store = openMemory({ instance: 'test', now: () => now });
  now = NOW;
  const mint = openMint(480);
  const intake = openIntake({ store, city: () => city, mint, now: () => now, log: quiet, committed() {} });
  board = openBoard(deps());
  let n = 0;
  say = async (text, person, { secret = false } = {}) => {
    n += 1;
    const keys = [{ kind: 'phone', scope: '', value: person, proved: true }];
    const said = {
      externalId: `c${n}`,
      text,
      sender: { keys, anonymous: false, secret },
      verified: 'none' as const,
    };
    return (await intake.accept(takeIn(said, mouth, mint, now))).receipt;
  };
});
const deps = () => ({ store, city: () => city, now: () => now, ulid: openMint(480).ulid, log: quiet, committed() {} });
const other = (i: number): string =>
  `鄞州区${ROADS[i % 10]}路${100 + i * 7}号门口的${THINGS[i % 6]}已经有${2 + (i % 5)}天了，请派人看看`;

describe('a storm of one topic, seventy of a hundred messages of an hour', () => {
  let first: OnBoard | undefined;
  let strangers: Receipt[];
  beforeEach(async () => {
    strangers = [];
    for (let i = 0; i < 100; i++) {
      now += 30_000;
      if (i % 10 < 7) await say(i % 3 ? STORM : `你好，${STORM}`, `storm-${i}`);
      else strangers.push(await say(other(i), `other-${i}`));
    }
    [first] = await board.list();
  });

  test('is one matter, hot, and called a storm', () => {
    expect(first).toMatchObject({ hot: true, storm: true, reporters: 70, matter: { size: 70, urgency: 'urgent' } });
    expect(first?.words.join()).toContain('供暖');
    expect(first?.divisions).toEqual(['330203']);
  });

  test('draws none of the others in', () => {
    expect(strangers.map((one) => one.outcome)).not.toContain('joined');
    expect(new Set(strangers.map((one) => one.caseNo)).size).toBe(30);
  });

  test('is told once, and once more only after it had cooled', async () => {
    const hot = async () =>
      (await store.readLog({ after: 0, limit: 10_000 })).filter((one) => one.type === 'matter.hot');
    await tell(await board.list(), deps());
    await tell(await board.list(), deps());
    expect(await hot()).toHaveLength(1);
    const [event] = await hot();
    expect(JSON.parse(event?.body ?? '').data).toMatchObject({
      matterId: first?.matter.id,
      storm: true,
      reporters: 70,
    });
    now += 2 * 86_400_000;
    await tell(await board.list(), deps());
    for (let i = 0; i < 40; i++) await say(STORM, `again-${i}`);
    now += 10_000;
    await tell(await board.list(), deps());
    expect(await hot()).toHaveLength(2);
  });

  test('lets the urgency of the matter rise once, at the tenth who reports it', async () => {
    const head = await store.head();
    const bikes = '鄞州区中山东路地铁口共享单车乱停乱放，人行道都被占满了，行人只能走到马路上去，请派人清理。';
    for (let i = 0; i < 14; i++) await say(bikes, `bikes-${i}`);
    const log = await store.readLog({ after: head, limit: 10_000 });
    const risen = log
      .map((one) => JSON.parse(one.body))
      .filter(({ type, data }) => type === 'matter.grown' && data.urgency);
    expect(risen.map(({ data }) => [data.size, data.urgency])).toEqual([[city.relate.urgentFrom, 'urgent']]);
  });
});

describe('a single caller with a hundred messages a day', () => {
  test('about one thing has one case that counts how often they urged, and warms nothing', async () => {
    const receipts: Receipt[] = [];
    for (let i = 0; i < 100; i++) {
      now += 600_000;
      receipts.push(await say(i === 0 ? STORM : `${STORM}已经催了${i}次了，还没人来！`, 'caller'));
    }
    expect(new Set(receipts.map((one) => one.caseNo)).size).toBe(1);
    expect(await store.findCase(receipts[0]?.caseNo ?? '')).toMatchObject({
      urges: 99,
      messages: 100,
      flags: expect.arrayContaining(['urged']),
    });
    expect(await board.list()).toEqual([]);
  });

  test('about ever new things has cases of their own, and is pointed out to the desk', async () => {
    const receipts: Receipt[] = [];
    for (let i = 0; i < 24; i++) {
      now += 900_000;
      receipts.push(await say(`另外反映一件事：${other(i * 3)}`, 'caller'));
    }
    const cases = await Promise.all(receipts.map(async (one) => store.findCase(one.caseNo ?? '')));
    const flagged = cases.filter((one) => one?.flags.includes('frequent_sender'));
    expect(flagged.length).toBeGreaterThan(5);
    expect(cases[0]?.flags).not.toContain('frequent_sender');
    expect(await board.list()).toEqual([]);
  });
});

describe('what is hidden', () => {
  test('lends its words to no board, however many say them, nor its count, nor what one person alone said', async () => {
    const HIDDEN = `${STORM}锅炉房老板偷卖煤炭。`;
    await say(HIDDEN, 'p0', { secret: true });
    for (let i = 1; i < 4; i++) await say(HIDDEN, `p${i}`, { secret: true });
    await say(STORM, 'seen');
    const [one] = await board.list();
    expect(one).toMatchObject({ seen: 1, reporters: 1, matter: { size: 5 }, words: [] });
    await say(`你好，${STORM}`, 'seen too');
    now += 60_000;
    const [two] = await board.list();
    expect(two).toMatchObject({ seen: 2, reporters: 2, matter: { size: 6 } });
    expect(two?.words.join()).toContain('供暖');
    expect(two?.words.join()).not.toMatch(/锅炉|煤炭|老板|偷卖/);
  });
});
