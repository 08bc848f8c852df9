// Ratings 满意度: by which words, of whose result, when, once each; and what a low one sets going.
import { describe, expect, it } from 'vitest';
import type { KnownResult } from '../../src/core/draft.ts';
import { openIntake } from '../../src/core/intake.ts';
import type { Incoming } from '../../src/core/message.ts';
import { CHANGE_DAYS, DIGIT_HOURS, RATE_DAYS, standingOf } from '../../src/core/rating.ts';
import { groupsOf, ratingFigures } from '../../src/core/satisfaction.ts';
import { takeIn } from '../../src/core/take-in.ts';
import { appraisalOf } from '../../src/core/text/appraisal.ts';
import { openMint } from '../../src/mint.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { quiet } from '../feed/house.ts';
import { city, NOW, prepared } from './example.ts';

const NO = openMint(480).caseNo(Date.UTC(2026, 10, 24));
const DAY = 86_400_000;
const read = (text: string) => appraisalOf(prepared(text).words.full);
const { rating } = city.replies;

describe('a rating', () => {
  it.each([
    ['非常满意', 5],
    ['很满意，谢谢！', 5],
    ['好评', 5],
    ['5分', 5],
    ['打五分', 5],
    ['满意', 4],
    ['满意。', 4],
    ['满意👍', 4],
    ['非常满意😊😊', 5],
    ['满意[强]', 4],
    ['👍👍 满意/:strong', 4],
    ['满意哦', 4],
    ['不满意啊！', 2],
    ['对处理结果满意', 4],
    ['比较满意', 4],
    ['我很满意', 5],
    ['基本满意', 3],
    ['3分', 3],
    ['不满意', 2],
    ['不太满意', 2],
    ['不满意，没有修好', 2],
    ['非常不满意', 1],
    ['差评', 1],
    ['１分', 1],
    ['评价：满意', 4],
    ['评价 5', 5],
    ['5', 5],
    [`评价 ${NO} 满意`, 4],
    [`评价 ${NO} 27MP-A3XW 不满意`, 2],
  ])('is %s', (text, score) => expect(read(text)?.score).toBe(score));

  it.each([
    '满意度调查什么时候开始',
    '我不满意你们的态度，要投诉公交公司',
    '6',
    '0',
    '12',
    '5号楼停水了',
    '5 号楼停水了',
    '满意个屁',
    '怎么才能满意',
    '110',
    '3分钟热度',
  ])('is not %s', (text) => expect(read(text)).toBeUndefined());

  it('names its case, its code and what is said with it', () => {
    expect(read(`评价 ${NO} 27MP-A3XW 不满意，路灯又灭了`)).toMatchObject({
      ...{ caseNo: NO, queryCode: '27MPA3XW', words: '路灯又灭了', named: true },
    });
  });
});

describe('when a result may be rated', () => {
  const at = (days: number) => new Date(NOW - days * DAY).toISOString();
  const result = (more: Partial<KnownResult> & { status?: 'done' | 'dispatched' | 'follow_up' }) => ({
    ...{ status: 'done' as const, lastAt: NOW - 90 * DAY },
    ...more,
  });
  const rated = (days: number, round = 0) => ({ score: 2 as const, round, first: at(days), at: at(0) });
  it.each([
    ['while it is not finished', result({ status: 'dispatched' }), 'early'],
    ['once it is told', result({ handling: { doneAt: at(1) } }), 'open'],
    ['not for ever', result({ handling: { doneAt: at(RATE_DAYS + 1) } }), 'late'],
    ['changed for some days', result({ handling: { doneAt: at(9) }, rating: rated(CHANGE_DAYS - 1) }), 'rated'],
    ['and not after them', result({ handling: { doneAt: at(9) }, rating: rated(CHANGE_DAYS + 1) }), 'fixed'],
    ['each result anew', result({ handling: { doneAt: at(1), reopened: 1 }, rating: rated(20) }), 'open'],
  ] as const)('%s', (_, outcome, standing) => expect(standingOf(outcome, NOW)).toBe(standing));
});

