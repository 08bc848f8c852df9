// Files: mails of an archive, one a file or many in a mailbox file (mbox).
import type { FileItem, SourceFile } from '../../core/archive.ts';
import type { Door } from '../../core/channel.ts';
import { Unreadable } from '../../core/errors.ts';
import { type EmailSettings, MOST_BYTES } from './settings.ts';
import { ready } from './take.ts';

/** An mbox line that begins a mail: From, the sender, a time with its year. */
const BEGINS = /^From \S+.{0,60}\d{4}\s*$/;

/** Nothing of an archive is verified: who signed it years ago can no longer be asked. */
export async function* files(
  file: SourceFile,
  settings: EmailSettings,
  means: Pick<Door, 'blob' | 'now'>,
): AsyncGenerator<FileItem> {
  let row = 0;
  for await (const bytes of mailsOf(file)) {
    row += 1;
    const at = bytes.many ? { row } : {};
    yield { ...at, ...(await item(bytes.mail, settings, means)) };
  }
}

async function item(mail: Uint8Array, settings: EmailSettings, means: Pick<Door, 'blob' | 'now'>): Promise<FileItem> {
  if (mail.length > MOST_BYTES) return { refused: `the mail is over ${MOST_BYTES / 1_048_576} MB` };
  try {
    return await ready(mail, settings, { blob: (kept, info) => means.blob(kept, info), now: () => means.now() });
  } catch (error) {
    if (error instanceof Unreadable) return { refused: error.message };
    throw error;
  }
}

interface Found {
  readonly mail: Uint8Array;
  readonly many: boolean;
}

async function* mailsOf(file: SourceFile): AsyncGenerator<Found> {
  let mail: Buffer[] = [];
  let many = false;
  let first = true;
  let blank = true;
  let size = 0;
  for await (const line of linesOf(file)) {
    const begins = blank && line[0] === 0x46 && BEGINS.test(line.toString('latin1'));
    if (begins && !first && many) {
      yield { mail: Buffer.concat(mail), many };
      mail = [];
      size = 0;
    }
    if (begins && (first || many)) many = true;
    else if (size <= MOST_BYTES) {
      // `>From ` was written so that it would not begin a mail.
      mail.push(many && /^>+From /.test(line.toString('latin1', 0, 80)) ? line.subarray(1) : line);
      size += line.length;
    }
    first = false;
    blank = line.length <= 2 && line.toString('latin1').trim() === '';
  }
  if (mail.length > 0) yield { mail: Buffer.concat(mail), many };
}

/** Lines with their ends, as bytes. A line longer than a mail may be is cut into several. */
async function* linesOf(file: SourceFile): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of file.chunks()) {
    let block = Buffer.concat([rest, chunk]);
    for (let end = block.indexOf(10); end >= 0; end = block.indexOf(10)) {
      yield block.subarray(0, end + 1);
      block = block.subarray(end + 1);
    }
    rest = block;
    if (rest.length > 1_048_576) {
      yield rest;
      rest = Buffer.alloc(0);
    }
  }
  if (rest.length > 0) yield rest;
}
