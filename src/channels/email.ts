// Email: the mailbox, fetched by IMAP or received by SMTP, and the answers that go out by SMTP.
import { resolve } from 'node:dns/promises';
import { type Channel, defineChannel } from '../core/channel.ts';
import { files } from './email/files.ts';
import { read } from './email/read.ts';
import { type EmailSettings, settings } from './email/settings.ts';

export const email: Channel<EmailSettings> = defineChannel({
  name: 'email',
  settings,
  read,
  files,
  async open() {
    return { async close() {} };
  },
});
void resolve;
