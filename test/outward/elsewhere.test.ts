// Where nobody may write to the citizen where they wrote: the next channel is one they proved, and never one that would tell who they are.
import { afterEach, describe, expect, it } from 'vitest';
import type { Opened, Outgoing } from '../../src/core/channel.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Message } from '../../src/core/message.ts';
import { Heard } from '../../src/outward/heard.ts';
import { otherPlaces } from '../../src/outward/places.ts';
import { NOW } from '../core/example.ts';
import { HOUR, house, OPENID, type Saying, WORDS } from './house.ts';

const MAIL = { kind: 'email', scope: '', value: 'zhang@example.com', proved: true };
const SECOND = { kind: 'openid', scope: 'oa', value: 'o9', proved: true };

describe('an answer whose window has closed', () => {
  let one: ReturnType<typeof house>;
  afterEach(() => one.close());

  /** WeChat with its window, a mail account that may write first, and a second account with a window. */
  async function opened() {
    one = house({ receipts: 'channel', windowMs: 48 * HOUR });
    const went: Record<'mail' | 'oa', Outgoing[]> = { mail: [], oa: [] };
    const platform = { mail: async (): Promise<undefined> => undefined };
    one.channels.set('mail', {
      close: async () => {},
      outward: { receipts: 'queue', reaches: 'email' },
      async send(outgoing) {
        went.mail.push(outgoing);
        return platform.mail();
      },
    });
    one.channels.set('oa', {
      close: async () => {},
      outward: { receipts: 'channel', windowMs: HOUR },
      async send(outgoing) {
        went.oa.push(outgoing);
        return undefined;
      },
    });
    await one.open();
    const late = async (caseNo: string) => {
      one.clock.now += 49 * HOUR;
      await one.answer(caseNo, '路灯已修复');
      await one.settle();
    };
    /** As the citizen does it: number and code of the case, typed in elsewhere. */
    const bind = async (caseNo: string, queryCode: string, more: Saying) => {
      const receipt = await one.say(`绑定 ${caseNo} ${queryCode}`, more);
      await one.settle();
      return receipt.note;
    };
    const rows = async (caseNo: string) =>
      (await one.store.outgoingOf(caseNo)).map(({ purpose, state, account, why }) => [purpose, state, account, why]);
    return { ...one, went, platform, late, bind, rows };
  }
  const there: Saying = { account: 'mail', key: MAIL };

  it('goes to the mailbox they proved to be theirs, and the case shows which way it went', async () => {
    const { say, bind, late, went, sent, rows } = await opened();
    const { caseNo = '', queryCode = '' } = await say(WORDS);
    expect(await bind(caseNo, queryCode, there)).toContain('绑定好了');
    went.mail.length = 0;
    await late(caseNo);
    expect(sent).toEqual([]);
    expect(went.mail.map((mail) => [mail.to.email, mail.message.text])).toEqual([
      [MAIL.value, expect.stringContaining('路灯已修复')],
    ]);
    expect(await rows(caseNo)).toEqual([['answer', 'sent', 'mail', 'other_channel']]);
  });

  it('never goes to an address that was only stated: it waits for their next word', async () => {
    const { say, late, went, rows, settle, sent } = await opened();
    const { caseNo = '' } = await say(WORDS, { email: 'somebody@example.com' });
    await say('我的邮箱是 somebody@example.com');
    await settle();
    const code = went.mail.splice(0);
    expect(code.map(({ purpose }) => purpose)).toEqual(['code']);
    await late(caseNo);
    expect([went.mail, went.oa]).toEqual([[], []]);
    expect(await rows(caseNo)).toEqual([['answer', 'waiting', 'kf', 'window_closed']]);
    await say('谢谢');
    await settle();
    expect(sent).toHaveLength(1);
  });

  it('is woken when they bind another channel, where they spoke this minute', async () => {
    const { say, bind, late, went, rows } = await opened();
    const { caseNo = '', queryCode = '' } = await say(WORDS);
    await late(caseNo);
    expect(await rows(caseNo)).toEqual([['answer', 'waiting', 'kf', 'window_closed']]);
    await bind(caseNo, queryCode, { account: 'oa', key: SECOND });
    expect(went.oa.map(({ to, caseNo: no }) => [to.keys[0]?.value, no])).toEqual([['o9', caseNo]]);
    expect(await rows(caseNo)).toEqual([['answer', 'sent', 'oa', 'other_channel']]);
  });

  it('is woken by a word on a channel they bound before, whatever they say there', async () => {
    const { say, bind, late, went, rows, settle, clock } = await opened();
    const { caseNo = '', queryCode = '' } = await say(WORDS);
    await bind(caseNo, queryCode, { account: 'oa', key: SECOND });
    await late(caseNo);
    expect([went.oa, await rows(caseNo)]).toEqual([[], [['answer', 'waiting', 'kf', 'window_closed']]]);
    clock.now += HOUR;
    await say('在吗', { account: 'oa', key: SECOND, group: true });
    await settle();
    expect(went.oa).toEqual([]);
    await say('你好', { account: 'oa', key: SECOND });
    await settle();
    expect(went.oa.map(({ purpose }) => purpose)).toEqual(['answer']);
  });

  it('waits where they wrote when the next channel does not take it', async () => {
    const { say, bind, late, platform, rows, settle, sent } = await opened();
    const { caseNo = '', queryCode = '' } = await say(WORDS);
    await bind(caseNo, queryCode, there);
    platform.mail = async () => {
      throw new GatewayError({ code: 'refused', message: 'x', retryable: false });
    };
    await late(caseNo);
    expect(await rows(caseNo)).toEqual([['answer', 'waiting', 'kf', 'refused']]);
    await say('好的');
    await settle();
    expect([sent.length, await rows(caseNo)]).toEqual([1, [['answer', 'sent', 'kf', undefined]]]);
  });

  it('of an anonymous case goes to nothing they used elsewhere, though the house knows whose it is', async () => {
    const { say, bind, late, went, rows } = await opened();
    const known = await say(WORDS);
    expect(await bind(known.caseNo ?? '', known.queryCode ?? '', there)).toContain('绑定好了');
    went.mail.length = 0;
    const { caseNo = '' } = await say('中山路有人占道经营，天天如此，没有人管', { anonymous: true });
    expect(caseNo).not.toBe(known.caseNo);
    await late(caseNo);
    expect([went.mail, await rows(caseNo)]).toEqual([[], [['answer', 'waiting', 'kf', 'window_closed']]]);
  });
});

