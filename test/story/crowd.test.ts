// Crowds: many about one thing among many others, everything fifty times over, two doors at once, clocks that jump and an archive beside today.
// CIVICLINE_FULL=1 npx vitest run test/story/crowd.test.ts plays them in full: 400 among 6,000, and 1,000 messages fifty times each.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { type Intake, openIntake } from '../../src/core/intake.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import type { Store } from '../../src/core/store.ts';
import { takeIn } from '../../src/core/take-in.ts';
import { openMint } from '../../src/mint.ts';
import { openStore } from '../../src/store/index.ts';
import { city } from '../core/example.ts';
import { quiet } from '../feed/house.ts';
import { newFolder } from './house.ts';

const FULL = process.env.CIVICLINE_FULL !== undefined;
const [SAME, OTHERS] = FULL ? [400, 6_000] : [40, 400];
const [MESSAGES, TIMES] = FULL ? [1_000, 50] : [40, 50];
const NOW = Date.parse('2026-11-24T10:00:00+08:00');
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const COLD = '海曙区阳光花园整个小区从昨天晚上开始没有暖气，室温只有十度，老人孩子都受不了，请尽快恢复供暖。';
const HELLO = ['', '您好，', '你好，', '喂，'];
const DISTRICTS = ['海曙区', '江北区', '鄞州区', '镇海区', '北仑区', '奉化区'];
const SYLLABLES = [...'安柏昌德恩丰光海和景康兰明宁平庆仁瑞书泰文祥新永'];
const THINGS = [
  ...['的路灯整排不亮，晚上走路看不清', '路面的井盖松了，车一压就响', '的垃圾桶满了几天没有人来清运'],
  ...[
    '没有暖气，家里很冷',
    '的公交站牌倒在人行道上',
    '下水道堵了，污水流到马路上',
    '一到晚上就有人放音响跳舞，吵得睡不着',
  ],
];
/** Everyone's own place; some complain of the cold, too, elsewhere. */
const other = (i: number): string => {
  const [a, b] = [SYLLABLES[i % 24] ?? '', SYLLABLES[Math.floor(i / 24) % 24] ?? ''];
  const kind = i % 2 ? '花园' : '路';
  return `${DISTRICTS[i % 6]}${a}${b}${kind}${1 + (i % 97)}号${THINGS[i % 7]}，麻烦处理。`;
};

const mint = openMint(480);
const mouth = { channel: 'phone', account: 'line', tenant: city.tenant, level: city.level, utcOffsetMinutes: 480 };
let now = NOW;
let store: Store;
let doors: Intake[];
beforeEach(async () => {
  now = NOW;
  const fatal = (error: unknown): never => {
    throw error;
  };
  const where = { url: 'sqlite:', dataDir: newFolder(), masterKey: new Uint8Array(32).fill(7), instance: 'crowd' };
  store = await openStore({ ...where, inThread: true, onFatal: fatal });
  const open = () => openIntake({ store, city: () => city, mint, now: () => now, log: quiet, committed() {} });
  doors = [open(), open()];
});
afterEach(() => store.close());

let said = 0;
async function say(text: string, more: { key?: string; at?: number; door?: number } = {}): Promise<Receipt> {
  said += 1;
  const value = more.key ?? `person-${said}`;
  const sender = { keys: [{ kind: 'phone', scope: '', value, proved: true }], anonymous: false, secret: false };
  const sentAt = more.at === undefined ? {} : { sentAt: new Date(more.at).toISOString() };
  const incoming = { externalId: more.key ?? `c${said}`, text, sender, verified: 'none' as const, ...sentAt };
  const door = doors[more.door ?? 0];
  if (!door) throw new Error('no such door');
  const message = takeIn(incoming, mouth, mint, now);
  for (;;) {
    try {
      return (await door.accept(message)).receipt;
    } catch (error) {
      // As platforms do: what the door has no room for is sent again.
      if (!(error instanceof GatewayError) || error.code !== 'overloaded') throw error;
      await sleep(200);
    }
  }
}
const matterOf = async ({ caseNo }: Receipt): Promise<string | undefined> =>
  (await store.findCase(caseNo ?? ''))?.matter?.id;

