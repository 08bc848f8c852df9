// What is no case yet: 我要投诉 alone, 查询 with a number that is none or without one, 解绑. Each is answered kindly and opens nothing.
import { describe, expect, it } from 'vitest';
import { conclude } from '../../src/core/conclude.ts';
import type { Known } from '../../src/core/draft.ts';
import { askOf, openIntake } from '../../src/core/intake.ts';
import type { Incoming } from '../../src/core/message.ts';
import { fill, numbers } from '../../src/core/replies.ts';
import { takeIn } from '../../src/core/take-in.ts';
import { announcementOf } from '../../src/core/text/announcement.ts';
import { openMint } from '../../src/mint.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { quiet } from '../feed/house.ts';
import { city, decided, given, knownCase, NOTHING, NOW, prepared } from './example.ts';

const NO = openMint(480).caseNo(Date.UTC(2026, 10, 24));
const WRONG = `${NO.slice(0, 13)}${(Number(NO[13]) + 1) % 10}`;
const OPENID = { kind: 'openid', scope: 'wx1', value: 'o1', proved: true };
const sender = { keys: [OPENID], anonymous: false, secret: false };
const { enquiry, bind, group } = city.replies;

const said = (text: string, known: Partial<Known> = {}, more: Parameters<typeof decided>[1] = {}) => {
  const circumstances = { known: { ...NOTHING, ...known } };
  const draft = decided(text, { sender, ...more }, circumstances);
  return conclude(draft, askOf(draft, city), given(circumstances), openMint(480));
};

describe('a question by a number that is none', () => {
  it.each([
    `查询 ${WRONG}`,
    `查询 ${NO.slice(0, 13)}`,
    `查询 ${NO}7`,
    '查询 2611',
    `我要查询工单号：${WRONG} K7MPA3XW`,
  ])('opens no case: %s', (text) => {
    const { receipt, open } = said(text);
    expect([open, receipt]).toEqual([undefined, { outcome: 'noted', note: enquiry.mistyped.trim() }]);
  });

  it.each(['查询 13800000000', '查询：138 0000 0000', '查询手机号0574-87654321', '查询 +86 13800000000'])(
    'is told apart from a telephone’s, which shows no case: %s',
    (text) => {
      const { receipt, open } = said(text);
      expect([open, receipt.note]).toEqual([undefined, enquiry.phone.trim()]);
    },
  );

  it.each(['查询公积金余额', '查询 ETC', '查询2024年社保', `${WRONG}`])('is not %s', (text) => {
    expect(prepared(text).enquiry).toBeUndefined();
  });

  it('tells the owner of a case no more than anybody', () => {
    const mine = [knownCase('路灯不亮', 5, { no: NO })];
    expect(said(`查询 ${WRONG}`, { mine }).receipt.note).toBe(enquiry.mistyped.trim());
  });
});

describe('取消 after 我要投诉', () => {
  it.each(['取消', '算了', '退出', 'TD', '算了，谢谢'])('opens no case: %s', (text) => {
    const { receipt, open } = said(text);
    expect([open, receipt.outcome]).toEqual([undefined, 'noted']);
  });

  it('says how a case is withdrawn, in words that are understood', () => {
    const mine = [knownCase('路灯不亮', 5, { no: NO })];
    expect(said('取消', { mine }).receipt.note).toContain('撤销我的工单');
    expect(said('撤销我的工单', { mine }).receipt.note).toBe(fill(city.replies.withdrawn, numbers(NO)));
  });
});

describe('办好了吗', () => {
  const finished = [knownCase('垃圾没清', 500, { no: '26092800000011', status: 'done' })];

  it.each(['办好了吗', '好了没有？', '请问我的工单处理得怎么样了'])(
    'opens no case beside the finished one, and tells of it: %s',
    (text) => {
      const { receipt, open } = said(text, { finished });
      expect(open).toBeUndefined();
      expect(receipt.note).toContain('260928-0000-0011：已办结');
      expect(said(text).receipt.note).toBe(enquiry.unproved.trim());
    },
  );

  it.each(['没有人联系我', '空调修好了吗，我想报修路灯', '什么时候能修好'])('is not %s', (text) => {
    expect(prepared(text).enquiry).toBeUndefined();
  });
});