function house() {
  const clock = { now: NOW };
  const now = () => clock.now;
  const store = openMemory({ instance: 'test', now });
  const mint = openMint(480);
  const intake = openIntake({ store, city: () => city, mint, now, log: quiet, committed: () => {} });
  const mouth = { channel: 'wechat-official', account: 'oa', utcOffsetMinutes: 480 };
  const messageOf = (text: string, openid: string, more: Partial<Incoming> = {}) => {
    const keys = [{ kind: 'openid', scope: 'wx1', value: openid, proved: true }];
    const sender = { keys, anonymous: false, secret: false };
    return takeIn({ sender, text, verified: 'signature', ...more }, { ...mouth, ...city }, mint, now());
  };
  const say = async (text: string, openid = 'o1', more: Partial<Incoming> = {}) => {
    clock.now += 60_000;
    return (await intake.accept(messageOf(text, openid, more))).receipt;
  };
  const finish = async (no: string) => {
    const c = await store.findCase(no);
    if (!c) throw new Error('no case');
    const doneAt = new Date(now()).toISOString();
    const done = { ...c, status: 'done' as const, version: c.version + 1, handling: { ...c.handling, doneAt } };
    const about = { actor: 'u', action: 'case.resolved', subject: no };
    await store.change({ case: done, expectVersion: c.version, events: [], audit: { at: doneAt, ...about } });
  };
  const told = async (type: string) =>
    (await store.readLog({ after: 0, limit: 99, types: [type] })).map(({ body }) => JSON.parse(body).data);
  const opened = async (openid?: string, more: Partial<Incoming> = {}) => {
    const { caseNo = '', queryCode = '' } = await say('人民路12号门前的路灯三天不亮了，请派人来修', openid, more);
    return { caseNo, queryCode };
  };
  const figures = async (by: 'unit' | 'category' | 'day' = 'unit') =>
    store.ratingCells({ from: 0, to: now() + 1, by, utcOffsetMinutes: 480 });
  return { clock, store, intake, messageOf, say, finish, told, opened, figures };
}

