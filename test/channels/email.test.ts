// The email channel keeps every channel’s promises; it reads what Chinese mail really is, and knows whose words they are.
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import nodemailer from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { verify } from '../../src/channels/email/auth.ts';
import { automatic } from '../../src/channels/email/automatic.ts';
import type { Mail } from '../../src/channels/email/mail.ts';
import { parseMail } from '../../src/channels/email/parse.ts';
import { openParser } from '../../src/channels/email/parser.ts';
import { newWords } from '../../src/channels/email/quotes.ts';
import { messageIdOf, threadOf } from '../../src/channels/email/thread.ts';
import { email } from '../../src/channels/email.ts';
import { GatewayError, Unreadable } from '../../src/core/errors.ts';
import { channelContract } from '../contract/channel.ts';
import { mailOf, payloadOf } from './mails.ts';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
const port = await freePort();
const block = {
  channel: 'email',
  smtp: { listen: `127.0.0.1:${port}` },
  outgoing: { host: '127.0.0.1', port: 25, from: 'hotline@city.example.cn' },
};
const settings = email.settings(block);

channelContract(email, {
  settings: block,
  badSettings: { block: { channel: 'email', imap: { host: 'mail.example.cn', port: 993 } }, names: 'imap' },
  async arrive(_door, payload) {
    const raw = Buffer.from((payload as { raw: string }).raw, 'base64');
    const client = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
    try {
      return await client.sendMail({ envelope: { from: 'zhang@example.com', to: settings.outgoing?.from ?? '' }, raw });
    } catch (cause) {
      throw new GatewayError({ code: 'not_sent', message: 'the mail did not arrive', retryable: true, cause });
    }
  },
});

const CASE = '26112469326064';
const one = async (mail: Buffer, more: object = {}) => (await email.read({ ...payloadOf(mail), ...more }, settings))[0];

describe('what a mail says', () => {
  it.each([
    ['GB18030 called gb2312', { label: 'gb2312', charset: 'gb18030' }],
    ['GB18030 called gbk', { label: 'GBK', charset: 'gb18030' }],
    ['UTF-8 called Big5', { label: 'Big5', charset: 'utf-8' }],
    ['UTF-8 called gb2312', { label: 'gb2312', charset: 'utf-8' }],
    ['UTF-8', {}],
  ])('is read from %s, rare characters and all', async (_, how) => {
    const text = '㐀先生住在𠮷祥里，门口的路灯😀不亮。';
    const said = await one(mailOf({ ...how, subject: '𠮷祥里的路灯', text }));
    expect([said?.title, said?.text]).toEqual(['𠮷祥里的路灯', text]);
  });

  it('is a subject alone, where there is no more', async () => {
    expect(await one(mailOf({ subject: '人民路路灯不亮', text: '' }))).toMatchObject({ text: '人民路路灯不亮' });
    await expect(one(mailOf({ subject: '', text: '' }))).rejects.toBeInstanceOf(Unreadable);
  });

  it('goes on about the case whose answer it answers, else about the one its subject names', async () => {
    const ours = messageIdOf(CASE, 'out_1', 'hotline@city.example.cn');
    const thread = (headers: string[], subject = '路灯') =>
      one(mailOf({ subject, headers })).then((said) => said?.thread);
    expect(await thread([`In-Reply-To: ${ours}`])).toEqual({ caseNo: CASE, inReplyTo: ours });
    expect(await thread([`References: <a@b>, ${ours} (comment)`])).toMatchObject({ caseNo: CASE });
    expect(await thread([`In-Reply-To: ${ours.replace('city', 'other')}`])).not.toHaveProperty('caseNo');
    expect(await thread([], `回复：路灯 [12345-${CASE}]`)).toEqual({ caseNo: CASE });
    expect(await thread([], '路灯 [12345-26112469326065]')).toBeUndefined();
    expect(threadOf({ answers: [], subject: `查询 ${CASE} K7MP-A3XW`, reply: '' })).toEqual({
      caseNo: CASE,
      queryCode: 'K7MPA3XW',
    });
  });

  it('proves the mailbox only when authentication passed, and the verdict stays with the original', async () => {
    const auth = { spf: 'pass', dkim: 'pass', dmarc: 'pass', aligned: true };
    const proved = await one(mailOf(), { auth });
    expect(proved?.sender.keys).toEqual([{ kind: 'email', scope: '', value: 'zhang@example.com', proved: true }]);
    expect(proved?.raw?.content).toMatch(/^Authentication-Results: civicline; spf=pass; dkim=pass; dmarc=pass\r\n/);
    const failed = await one(mailOf(), { auth: { ...auth, dmarc: 'fail', aligned: false } });
    expect(failed?.sender.keys[0]?.proved).toBe(false);
    expect([failed?.doubts, proved?.doubts]).toEqual([['sender_forged'], undefined]);
    const two = await one(mailOf({ from: '<zhang@example.com>, <li@example.com>' }), { auth });
    expect(two?.sender.keys[0]?.proved).toBe(false);
  });

  it('is verified by the sender’s domain, and by nothing where nobody answers', async () => {
    const dns = async (name: string, type: string) => {
      if (name === 'example.com' && type === 'TXT') return [['v=spf1 ip4:192.0.2.1 -all']];
      throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
    };
    const envelope = { ip: '192.0.2.1', helo: 'mx.example.com', sender: 'zhang@example.com' };
    expect(await verify(mailOf(), envelope, dns)).toMatchObject({ spf: 'pass', aligned: true });
    expect(await verify(mailOf(), { ...envelope, ip: '192.0.2.9' }, dns)).toMatchObject({
      spf: 'fail',
      aligned: false,
    });
    expect(await verify(mailOf(), { ...envelope, sender: 'zhang@elsewhere.com' }, dns)).toMatchObject({
      aligned: false,
    });
    const silence = () => Promise.reject(Object.assign(new Error('none'), { code: 'ECONNREFUSED' }));
    expect(await verify(mailOf(), envelope, silence)).toMatchObject({ aligned: false });
  });
});