describe('the places besides the one they wrote from', () => {
  const word: Message = {
    ...{ id: 'msg_1', tenant: '330200', level: 'city', channel: 'email', account: 'mail', direction: 'in' },
    ...{ externalId: '<1@x>', externalIdGiven: true, contentHash: '', text: '', parts: [], verified: 'none' },
    ...{ receivedAt: new Date(NOW).toISOString(), sentAt: new Date(NOW).toISOString() },
    sender: { keys: [MAIL], anonymous: false, secret: false },
  };
  const channel: Opened = { close: async () => {}, send: async () => undefined, outward: { receipts: 'queue' } };
  /** A store that would tell: the guard must not lean on the store's own. */
  const talkative = {
    partyOf: async () => ({
      ...{ cases: ['2'], stated: [] },
      party: {
        id: 'par_1',
        tenant: '330200',
        keys: [OPENID, MAIL].map((k) => ({ ...k, id: '', how: 'code', at: '' }) as const),
      },
    }),
    messagesOf: async () => [{ ...word, account: 'oa', sender: { ...word.sender, keys: [OPENID] } }],
  };

  it.each([
    ['anyone', {}, ['oa', 'mail']],
    ['who is anonymous', { anonymous: true }, []],
    ['who asked for secrecy', { secret: true }, []],
    ['who informs', { kind: 'report' as const }, []],
  ])('of %s', async (_, more, accounts) => {
    const channels = new Map<string, Opened>([
      ['oa', channel],
      ['mail', { ...channel, outward: { receipts: 'queue', reaches: 'email' } }],
    ]);
    const one = house();
    await one.open();
    const { caseNo = '' } = await one.say(WORDS);
    const c = await one.store.findCase(caseNo);
    if (!c) throw new Error('no case');
    const deps = { store: talkative, channels, heard: new Heard() };
    const places = await otherPlaces({ ...c, ...more }, { account: 'kf' }, [], deps);
    expect(places.map(({ account }) => account)).toEqual(accounts);
    const inOwn = await otherPlaces({ ...c, ...more }, { account: 'kf' }, [word], deps);
    expect(inOwn.map(({ account }) => account)).toContain('mail');
    await one.close();
  });
});