describe('a citizen’s rating in the chat', () => {
  it('is kept with the case, told in the log, counted once, and thanked for', async () => {
    const { say, finish, told, opened, figures, store } = house();
    const { caseNo } = await opened();
    await finish(caseNo);
    const receipt = await say('非常满意');
    expect(receipt).toMatchObject({ outcome: 'followed_up', caseNo, status: 'done', note: rating.thanks.trim() });
    expect((await store.findCase(caseNo))?.rating).toMatchObject({ score: 5, round: 0 });
    expect(await told('case.rated')).toMatchObject([{ caseNo, score: 5, round: 0, words: false, status: 'done' }]);
    const cells = await figures();
    expect(ratingFigures(cells)).toMatchObject({ rated: 1, rate: 1, average: 5 });
  });

  it('can be changed for some days, which the log tells and the figures follow', async () => {
    const { say, finish, told, opened, figures, clock } = house();
    const { caseNo } = await opened();
    await finish(caseNo);
    await say('满意');
    expect((await say('基本满意')).note).toBe(rating.changed.trim());
    expect((await told('case.rated')).map(({ score, previous }) => [score, previous])).toEqual([
      [4, undefined],
      [3, 4],
    ]);
    expect(ratingFigures(await figures())).toMatchObject({ rated: 1, scores: { 3: 1, 4: 0 } });
    clock.now += (CHANGE_DAYS + 1) * DAY;
    expect(await say('非常满意')).toMatchObject({ outcome: 'noted', note: rating.fixed.trim() });
    expect(await told('case.rated')).toHaveLength(2);
  });

  it('that is low has somebody call, and does not reopen by itself; words that it is not done do', async () => {
    const { say, finish, told, opened, figures, store } = house();
    const { caseNo } = await opened();
    await finish(caseNo);
    expect(await say('不满意')).toMatchObject({ caseNo, status: 'follow_up', note: rating.low.trim() });
    expect((await store.findCase(caseNo))?.status).toBe('follow_up');
    expect(await told('case.reopened')).toEqual([]);
    await finish(caseNo);
    const again = await say('不满意，路灯还是没修好');
    expect(again).toMatchObject({ caseNo, status: 'reopened' });
    expect(await told('case.reopened')).toHaveLength(1);
    expect((await told('case.rated')).map(({ score, words }) => [score, words])).toEqual([
      [2, false],
      [2, true],
    ]);
    await finish(caseNo);
    expect((await say('满意')).note).toBe(rating.thanks.trim());
    expect(ratingFigures(await figures())).toMatchObject({ rated: 2, rate: 0.5 });
  });

  it('with a smile opens no case', async () => {
    const { say, finish, opened } = house();
    const { caseNo } = await opened();
    await finish(caseNo);
    expect(await say('非常满意👍')).toMatchObject({ outcome: 'followed_up', caseNo, note: rating.thanks.trim() });
  });

  it('before the end, or of nothing, is answered kindly and opens no case', async () => {
    const { say, opened, store, told } = house();
    expect(await say('满意', 'o2')).toEqual({ outcome: 'noted', note: rating.none.trim() });
    await opened();
    expect(await say('满意')).toEqual({ outcome: 'noted', note: rating.early.trim() });
    expect((await store.stats()).cases).toBe(1);
    expect(await told('case.rated')).toEqual([]);
  });

  it('that cannot be taken does not take along the words that came with it', async () => {
    const { say, finish, opened, told, clock } = house();
    const { caseNo } = await opened();
    await finish(caseNo);
    await say('满意');
    clock.now += (CHANGE_DAYS + 1) * DAY;
    expect(await say('评价：不满意，路灯还是没修好')).toMatchObject({ caseNo, status: 'reopened' });
    expect(await told('case.rated')).toHaveLength(1);
    expect((await say('评价：差评，江北区大庆南路的垃圾三天没人清运', 'o2')).outcome).toBe('opened');
  });

  it('as a digit alone is the menu’s where there is no result to rate', async () => {
    const { say, finish, opened } = house();
    const { caseNo } = await opened();
    expect((await say('5')).outcome).toBe('noted');
    await finish(caseNo);
    expect((await say('5')).note).toBe(rating.thanks.trim());
  });

  it('as a digit alone, long after the question, is asked what it is; the word for it rates as long as any', async () => {
    const { say, finish, opened, clock, told } = house();
    const { caseNo } = await opened();
    await finish(caseNo);
    clock.now += DIGIT_HOURS * 3_600_000 + 60_000;
    expect(await say('5')).toEqual({ outcome: 'noted', note: rating.how.trim() });
    expect(await told('case.rated')).toEqual([]);
    expect((await say('5分')).note).toBe(rating.thanks.trim());
  });

  it('that lacks its level, or names a number that is none, is told how; words with it are not lost', async () => {
    const { say, finish, opened, told, store } = house();
    const { caseNo } = await opened();
    await finish(caseNo);
    const wrong = `${caseNo.slice(0, 13)}${(Number(caseNo[13]) + 1) % 10}`;
    for (const text of ['评价', '我要评价', '满意度评价。', '评价一下', `评价 ${caseNo}`])
      expect([text, await say(text)]).toEqual([text, { outcome: 'noted', note: rating.how.trim() }]);
    for (const text of [
      `评价 ${wrong} 满意`,
      `评价${caseNo.slice(0, 13)} 27MP-A3XW 不满意`,
      `评价 ${wrong}`,
      '评价 2611 5',
    ])
      expect([text, await say(text)]).toEqual([text, { outcome: 'noted', note: rating.mistyped.trim() }]);
    expect((await say('评价', 'o1', { group: true })).note).toBe(city.replies.group);
    expect([await told('case.rated'), (await store.stats()).cases]).toEqual([[], 1]);
    const heard = await say(`评价 ${wrong} 不满意，路灯还是没修好`);
    expect(heard).toMatchObject({ caseNo, status: 'reopened' });
  });

  it('of a stranger, or in a group, rates nothing; number and code do', async () => {
    const { say, finish, opened, told } = house();
    const { caseNo, queryCode } = await opened();
    await finish(caseNo);
    for (const [text, more] of [
      ['满意', {}],
      [`评价 ${caseNo} 满意`, {}],
      [`评价 ${caseNo} ${queryCode} 满意`, { group: true }],
    ] as const)
      expect((await say(text, 'o2', more)).outcome).toBe('noted');
    expect((await say('非常不满意', 'o1', { group: true })).note).toBe(city.replies.group);
    expect(await told('case.rated')).toEqual([]);
    expect((await say(`评价 ${caseNo} ${queryCode} 满意`, 'o2')).note).toBe(rating.thanks.trim());
    expect(await told('case.rated')).toHaveLength(1);
  });

  it('sent twice by the platform counts once, and two at once are decided one after the other', async () => {
    const { finish, opened, told, intake, messageOf } = house();
    const { caseNo } = await opened();
    await finish(caseNo);
    const same = { externalId: 'm1' };
    await Promise.all([
      intake.accept(messageOf('满意', 'o1', same)),
      intake.accept(messageOf('满意', 'o1', same)),
      intake.accept(messageOf('基本满意', 'o1')),
    ]);
    expect((await told('case.rated')).map(({ score, previous }) => [score, previous])).toEqual([
      [4, undefined],
      [3, 4],
    ]);
  });

  it('of an anonymous case counts like any other and names nobody', async () => {
    const { say, finish, opened, figures, told } = house();
    const keys = [{ kind: 'openid', scope: 'wx1', value: 'o7', proved: true }];
    const sender = { keys, anonymous: true, secret: false };
    const { caseNo } = await opened('o7', { sender });
    await finish(caseNo);
    await say('满意', 'o7', { sender });
    expect(ratingFigures(await figures()).rated).toBe(1);
    expect(JSON.stringify([await told('case.rated'), await figures()])).not.toMatch(/o7|满意/);
  });

  it('that is good has somebody call where its words tell of a trouble', async () => {
    for (const text of ['满意。大庆南路路口的红绿灯坏了', '评价：满意。小区北门的下水道堵了，很臭']) {
      const { say, finish, opened } = house();
      const { caseNo } = await opened();
      await finish(caseNo);
      expect([text, (await say(text)).status]).toEqual([text, 'follow_up']);
    }
    const { say, finish, opened } = house();
    const { caseNo } = await opened();
    await finish(caseNo);
    expect(await say('满意，师傅来得很快，路灯亮了')).toMatchObject({ caseNo, status: 'done' });
  });

  it('ties no account to a case that hides who stands in it: a code proves one message', async () => {
    const { say, finish, messageOf, intake } = house();
    const keys = [{ kind: 'openid', scope: 'wx1', value: 'o1', proved: true }];
    const secret = await say('我要举报人民路12号的作坊夜里偷排', 'o1', {
      sender: { keys, anonymous: false, secret: true },
    });
    const open = await say('人民路12号门前的路灯三天不亮了，请派人来修', 'o2');
    const stranger = async (text: string) => (await intake.accept(messageOf(text, 'o9'))).receipt;
    for (const { caseNo = '', queryCode = '' } of [secret, open]) {
      await finish(caseNo);
      expect(await stranger(`评价 ${caseNo} ${queryCode} 满意`)).toMatchObject({ caseNo });
    }
    const knows = async (caseNo = '') => JSON.stringify(await stranger(`查询 ${caseNo}`)).includes('已');
    expect([await knows(secret.caseNo), await knows(open.caseNo)]).toEqual([false, true]);
  });

  it('does not swallow a request: what goes on to something else is heard as that', async () => {
    const { say, finish, opened, told } = house();
    const { caseNo } = await opened();
    await finish(caseNo);
    const other = await say('满意。另外江北区大庆南路路口的红绿灯坏了，车都乱走');
    expect([other.outcome, other.caseNo === caseNo]).toEqual(['opened', false]);
    expect(await told('case.rated')).toEqual([]);
  });
});

it('months gather days, and nobody’s rating gives no rate', () => {
  const cells = [
    { name: '2026-10-31', score: 5 as const, count: 2 },
    { name: '2026-11-01', score: 2 as const, count: 1 },
    { name: '2026-11-30', score: 3 as const, count: 1 },
  ];
  expect(groupsOf(cells, (day) => day.slice(0, 7)).map(({ name, rated, rate }) => [name, rated, rate])).toEqual([
    ['2026-10', 2, 1],
    ['2026-11', 2, 0.5],
  ]);
  expect(ratingFigures([])).toMatchObject({ rated: 0, rate: null, average: null });
});