describe('mail that no person wrote', () => {
  const plain: Mail = {
    ...{ headers: [], from: [{ address: 'zhang@example.com' }], subject: '路灯不亮', messageId: '<a@b>', answers: [] },
    ...{
      text: '路灯不亮',
      reply: '路灯不亮',
      uncertain: false,
      fromHtml: false,
      cut: false,
      types: ['text/plain'],
      source: '',
    },
  };
  it.each<[string, Partial<Mail>]>([
    ['a delivery report', { types: ['multipart/report; report-type=delivery-status'] }],
    ['a read receipt', { types: ['multipart/mixed', 'message/disposition-notification'] }],
    ['what says so by RFC 3834', { headers: [['auto-submitted', 'auto-replied (vacation)']] }],
    ['an empty return path', { headers: [['return-path', '<>']] }],
    ['a holiday note of QQ, which has no header for it', { subject: '自动回复: 路灯不亮' }],
    ['a bounce of QQ', { subject: '系统退信' }],
    ['a mailer daemon', { from: [{ address: 'MAILER-DAEMON@mx.example.com' }] }],
    [
      'a mailing list',
      {
        headers: [
          ['precedence', 'bulk'],
          ['list-id', '<a.b>'],
        ],
      },
    ],
    ['our own mail', { from: [{ address: 'hotline@city.example.cn' }] }],
    ['a mail that goes round', { headers: Array.from({ length: 60 }, () => ['received', 'x'] as [string, string]) }],
  ])('is known: %s', (_, mark) => {
    expect(automatic({ ...plain, ...mark }, ['hotline@city.example.cn'])).toBeDefined();
  });

  it('is not what a person writes, about automatic things too', () => {
    expect(
      automatic({
        ...plain,
        headers: [
          ['auto-submitted', 'no'],
          ['precedence', 'bulk'],
        ],
      }),
    ).toBeUndefined();
    expect(
      automatic({ ...plain, subject: '贵单位的自动回复没有用', text: '每次都收到自动回复，没有人管。' }),
    ).toBeUndefined();
  });
});

