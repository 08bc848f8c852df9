// Mail over real sockets: 250 only after the commit, a mailbox that loses nothing and is not touched, answers in the thread.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as secure } from 'node:tls';
import nodemailer from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { automatic } from '../../src/channels/email/automatic.ts';
import { parseMail } from '../../src/channels/email/parse.ts';
import type { EmailPayload } from '../../src/channels/email/read.ts';
import { email } from '../../src/channels/email.ts';
import type { Outgoing } from '../../src/core/channel.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Message } from '../../src/core/message.ts';
import { testDoor } from '../contract/channel.ts';
import { openMailbox } from '../simulators/imap.ts';
import { mailOf } from './mails.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The account's door, with the port it listens on and what it was handed; `trouble` makes the house refuse. */
async function house(block: object) {
  const settings = email.settings({ channel: 'email', ...block });
  let port = 0;
  let heard: (() => void) | undefined;
  const texts: string[] = [];
  const cells = new Map<string, string>();
  const trouble: { next: Error | undefined } = { next: undefined };
  const base = testDoor(email, settings);
  let late = 0;
  const door = {
    ...base,
    now: () => base.now() + late,
    later(milliseconds: number) {
      late += milliseconds;
    },
    cells: {
      get: async (name: string) => cells.get(name),
      put: async (name: string, value?: string) =>
        void (value === undefined ? cells.delete(name) : cells.set(name, value)),
    },
    async accept(payload: unknown) {
      const error = trouble.next;
      trouble.next = undefined;
      try {
        if (error) throw error;
        const accepted = await base.accept(payload);
        texts.push((payload as EmailPayload).mail?.reply ?? '');
        return accepted;
      } finally {
        heard?.();
      }
    },
    log: {
      ...base.log,
      info(detail: object) {
        if ('port' in detail) port = Number(detail.port);
      },
    },
  };
  const opened = await email.open(settings, door);
  closing.push(() => opened.close());
  const next = () =>
    new Promise<void>((resolve) => {
      heard = resolve;
    });
  return { door, opened, texts, cells, trouble, next, port: () => port };
}

const send = async (port: number, raw: Buffer, from = 'zhang@example.com') => {
  const client = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  try {
    return await client.sendMail({ envelope: { from, to: 'hotline@city.example.cn' }, raw });
  } finally {
    client.close();
  }
};
const full = () => new GatewayError({ code: 'disk_full', message: 'the disk is full', retryable: true });

describe('mail by SMTP', () => {
  it('is answered 250 once it is stored, 452 when it cannot be, 554 when it is no mail, and 552 when it is too large', async () => {
    const { port, texts, trouble } = await house({ smtp: { listen: 0, maxBytes: 65_536 } });
    expect((await send(port(), mailOf())).response).toMatch(/^250/);
    expect(texts).toEqual(['海曙区段塘街道的路灯坏了三天，晚上很黑。']);
    trouble.next = full();
    await expect(send(port(), mailOf())).rejects.toMatchObject({ responseCode: 452 });
    await expect(send(port(), Buffer.from('\r\nno headers\r\n'))).rejects.toMatchObject({ responseCode: 554 });
    const large = mailOf({ text: '长'.repeat(60_000) });
    await expect(send(port(), large)).rejects.toMatchObject({ responseCode: 552 });
    expect(texts).toHaveLength(1);
  });

  it('is taken but opens nothing when a program sent it', async () => {
    const { port, door } = await house({ smtp: { listen: 0 } });
    expect((await send(port(), mailOf({ subject: '自动回复: 路灯不亮' }))).response).toMatch(/^250/);
    expect((await send(port(), mailOf(), '')).response).toMatch(/^250/);
    expect(door.payloads).toEqual([]);
  });
});

/** A certificate of its own for 127.0.0.1; undefined where there is no openssl to make it. */
function certificate(folder: string, name: string): { cert: string; key: string } | undefined {
  const files = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') };
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const made = spawnSync('openssl', [...kind, '-subj', `/CN=${name}`, '-keyout', files.key, '-out', files.cert]);
  return made.status === 0 ? files : undefined;
}

