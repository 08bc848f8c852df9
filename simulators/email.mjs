// A citizen with a mail program, and the city's mail server: hands mail over by SMTP or lays it into a mailbox, and takes in the answers.
import { once } from 'node:events';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { openMailbox } from './lib/imap.mjs';
import { sendMail } from './lib/send-mail.mjs';

export const options = {
  /** The account's `smtp.listen`; without it mail comes by the mailbox, `imap` of the account. */
  smtp: { type: 'string' },
  from: { type: 'string', default: 'zhang@example.com' },
  to: { type: 'string', default: 'hotline@example.gov.cn' },
  subject: { type: 'string', default: '请帮忙解决' },
};

/** The mailbox stands at `port` (imap of the account, `secure: false`), the server for answers at `port + 1` (outgoing). */
export async function platform({ port = '0', told = () => {} }) {
  // Numbered anew at each start: what lies in it was never there before.
  const box = await openMailbox(Number(port), Math.floor(Date.now() / 1000));
  const sent = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    async onData(stream, _session, done) {
      const chunks = [];
      try {
        for await (const chunk of stream) chunks.push(chunk);
      } catch (error) {
        return done(error); // the sender hung up in the middle
      }
      const raw = Buffer.concat(chunks);
      sent.push(raw);
      const { to, subject, text } = await simpleParser(raw);
      told(`${to?.text}: ${subject}\n${text}`, raw);
      done();
    },
  });
  // What is said of its socket is heard at the socket, below; what is said of a sender who hung up is nothing.
  server.on('error', () => {});
  const listening = server.listen(Number(port) === 0 ? 0 : Number(port) + 1, '127.0.0.1');
  try {
    await once(listening, 'listening');
  } catch (error) {
    await box.close();
    throw error;
  }
  const ports = { imap: box.port, outgoing: listening.address().port };
  platform.box = box;
  return {
    url: `imap://127.0.0.1:${ports.imap}`,
    says: `the mailbox (imap) is 127.0.0.1:${ports.imap}, the server for answers (outgoing) 127.0.0.1:${ports.outgoing}`,
    ports,
    box,
    sent,
    async close() {
      await new Promise((resolve) => server.close(resolve));
      await box.close();
    },
  };
}

const encoded = (words) => `=?utf-8?B?${Buffer.from(words).toString('base64')}?=`;
let last = 0;

/** A mail as a program writes it. `headers` are whole lines. */
export function mailOf(
  { from = 'zhang@example.com', to = 'hotline@example.gov.cn', subject, headers = [], id },
  words,
) {
  last += 1;
  return Buffer.from(
    [
      `From: <${from}>`,
      `To: <${to}>`,
      `Subject: ${encoded(subject)}`,
      `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: ${id ?? `<sim-${Date.now()}-${last}@example.com>`}`,
      ...headers,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(words).toString('base64').replace(/.{76}/g, '$&\r\n'),
      '',
    ].join('\r\n'),
  );
}

export async function say({ smtp, from, to, subject = '请帮忙解决', tls }, words, more = {}) {
  const raw = mailOf({ ...(from ? { from } : {}), ...(to ? { to } : {}), subject, ...more }, words);
  if (smtp) return sendMail(raw, { port: smtp, ...(from ? { from } : {}), ...(to ? { to } : {}), ...tls });
  platform.box.put(raw);
  return '(laid into the mailbox; the words come by mail)';
}
