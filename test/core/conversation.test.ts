// A conversation is not a heap of cases: questions after a case, withdrawals, our own words, lone photos, calls already answered.
import { describe, expect, it } from 'vitest';
import { formatCaseNo } from '../../src/core/case-no.ts';
import { conclude } from '../../src/core/conclude.ts';
import { askOf } from '../../src/core/intake.ts';
import { receiptWords } from '../../src/core/replies.ts';
import { enquiryOf } from '../../src/core/text/enquiry.ts';
import { withdraws } from '../../src/core/text/withdrawal.ts';
import { openMint } from '../../src/mint.ts';
import { city, decided, given, knownCase, NOTHING, prepared } from './example.ts';

const NO = openMint(480).caseNo(Date.UTC(2026, 10, 24));
const concluded = (text: string, known = NOTHING, more: Parameters<typeof decided>[1] = {}) => {
  const draft = decided(text, more, { known });
  return conclude(draft, askOf(draft, city), given({ known }), openMint(480));
};

describe('a question after a case', () => {
  it.each([
    [`查询 ${NO}`, NO, undefined],
    [`查询${formatCaseNo(NO)} K7MP-A3XW`, NO, 'K7MPA3XW'],
    [`查询：工单号 ${NO}，查询码：k7mpa3xw`, NO, 'K7MPA3XW'],
    [`查询 ${NO} 27MP-A3XW`, NO, '27MPA3XW'],
    [`查询${formatCaseNo(NO)} 2345 6789`, NO, '23456789'],
    [`我要查询工单号：${NO} 27MP-A3XW`, NO, '27MPA3XW'],
    [NO, NO, undefined],
    [`我要查询 ${NO} 谢谢`, NO, undefined],
    [`查讯 ${NO}`, NO, undefined],
    [`查寻${formatCaseNo(NO)} K7MP-A3XW`, NO, 'K7MPA3XW'],
    [`查 ${formatCaseNo(NO)}`, NO, undefined],
    ['查询', undefined, undefined],
    ['查询进度', undefined, undefined],
  ])('is seen in %s', (text, caseNo, queryCode) => {
    const seen = enquiryOf(prepared(text).words.full);
    expect([seen !== undefined, seen?.caseNo, seen?.queryCode]).toEqual([true, caseNo, queryCode]);
  });

  it.each([
    '查询公积金余额',
    '查 12345',
    '查一查谁在施工',
    `工单${NO}还没有人来处理，路灯还是不亮`,
    '查一下为什么小区停水',
    '13800000000',
  ])('is not seen in %s', (text) => {
    expect(enquiryOf(prepared(text).words.full)).toBeUndefined();
  });

  it('tells how it stands to who proved it is theirs, how to ask to anyone else, and nothing in a group', () => {
    const cited = knownCase('路灯不亮', 5, { no: NO, unit: { code: 'u', name: '市政处' } });
    const known = { ...NOTHING, cited };
    expect(askOf(prepared(`查询 ${NO}`), city).cited).toEqual({ caseNo: NO });
    expect(concluded(`查询 ${NO}`, known).receipt).toEqual({
      outcome: 'noted',
      note: `工单 ${formatCaseNo(NO)}：已交办\n承办单位：市政处`,
    });
    for (const [theirs, group] of [
      [NOTHING, false],
      [known, true],
    ] as const) {
      const { note = '' } = concluded(`查询 ${NO}`, theirs, { group }).receipt;
      expect(note).toMatch(/查询/);
      expect(note).not.toContain('市政处');
      expect(note).not.toContain(formatCaseNo(NO));
    }
  });
});

describe('a withdrawal', () => {
  it.each([
    '不用了，已经修好了',
    '不用来了，问题已经解决了，谢谢',
    '撤销工单',
    '我要撤回投诉',
    '不需要处理了，已经恢复了',
  ])('is %s', (text) => expect(withdraws(prepared(text).words.full)).toBe(true));
  it.each([
    '不用了',
    '已经修好了吗',
    '已经修好了但是又坏了',
    '不用敷衍我，根本没有修好',
    '为什么撤销我的工单？',
    '取消公交线路不合理，请恢复',
    '不用水也要交水费，已经解决不了了还是老样子',
  ])('is not %s', (text) => expect(withdraws(prepared(text).words.full)).toBe(false));

  it('is no danger, whoever says it: a guess must not frighten who says that all is well', () => {
    expect(city.dangerModel).toBeDefined();
    const draft = decided('谢谢，不用了，已经修好了');
    expect([draft.divert, draft.urgency]).toEqual([undefined, 'normal']);
  });

  it('closes the citizen’s own open case, says so, and is told in the log', () => {
    const own = knownCase('人民路12号门前的路灯不亮', 60);
    const { receipt, follow, events } = concluded('不用了，已经修好了', { ...NOTHING, mine: [own] });
    expect(receipt).toMatchObject({ outcome: 'followed_up', caseNo: own.no, status: 'closed' });
    expect(receiptWords(receipt, city.replies, 480)).toContain('已按您的意思结束');
    expect(follow?.set).toEqual({ status: 'closed' });
    expect(events.map((e) => e.type)).toEqual(['case.followed_up', 'case.closed']);
    expect(events[1]?.data).toMatchObject({ by: 'citizen', status: 'closed' });
  });

  it.each([
    ['a danger', { status: 'diverted' as const }],
    ['a report', { kind: 'report' as const }],
    ['a secret case', { secret: true }],
  ])('closes nothing by itself where the case is %s', (_, more) => {
    const own = knownCase('人民路12号门前的路灯不亮', 60, more);
    const { events } = concluded('不用了，已经修好了', { ...NOTHING, mine: [own] });
    expect(events.map((e) => e.type)).not.toContain('case.closed');
  });
});