describe('查询 alone', () => {
  const mine = [
    knownCase('路灯不亮', 50, { no: '26092900000017' }),
    knownCase('井盖丢了', 5, { no: '26092900000025' }),
  ];
  const finished = [knownCase('垃圾没清', 500, { no: '26092800000011', status: 'done' })];

  it('tells its sender of their own cases, the latest first, finished ones too', () => {
    expect(askOf(prepared('查询', { sender }), city).again).toBe(true);
    expect(said('查询', { mine, finished }).receipt.note?.split('\n').slice(1, 4)).toEqual([
      '260929-0000-0025：已交办',
      '260929-0000-0017：已交办',
      '260928-0000-0011：已办结',
    ]);
  });

  it('tells a group nothing, and who has none how to ask', () => {
    expect(said('查询', { mine, finished }, { group: true }).receipt.note).toBe(group);
    expect(said('查询').receipt.note).toBe(enquiry.unproved.trim());
  });

  it('with a number of somebody else’s does not list the sender’s own instead', () => {
    expect(said(`查询 ${NO}`, { mine }).receipt.note).toBe(enquiry.unproved.trim());
  });
});

describe('who wants to be taken apart again', () => {
  it.each(['解绑', '我要解绑', '解除绑定', '取消绑定邮箱', '请解绑我的微信。'])('is told whom to call: %s', (text) => {
    for (const more of [{}, { sender: { ...sender, keys: [] } }]) {
      const { receipt, open, join } = said(text, {}, more);
      expect([open, join, receipt.note]).toEqual([undefined, undefined, bind.undo.trim()]);
    }
  });
  it.each(['解绑社保卡需要什么材料', '银行卡解绑不了，找谁'])('but not with %s', (text) => {
    expect(said(text).open).toBeDefined();
  });
});

describe('我要投诉 alone', () => {
  it.each([
    ['我要投诉', 'complaint'],
    ['我要投诉！', 'complaint'],
    ['你好，我想投诉一个问题', 'complaint'],
    ['我要举报', 'report'],
    ['举报', 'report'],
    ['咨询一下', 'consult'],
    ['我要求助', 'help'],
    ['我要反映情况', undefined],
    ['我要反映一下情况', undefined],
    ['我想反映一个情况', undefined],
    ['我要投诉一下', 'complaint'],
  ])('is asked what it is about: %s', (text, kind) => {
    expect(announcementOf(prepared(text).words.full, city.kinds)).toEqual(kind ? { kind } : {});
    const { receipt, open, waits } = said(text);
    expect([open, receipt.note]).toEqual([undefined, enquiry.tell.trim()]);
    expect(waits?.due).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each(['求助', '我要投诉公交司机', '投诉隔壁装修', '我要举报隔壁', '匿名举报', '我要投诉12345'])(
    'is not %s',
    (text) => {
      expect(announcementOf(prepared(text).words.full, city.kinds)).toBeUndefined();
    },
  );
});

describe('the words after 我要举报', () => {
  const house = () => {
    const clock = { now: NOW };
    const now = () => clock.now;
    const store = openMemory({ instance: 'test', now });
    const mint = openMint(480);
    const intake = openIntake({ store, city: () => city, mint, now, log: quiet, committed: () => {} });
    const mouth = { channel: 'wechat-official', account: 'oa', utcOffsetMinutes: 480 };
    const say = async (text: string, minutes = 1) => {
      clock.now += minutes * 60_000;
      const message: Incoming = { sender, text, verified: 'signature' };
      return (await intake.accept(takeIn(message, { ...mouth, ...city }, mint, now()))).receipt;
    };
    return { store, say };
  };
  const WORDS = '人民路12号的餐馆每天把剩菜又端给客人';

  it('within ten minutes are one case with them, and of the kind they announced', async () => {
    const { store, say } = house();
    expect((await say('我要举报')).outcome).toBe('noted');
    const { caseNo = '', kind, outcome } = await say(WORDS);
    expect([outcome, kind]).toEqual(['opened', 'report']);
    expect((await store.messagesOf(caseNo)).map(({ text }) => text)).toEqual(['我要举报', WORDS]);
    expect((await store.findCase(caseNo))?.messages).toBe(2);
  });

  it('later are a case of their own; nobody is called for what never came', async () => {
    const { store, say } = house();
    await say('我要举报');
    const { caseNo = '', kind } = await say(WORDS, 30);
    expect(kind).not.toBe('report');
    expect(await store.messagesOf(caseNo)).toHaveLength(1);
    expect(await store.overdue(NOW + 1e10, 9)).toEqual([]);
  });
});
