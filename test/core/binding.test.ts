// One person on several channels: the words by which they say so, and what each of them proves.
import { describe, expect, it } from 'vitest';
import { conclude } from '../../src/core/conclude.ts';
import type { Known } from '../../src/core/draft.ts';
import { askOf } from '../../src/core/intake.ts';
import { MOST_CLAIMS_A_DAY } from '../../src/core/party.ts';
import { bindingOf } from '../../src/core/text/binding.ts';
import { openMint } from '../../src/mint.ts';
import { city, decided, given, knownCase, NOTHING, prepared } from './example.ts';

const NO = openMint(480).caseNo(Date.UTC(2026, 10, 24));
const OPENID = { kind: 'openid', scope: 'wx1', value: 'o1', proved: true };
const MAIL = { kind: 'email', scope: '', value: 'zhang@example.com', proved: false };
const sender = { keys: [OPENID], anonymous: false, secret: false };

describe('a citizen who wants to be known elsewhere too', () => {
  it.each([
    ['绑定', { to: 'how' }],
    ['我要绑定邮箱', { to: 'how' }],
    ['绑定 123456', { to: 'how' }],
    [`绑定 ${NO}`, { to: 'how' }],
    [`绑定 ${NO} AAAA-0AAA`, { to: 'how' }],
    [`绑定 ${NO} K7MP-A3XW`, { to: 'case', caseNo: NO, queryCode: 'K7MPA3XW' }],
    [`绑定 ${NO} 27MP-A3XW`, { to: 'case', caseNo: NO, queryCode: '27MPA3XW' }],
    [`绑定工单：${NO}，查询码：k7mpa3xw`, { to: 'case', caseNo: NO, queryCode: 'K7MPA3XW' }],
    ['我的邮箱是 Zhang@Example.com', { to: 'key', key: MAIL }],
    ['绑定 zhang@example.com', { to: 'key', key: MAIL }],
    ['我的手机号是13800000000。', { to: 'key', key: { ...MAIL, kind: 'phone', value: '13800000000' } }],
    ['绑定 K7MP-A3XW', { to: 'code', code: 'K7MPA3XW', bare: false }],
    ['K7MPA3XW', { to: 'code', code: 'K7MPA3XW', bare: true }],
  ])('says so with %s', (text, binding) => {
    expect(prepared(text, { sender }).binding).toEqual(binding);
  });

  it.each([
    '路灯坏了三天，我的邮箱是 zhang@example.com，修好请告诉我',
    '我的手机号是13800000000，小区停水了',
    '绑定社保卡需要什么材料',
    '我的手机坏了',
    '查询 公积金',
    '13800000000',
  ])('and does not with %s', (text) => {
    expect(bindingOf(text)).toBeUndefined();
  });

  it('is asked by the mail’s subject alone too, and never where nothing is proved', () => {
    expect(prepared('请帮我绑定', { title: `绑定 ${NO} K7MP-A3XW`, sender }).binding).toMatchObject({ to: 'case' });
    expect(prepared(`绑定 ${NO} K7MP-A3XW`, {}).binding).toBeUndefined();
  });
});

describe('what proves that a key is theirs', () => {
  const said = (text: string, known: Partial<Known> = {}, reaches = true, more = {}) => {
    const all = { ...NOTHING, ...known };
    const circumstances = { known: all, reaches: () => reaches };
    const draft = decided(text, { sender, ...more }, circumstances);
    return conclude(draft, askOf(draft, city), given(circumstances), openMint(480));
  };
  const { bind } = city.replies;

  it('is the code of a case, joined with the keys of whoever opened it', () => {
    const cited = knownCase('路灯不亮', 5, { no: NO });
    const text = `绑定 ${NO} K7MP-A3XW`;
    expect(askOf(prepared(text, { sender }), city).cited).toEqual({ caseNo: NO, queryCode: 'K7MPA3XW' });
    const { join, receipt } = said(text, { cited });
    expect(receipt).toEqual({ outcome: 'noted', note: bind.done.trim() });
    expect(join).toMatchObject({ how: 'case', caseNo: NO, keys: [OPENID, { kind: 'case', value: NO }] });
    expect(said(text)).toMatchObject({ receipt: { note: bind.wrong.trim() } });
    expect(said(text)).not.toHaveProperty('join');
  });

  it('is never the code of a case whose sender must stay hidden', () => {
    for (const hidden of [{ secret: true }, { anonymous: true }, { kind: 'report' as const }]) {
      const decision = said(`绑定 ${NO} K7MP-A3XW`, { cited: knownCase('有人违建', 5, { no: NO, ...hidden }) });
      expect(decision).toMatchObject({ receipt: { note: bind.hidden.trim() } });
      expect(decision).not.toHaveProperty('join');
    }
  });

  it('is the code that went to the mailbox; the words are the same whoever’s it is', () => {
    const { claim, receipt, events } = said('我的邮箱是 zhang@example.com');
    expect(claim).toMatchObject({ claimant: OPENID, target: MAIL, code: expect.stringMatching(/^\w{8}$/) });
    expect(JSON.stringify([receipt, events])).not.toContain(claim?.code);
    expect(JSON.stringify(events)).not.toContain('zhang');
    expect(events[0]?.data).toMatchObject({ claim: 'email' });
    const open = { id: 'msg_9', target: MAIL, isRight: true, tries: 0 };
    const { join } = said('K7MPA3XW', { claim: { open, recent: 1 } });
    expect(join).toMatchObject({ how: 'code', claim: 'msg_9', keys: [OPENID, { ...MAIL, proved: true }] });
  });

  it('is no wrong code, which is counted, and no code that nobody was sent', () => {
    const open = { id: 'msg_9', target: MAIL, isRight: false, tries: 0 };
    const wrong = said('绑定 K7MPA3XW', { claim: { open, recent: 1 } });
    expect(wrong).toMatchObject({ tried: 'msg_9', receipt: { note: bind.wrong.trim() } });
    expect(wrong).not.toHaveProperty('join');
    expect(said('K7MPA3XW')).toMatchObject({ receipt: { note: city.replies.enquiry.unproved.trim() } });
  });

  it('is nothing that was only stated: without a way to it, it stays a hint', () => {
    const decision = said('我的手机号是13800000000', {}, false);
    expect(decision).toMatchObject({ claim: { target: { kind: 'phone' } }, receipt: { note: bind.unreached.trim() } });
    expect(decision.events[0]?.data).not.toHaveProperty('claim');
  });

  it('and is not asked for without end, nor in a group', () => {
    const many = said('我的邮箱是 zhang@example.com', { claim: { recent: MOST_CLAIMS_A_DAY } });
    expect(many).toMatchObject({ receipt: { note: bind.later.trim() } });
    expect(many).not.toHaveProperty('claim');
    const group = said('我的邮箱是 zhang@example.com', {}, true, { group: true });
    expect(group).toMatchObject({ receipt: { note: city.replies.group.trim() } });
    expect(group).not.toHaveProperty('claim');
  });
});
