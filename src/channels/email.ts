// Email: a mailbox fetched by IMAP or mail received by SMTP, read as citizens' messages, and answers that go out by SMTP.
import { Resolver as Dns } from 'node:dns/promises';
import { type Channel, type Door, defineChannel } from '../core/channel.ts';
import type { Envelope, Resolver } from './email/auth.ts';
import { files } from './email/files.ts';
import { fetchMail } from './email/imap.ts';
import { openSender } from './email/outgoing.ts';
import { read } from './email/read.ts';
import { type EmailSettings, settings } from './email/settings.ts';
import { listen } from './email/smtp.ts';
import { take } from './email/take.ts';

const DNS = { timeout: 2_000, tries: 2 };

async function open(account: EmailSettings, door: Door) {
  const dns = new Dns(DNS);
  const resolver: Resolver = (name, type) => dns.resolve(name, type);
  const receive = (bytes: Uint8Array, envelope?: Envelope) =>
    take(bytes, account, door, { resolver, ...(envelope ? { envelope } : {}) });
  const sender = account.outgoing && openSender(account.outgoing, () => door.now());
  const listening = account.smtp && (await listen(account.smtp, door, receive));
  if (listening) door.log.info({ account: door.account, port: listening.port }, 'receiving mail by SMTP');
  const fetching = account.imap && fetchMail(account.imap, door, (bytes) => receive(bytes));
  return {
    async close() {
      await fetching?.close();
      await listening?.close();
      sender?.close();
    },
    ...(listening ? { port: listening.port } : {}),
    ...(sender
      ? {
          send: sender.send,
          outward: { receipts: 'queue', reaches: 'email' } as const,
        }
      : {}),
  };
}

export const email: Channel<EmailSettings> = defineChannel({ name: 'email', settings, read, open, files });