describe('a withdrawal of nothing', () => {
  const sender = {
    keys: [{ kind: 'openid', scope: 'wx', value: 'o1', proved: true }],
    anonymous: false,
    secret: false,
  };
  const none = city.replies.notWithdrawn.trim();
  it.each(['撤销我的工单', '我要撤销投诉，谢谢', '不用了，已经修好了', `撤销工单 ${NO}`])(
    'opens no case and says so: %s',
    (text) => {
      const { receipt, open } = concluded(text, NOTHING, { sender });
      expect([open, receipt]).toEqual([undefined, { outcome: 'noted', note: none }]);
      expect(concluded(text, NOTHING, { sender, group: true }).receipt.note).toBe(city.replies.group);
    },
  );

  it('with more in it, or in a form that proves nothing, goes to a person', () => {
    expect(concluded('我要撤销投诉，人民路的路灯', NOTHING, { sender }).open).toBeDefined();
    expect(concluded('撤销我的工单').open).toBeDefined();
  });
});

describe('a withdrawal that names its case', () => {
  const own = knownCase('人民路12号门前的路灯不亮', 5, { no: '26092900000025' });
  const cited = knownCase('井盖丢了', 90, { no: NO });
  it('closes that one, by its code too, and never another', () => {
    for (const text of [`撤销工单 ${NO} 27MP-A3XW`, `我要撤销工单${formatCaseNo(NO)} 查询码 27MPA3XW，谢谢`]) {
      const draft = prepared(text);
      expect(askOf(draft, city).cited).toEqual({ caseNo: NO, queryCode: '27MPA3XW' });
      expect(concluded(text, { ...NOTHING, mine: [own], cited }).receipt).toMatchObject({
        caseNo: NO,
        status: 'closed',
      });
    }
    const { receipt } = concluded(`撤销工单 ${NO}`, { ...NOTHING, mine: [own] });
    expect(receipt).toEqual({ outcome: 'noted', note: city.replies.notWithdrawn.trim() });
  });

  it('goes to the person who has it where the machine closes none', () => {
    const report = { ...own, kind: 'report' as const, lastAt: own.lastAt - 86_400_000 };
    const { receipt, open, events } = concluded('撤销我的举报', { ...NOTHING, mine: [report] });
    expect([open, receipt.caseNo, events.map((e) => e.type)]).toEqual([undefined, own.no, ['case.followed_up']]);
  });
});

describe('the hotline’s own words', () => {
  it('that come back open no case and get no answer, or two machines would talk for ever', () => {
    const receipt = concluded('人民路12号门前的路灯三天不亮了，请派人修').receipt;
    for (const text of [
      receiptWords(receipt, city.replies, 480),
      city.replies.welcome,
      city.notes[0]?.reply ?? '',
      city.replies.rating.thanks,
    ])
      expect(concluded(text).receipt).toEqual({ outcome: 'noted', note: '' });
  });

  it('at the head of a citizen’s own do not swallow these', () => {
    expect(concluded('您反映的事情收到了。可是三天过去人民路的路灯还是不亮').receipt.outcome).toBe('opened');
  });
});

describe('attachments alone', () => {
  const parts = [{ kind: 'image' as const, mediaType: 'image/png', size: 1, hash: 'sha256:1', blob: 'blob_1' }];
  it('right after the words belong to their case', () => {
    const own = knownCase('人民路12号门前的路灯不亮', 5);
    expect(concluded('', { ...NOTHING, mine: [own] }, { parts }).receipt).toMatchObject({
      outcome: 'followed_up',
      caseNo: own.no,
    });
  });
  it('later, or before any words, wait for words', () => {
    const own = knownCase('人民路12号门前的路灯不亮', 50);
    for (const mine of [[own], []])
      expect(concluded('', { ...NOTHING, mine }, { parts }).receipt.outcome).toBe('noted');
  });
});

describe('a call that was answered on the line', () => {
  const unit = city.units[1];
  const answered = { by: 'department' as const, unit: unit?.name ?? '', speaker: '3号', text: '今天下午恢复供水' };
  it('opens as answered by the unit that spoke, without a clock, and stays open to be counted and related', () => {
    const { open, receipt, events } = concluded('中山路小区停水了', NOTHING, { answered });
    expect(open?.case).toMatchObject({
      status: 'answered',
      unit: { code: unit?.code },
      said: { answer: { text: '今天下午恢复供水', speaker: '3号' } },
      flags: ['answered_on_line:department'],
    });
    expect(open?.case.answer?.source).toContain('通话中答复');
    expect(receipt.answer?.text).toBe('今天下午恢复供水');
    expect(JSON.stringify({ ...open?.case, said: undefined })).not.toContain('恢复供水');
    expect(open?.case.dueAt).toBeUndefined();
    expect([receipt.outcome, events[0]?.type]).toEqual(['answered', 'case.answered']);
  });
});