describe('mail by SMTP with STARTTLS', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'civicline-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const files = certificate(folder, 'first');
  if (!files) console.warn('SKIPPED: there is no openssl to make a certificate with');

  /** Hands a mail over by TLS; resolves with the name on the server's certificate. */
  async function sendSecurely(port: number): Promise<string> {
    const options = { rejectUnauthorized: true, checkServerIdentity: () => undefined };
    const ca = readFileSync(files?.cert ?? '');
    const client = nodemailer.createTransport({ host: '127.0.0.1', port, requireTLS: true, tls: { ...options, ca } });
    const plain = connect({ host: '127.0.0.1', port });
    const name = await peerName(plain);
    await client.sendMail({ envelope: { from: 'zhang@example.com', to: 'hotline@city.example.cn' }, raw: mailOf() });
    client.close();
    return name;
  }

  it.skipIf(!files)(
    'is taken by TLS, refused without it where it is required, and a renewed certificate is used',
    async () => {
      const { port, texts, door } = await house({ smtp: { listen: 0, tls: { ...files, required: true } } });
      await expect(send(port(), mailOf())).rejects.toMatchObject({ responseCode: 530 });
      expect(texts).toEqual([]);
      expect(await sendSecurely(port())).toBe('first');
      expect(texts).toHaveLength(1);
      certificate(folder, 'second');
      door.later(120_000);
      expect(await sendSecurely(port())).toBe('second');
    },
  );

  it.skipIf(!files)('names the certificate that cannot be read, and does not open', async () => {
    const tls = { cert: path.join(folder, 'none.pem'), key: files?.key };
    await expect(house({ smtp: { listen: 0, tls } })).rejects.toMatchObject({
      code: 'bad_settings',
      field: 'smtp.tls',
    });
  });
});

/** Asks for STARTTLS by hand, and reads whose certificate it is. */
async function peerName(socket: Socket): Promise<string> {
  const say = async (line: string): Promise<void> => {
    socket.write(`${line}\r\n`);
    await once(socket, 'data');
  };
  await once(socket, 'data');
  await say('EHLO test');
  await say('STARTTLS');
  const secured = secure({ socket, rejectUnauthorized: false });
  await once(secured, 'secureConnect');
  const name = String(secured.getPeerCertificate().subject.CN);
  secured.destroy();
  return name;
}

describe('a sender who hangs up in the middle of a mail', () => {
  it('takes no room from those who come later', async () => {
    const { port } = await house({ smtp: { listen: 0 } });
    const lump = Buffer.alloc(27 * 1_048_576, 'a line of a mail that never ends\r\n');
    for (let i = 0; i < 5; i += 1) {
      const socket = connect({ host: '127.0.0.1', port: port() });
      for (const line of ['', 'EHLO x', 'MAIL FROM:<a@b.c>', 'RCPT TO:<a@b.c>', 'DATA']) {
        if (line !== '') socket.write(`${line}\r\n`);
        await once(socket, 'data');
      }
      await new Promise((resolve) => socket.write(lump, resolve));
      socket.destroy();
    }
    expect((await send(port(), mailOf())).response).toMatch(/^250/);
  });
});