describe('a crowd', () => {
  it(`of ${SAME} about one thing within three hours, among ${OTHERS} others, is one matter with nobody else in it`, async () => {
    const every = Math.floor(OTHERS / SAME);
    const step = (3 * HOUR) / (OTHERS + SAME);
    const same: Receipt[] = [];
    const others: Receipt[] = [];
    for (let i = 0; i < OTHERS; i++) {
      now += step;
      others.push(await say(other(i)));
      if (i % every !== 0 || same.length === SAME) continue;
      now += step;
      same.push(await say(`${HELLO[i % 4]}${COLD}`));
    }
    const matters = new Set(await Promise.all(same.map(matterOf)));
    expect([same.length, matters.size]).toEqual([SAME, 1]);
    const [matter = ''] = matters;
    const members = new Set((await store.findCases({ matter, limit: 10_000 })).map((one) => one.no));
    expect(members).toEqual(new Set(same.map((one) => one.caseNo)));
    expect(others.filter((one) => members.has(one.caseNo ?? ''))).toEqual([]);
  }, 600_000);

  it(`of ${MESSAGES} messages, each sent ${TIMES} times at once, is exactly ${MESSAGES} cases`, async () => {
    const sent = Array.from({ length: MESSAGES * TIMES }, (_, i) => {
      const n = i % MESSAGES;
      return say(other(n), { key: `same-${n}`, door: i % 2, at: NOW });
    });
    const receipts = await Promise.all(sent);
    expect((await store.stats()).cases).toBe(MESSAGES);
    expect(receipts.filter((one) => one.outcome !== 'repeated')).toHaveLength(MESSAGES);
    for (let n = 0; n < MESSAGES; n++)
      expect(new Set(receipts.filter((_, i) => i % MESSAGES === n).map((one) => one.caseNo)).size).toBe(1);
  }, 600_000);

  it('that comes through two doors at the same moment meets in one matter', async () => {
    for (let round = 0; round < 20; round++) {
      const text = `${COLD}楼栋编号在第${round}期${SYLLABLES[round]}字区。`;
      const both = await Promise.all([say(text, { door: 0 }), say(text, { door: 1 })]);
      const matters = new Set(await Promise.all(both.map(matterOf)));
      expect(matters.size).toBe(1);
    }
  });
});

describe('time', () => {
  it('is that of the message: an archive of last year read in beside today makes matters of its own', async () => {
    const today = await say(COLD);
    const archive = [await say(COLD, { at: NOW - 2 * YEAR }), await say(COLD, { at: NOW - 2 * YEAR + HOUR })];
    const later = await say(COLD, { at: NOW + HOUR });
    const [now1, then1, then2, now2] = await Promise.all([today, ...archive, later].map(matterOf));
    expect([now1 === now2, then1 === then2, now1 === then1]).toEqual([true, true, false]);
  });

  it('that comes late and out of order changes nothing of what belongs together', async () => {
    const order = [5, 1, 4, 0, 3, 2];
    const receipts: Receipt[] = [];
    for (const hour of order) receipts.push(await say(COLD, { at: NOW - hour * HOUR }));
    expect(new Set(await Promise.all(receipts.map(matterOf))).size).toBe(1);
  });

  it('may jump, forth a year and back again: nothing is lost, and today stays one matter', async () => {
    const receipts = [await say(COLD)];
    now += YEAR;
    const inAYear = await say(other(1));
    now = NOW - HOUR;
    receipts.push(await say(COLD), await say(COLD));
    expect(new Set(await Promise.all(receipts.map(matterOf))).size).toBe(1);
    expect(inAYear.caseNo).toBeDefined();
    expect((await store.stats()).cases).toBe(4);
  });
});