describe('the new words of a reply', () => {
  const OLD = '路灯已经报修。';
  it.each([
    [
      'QQ',
      `还是不亮。\n\n------------------ 原始邮件 ------------------\n发件人: "12345" <a@b.cn>;\n发送时间: 2026年11月24日\n主题: 路灯\n\n${OLD}`,
    ],
    [
      'Foxmail and NetEase',
      `还是不亮。\n\n发件人： 12345\n发送时间： 2026-11-24 15:00\n收件人： 张\n主题： 路灯\n\n${OLD}`,
    ],
    ['NetEase with 写道', `还是不亮。\n\n在 2026-11-24 15:00:00，"12345" <a@b.cn> 写道：\n> ${OLD}`],
    [
      'Outlook',
      `还是不亮。\n\n________________________________\n发件人: 12345 <a@b.cn>\n发送时间: 2026年11月24日 15:00\n收件人: 张\n主题: 路灯\n\n${OLD}`,
    ],
    ['a telephone', `还是不亮。\n\n发自我的iPhone\n\n> 在 2026年11月24日，15:00，12345 <a@b.cn> 写道：\n> \n> ${OLD}`],
    ['Gmail', `还是不亮。\n\n12345 <a@b.cn> 于2026年11月24日周二 15:00写道：\n\n> ${OLD}\n`],
  ])('are all that is left of a reply by %s', (_, text) => {
    expect(newWords(text)).toEqual({ text: '还是不亮。', uncertain: false });
  });

  it('are kept whole, and that is said, where answers stand between the quoted lines', () => {
    const text = '逐条回复：\n> 路灯修好了吗？\n没有。\n> 井盖呢？\n也没有。';
    expect(newWords(text)).toEqual({ text, uncertain: true });
  });

  it('lose nothing of a sentence that ends in 写道： or a line that begins 发件人', () => {
    const text = '通知里写道：\n明天停水。\n发件人: 这里是正文。';
    expect(newWords(text)).toEqual({ text, uncertain: false });
  });
});

/** The same for whole mails as programs write them; `held-out` was written when the rules stood. */
interface Written {
  readonly name: string;
  readonly text: string;
  readonly expected: object;
}
interface Replies {
  repliesIn(file: string): Written[];
  rightly(found: object, expected: object): boolean;
  mailsIn(file: string): { readonly name: string; readonly bytes: Uint8Array; readonly automatic: boolean }[];
}
const { repliesIn, rightly, mailsIn }: Replies = await import(
  String(new URL('../../bench/lib/replies.mjs', import.meta.url))
);

describe('a made-up mail', () => {
  for (const { name, bytes, automatic: byProgram } of mailsIn(
    fileURLToPath(new URL('../fixtures/email/automatic.txt', import.meta.url)),
  ))
    it(`${name} is known to be ${byProgram ? 'a program’s' : 'a person’s'}`, async () => {
      const { mail } = await parseMail(bytes);
      const why = automatic(mail);
      expect([why, why !== undefined]).toEqual([why, byProgram]);
    });
});

describe('a header in bare UTF-8', () => {
  it.each(['Ответ на жалобу', 'Réponse à la question', '路灯不亮'])('is read as what it is: %s', async (subject) => {
    const head = `From: a@example.com\r\nSubject: ${subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nx`;
    expect((await parseMail(Buffer.from(head))).mail.subject).toBe(subject);
  });
});

describe.each(['tuning', 'held-out', 'fresh'])('the new words of made-up mails, %s', (part) => {
  const file = fileURLToPath(new URL(`../fixtures/email/replies-${part}.txt`, import.meta.url));
  for (const { name, text, expected } of repliesIn(file))
    it(`are told by ${name}`, () => {
      const found = newWords(text);
      expect([found, rightly(found, expected)]).toEqual([found, true]);
    });
});

describe('a mail too heavy', () => {
  it('is given up in time, while the house goes on, and the next one is read', async () => {
    const parser = openParser({ milliseconds: 300, megabytes: 64 });
    const heavy = Buffer.concat([
      Buffer.from(`To: ${'a@b.c, '.repeat(60_000)}\r\n\r\n`),
      Buffer.alloc(6_000_000, 0x3e),
    ]);
    await expect(parser.parse(heavy)).rejects.toBeInstanceOf(Unreadable);
    const patient = openParser();
    expect((await patient.parse(mailOf())).mail.subject).toBe('路灯不亮');
  });
});