describe('a mailbox read by IMAP', () => {
  const imap = (port: number) => ({ imap: { host: '127.0.0.1', port, secure: false, user: 'a', password: 'b' } });

  it('begins with unread mail, goes on with what comes, and marks nothing', async () => {
    const box = await openMailbox();
    closing.push(() => box.close());
    box.put(mailOf({ text: '读过的旧信，不必再办。' }), ['\\Seen', 'old']);
    box.put(mailOf({ id: '<two@example.com>', text: '井盖丢了，请尽快补上。' }));
    const { texts, next, cells } = await house(imap(box.port));
    await next();
    await expect.poll(() => cells.get('imap')).toContain('"uid":2');
    const came = next();
    box.put(mailOf({ id: '<three@example.com>', text: '公交站台没有灯，请装上。' }));
    await came;
    expect(texts.at(-1)).toBe('公交站台没有灯，请装上。');
    expect(box.said.filter((line) => /STORE|EXPUNGE|MOVE|COPY|SELECT/.test(line))).toEqual([]);
    await expect.poll(() => cells.get('imap')).toContain('"uid":3');
  });

  it('hears of a mail that came while it was fetching another', async () => {
    const box = await openMailbox();
    closing.push(() => box.close());
    const later = mailOf({ id: '<later@example.com>', text: '公交站台没有灯，请装上。' });
    box.watch.fetching = (uid) => {
      if (uid === 1) box.put(later);
    };
    box.put(mailOf());
    const { texts } = await house(imap(box.port));
    await expect.poll(() => texts.length, { timeout: 4_000 }).toBe(2);
    expect(texts.at(-1)).toBe('公交站台没有灯，请装上。');
  });

  it('reads a mail again when the house broke between fetching and storing it', async () => {
    const box = await openMailbox();
    closing.push(() => box.close());
    box.put(mailOf());
    const { texts, trouble, next, cells, opened } = await house(imap(box.port));
    trouble.next = full();
    await next();
    expect([texts, cells.get('imap')]).toEqual([[], undefined]);
    await next();
    expect(texts).toHaveLength(1);
    await opened.close();
  });

  it('passes over a mail at which the house itself fails again and again, and takes in those behind it', async () => {
    const box = await openMailbox();
    closing.push(() => box.close());
    box.put(mailOf({ id: '<poison@example.com>' }));
    box.put(mailOf({ id: '<two@example.com>', text: '井盖丢了，请尽快补上。' }));
    const { texts, trouble, next, cells } = await house(imap(box.port));
    for (let tries = 0; tries < 3; tries += 1) {
      trouble.next = new TypeError('a fault of our own');
      await next();
    }
    await expect.poll(() => texts, { timeout: 8_000 }).toEqual(['井盖丢了，请尽快补上。']);
    await expect.poll(() => cells.get('imap')).toContain('"uid":2');
  }, 20_000);

  it('looks at everything since its first start again when the server has numbered the mailbox anew', async () => {
    const box = await openMailbox();
    closing.push(() => box.close());
    box.put(mailOf());
    const { next, cells, texts } = await house(imap(box.port));
    await next();
    await expect.poll(() => cells.get('imap')).toContain('"validity":"7"');
    box.renumber(8);
    const again = next();
    box.cut();
    await again;
    await expect.poll(() => cells.get('imap')).toContain('"validity":"8"');
    expect(texts).toHaveLength(2); // the store knows the Message-ID: a repeat
  });
});

describe('an answer by mail', () => {
  it('waits while the mail server refuses the account’s password: somebody mends that', async () => {
    const sink = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(Object.assign(new Error('authentication failed'), { responseCode: 535 })),
    });
    const listening = sink.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    closing.push(() => new Promise<void>((resolve) => sink.close(() => resolve())));
    const address = listening.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const login = { user: 'hotline', password: 'of last year' };
    const { opened } = await house({
      outgoing: { host: '127.0.0.1', port, from: 'hotline@city.example.cn', ...login },
    });
    const to = {
      keys: [{ kind: 'email', scope: '', value: 'zhang@example.com', proved: true }],
      anonymous: false,
      secret: false,
    };
    const message = { text: '路灯已经修好。' } as Message;
    const outgoing: Outgoing = { id: 'out_1', message, caseNo: '26112469326064', to, purpose: 'answer', earlier: 0 };
    await expect(opened.send?.(outgoing)).rejects.toMatchObject({ code: 'unreachable', retryable: true });
  });

  it('goes out in the citizen’s thread, and no program will answer it nor we ourselves', async () => {
    const mails: Buffer[] = [];
    const sink = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      async onData(stream, _session, done) {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk);
        mails.push(Buffer.concat(chunks));
        done();
      },
    });
    const listening = sink.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    closing.push(() => new Promise<void>((resolve) => sink.close(() => resolve())));
    const address = listening.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { opened } = await house({ outgoing: { host: '127.0.0.1', port, from: 'hotline@city.example.cn' } });
    const key = { kind: 'email', scope: '', value: 'zhang@example.com', proved: true };
    const to = { keys: [key], anonymous: false, secret: false };
    const inReply = { externalId: '<one@example.com>', title: '路灯不亮' } as Message;
    const message = { text: '路灯已经修好。' } as Message;
    const caseNo = '26112469326064';
    const outgoing: Outgoing = { id: 'out_1', message, caseNo, to, purpose: 'answer', inReply, earlier: 0 };
    const id = await opened.send?.(outgoing);
    const [raw = Buffer.alloc(0)] = mails;
    const { mail } = await parseMail(raw);
    expect(mail.messageId).toBe(id);
    expect(mail.answers).toEqual(['<one@example.com>']);
    expect(mail.subject).toBe('Re: 路灯不亮 [12345-26112469326064]');
    expect(mail.headers).toContainEqual(['auto-submitted', 'auto-replied']);
    expect(mail.text).toContain('路灯已经修好。');
    expect(automatic(mail)).toBeDefined();
    await new Promise<void>((resolve) => sink.close(() => resolve()));
    closing.pop();
    await expect(opened.send?.(outgoing)).rejects.toMatchObject({ code: 'unreachable', retryable: true });
  });
});
