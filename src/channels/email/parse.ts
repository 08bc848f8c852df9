// Parse: one mail's bytes into plain data. Runs in a thread that may be killed, so it may be slow, but never clever.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import { correctHeaders, headerEnd, PartDecoder } from './charset.ts';
import type { Mail, Mailbox, MailFile, Parsed } from './mail.ts';
import { newWords } from './quotes.ts';

const MOST_TEXT = 200_000;
const MOST_HTML = 1_000_000;
const MOST_FILES = 40;
const MOST_SOURCE = 256 * 1024;
const MOST_HEADERS = 400;

const OPTIONS = {
  Iconv: PartDecoder,
  skipImageLinks: true,
  skipTextToHtml: true,
  maxHtmlLengthToParse: MOST_HTML,
  checksumAlgo: false,
  // A mail inside a mail is a file of it, not its words; so is the status within a report.
  ignoreEmbedded: true,
  keepDeliveryStatus: true,
  maxHeadSize: 512 * 1024,
  maxChildNodes: 200,
} as const;

/** Rejects when the bytes cannot be read as a mail at all. */
export async function parseMail(bytes: Uint8Array): Promise<Parsed> {
  if (hasTooManyLines(bytes)) throw new Error(`it has over ${MOST_LINES} lines`);
  const parsed = await simpleParser(Readable.from(inPieces(correctHeaders(bytes))), OPTIONS);
  const headers = headersOf(parsed);
  const line = (name: string): string => headers.find(([key]) => key === name)?.[1] ?? '';
  const words = (parsed.text ?? '').replace(/\r\n?/g, '\n').replaceAll('\0', '');
  const text = words.slice(0, MOST_TEXT);
  const reply = newWords(text);
  const files = parsed.attachments.slice(0, MOST_FILES).map(fileOf);
  const mail: Mail = {
    headers,
    from: mailboxes(parsed.from),
    subject: (parsed.subject ?? '').replace(/\s+/g, ' ').slice(0, 1_000),
    ...(parsed.date && !Number.isNaN(parsed.date.getTime()) ? { date: parsed.date.toISOString() } : {}),
    messageId: idsIn(line('message-id'))[0] ?? `<${createHash('sha256').update(bytes).digest('hex')}>`,
    answers: [...new Set([...idsIn(line('in-reply-to')), ...idsIn(line('references')).reverse()])].slice(0, 60),
    text,
    reply: reply.text,
    uncertain: reply.uncertain,
    fromHtml: typeof parsed.html === 'string' && !/text\/plain/i.test(line('content-type')) && !hasPlainPart(parsed),
    cut: words.length > MOST_TEXT || parsed.attachments.length > MOST_FILES || parsed.textConversionError !== undefined,
    types: [line('content-type').toLowerCase().slice(0, 200), ...files.map((file) => file.mediaType)],
    source: sourceOf(bytes),
  };
  return { mail, files };
}

/** A file of 30 MB has 400,000 lines of base64. Each costs the parser some hundred bytes, so millions of short ones are an attack. */
const MOST_LINES = 500_000;

function hasTooManyLines(bytes: Uint8Array): boolean {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0 && lines <= MOST_LINES; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines > MOST_LINES;
}

const PIECE = 65_536;

/** Handed over whole, every line of a mail would lie in memory at once as an object of its own. */
function* inPieces(mail: Buffer): Generator<Buffer> {
  for (let at = 0; at < mail.length; at += PIECE) yield mail.subarray(at, at + PIECE);
}

/** When the parser wrote the text from HTML, the same HTML stands beside it and no plain part did. */
const hasPlainPart = (parsed: ParsedMail): boolean =>
  /multipart\//.test(String(parsed.headerLines.find(({ key }) => key === 'content-type')?.line ?? ''));

function headersOf(parsed: ParsedMail): [string, string][] {
  return parsed.headerLines
    .filter(({ line }) => line.includes(':'))
    .slice(0, MOST_HEADERS)
    .map(({ key, line }) => {
      const value = line.slice(line.indexOf(':') + 1).replace(/\r?\n[ \t]+/g, ' ');
      return [key.slice(0, 200), value.trim().slice(0, 8_000)];
    });
}

function mailboxes(from: AddressObject | undefined): Mailbox[] {
  return (from?.value ?? []).slice(0, 20).map(({ address = '', name }) => ({
    address: address.slice(0, 320),
    ...(name ? { name: name.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 200) } : {}),
  }));
}

/** Every `<…>`; commas and comments between them occur. */
const idsIn = (line: string): string[] => line.match(/<[^<>\s]{3,990}>/g) ?? [];

function fileOf({ content, contentType, filename }: ParsedMail['attachments'][number]): MailFile {
  return {
    bytes: new Uint8Array(content),
    mediaType: contentType.toLowerCase().slice(0, 127),
    ...(filename ? { name: filename.slice(0, 255) } : {}),
  };
}

function sourceOf(bytes: Uint8Array): string {
  const upTo = bytes.length <= MOST_SOURCE ? bytes.length : Math.min(headerEnd(bytes), MOST_SOURCE);
  return Buffer.from(bytes.buffer, bytes.byteOffset, upTo).toString('latin1');
}
