// Take: one mail's bytes on their way to the door: parsed, judged, verified, its files kept.
import { createHash } from 'node:crypto';
import type { Accepted, Door } from '../../core/channel.ts';
import { GatewayError, Unreadable } from '../../core/errors.ts';
import { keepAttachment, tidyName } from '../../core/media/attachment.ts';
import { mediaTypeOf } from '../../core/media/sniff.ts';
import type { Part } from '../../core/message.ts';
import { type Envelope, NO_VERDICT, type Resolver } from './auth.ts';
import { automatic } from './automatic.ts';
import { headerEnd } from './charset.ts';
import type { MailFile, Parsed } from './mail.ts';
import { type EmailPayload, isCut, ownAddresses, parser } from './read.ts';
import { type EmailSettings, MOST_BYTES } from './settings.ts';

export type Ready = { readonly payload: EmailPayload } | { readonly automatic: string };

export interface Means {
  readonly blob: Door['blob'];
  readonly now: () => number;
  /** Absent: nothing is verified, so nothing is proved. */
  readonly resolver?: Resolver;
  readonly envelope?: Envelope;
}

/** Rejects with Unreadable for what is no mail, and with a retryable GatewayError when there is no room. */
export async function ready(bytes: Uint8Array, settings: EmailSettings, means: Means): Promise<Ready> {
  const { parsed, doubts } = await parseOrKeep(bytes);
  const { mail, files } = parsed;
  if (mail.headers.length === 0) throw new Unreadable('a mail begins with headers');
  const why = means.envelope?.sender === '' ? 'empty sender of the envelope' : automatic(mail, ownAddresses(settings));
  if (why) return { automatic: why };
  const { resolver, envelope = {} } = means;
  const auth = resolver ? await parser.verify(bytes, envelope, resolver) : NO_VERDICT;
  const parts: Part[] = [];
  for (const file of files) parts.push(await keep(file, means.blob));
  // What was cut is nowhere else: the sealed source of a large mail is its headers.
  if (isCut(mail)) parts.push(await keep(originalOf(bytes), means.blob));
  const receivedAt = new Date(means.now()).toISOString();
  return { payload: { mail, parts, auth, receivedAt, ...(doubts.length > 0 ? { doubts } : {}) } };
}

export async function take(
  bytes: Uint8Array,
  settings: EmailSettings,
  door: Door,
  how: Pick<Means, 'resolver' | 'envelope'>,
): Promise<Accepted[]> {
  const found = await ready(bytes, settings, {
    ...how,
    blob: (kept, info) => door.blob(kept, info),
    now: () => door.now(),
  });
  if ('payload' in found) return door.accept(found.payload);
  door.log.info({ account: door.account, why: found.automatic }, 'automatic mail: no case, no answer');
  return [];
}

/** A mail too heavy for the parser: its headers are read, a person reads the rest from the file that is kept. */
async function parseOrKeep(bytes: Uint8Array): Promise<{ parsed: Parsed; doubts: string[] }> {
  try {
    return { parsed: await parser.parse(bytes), doubts: [] };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const head = bytes.subarray(0, Math.min(headerEnd(bytes), 65_536));
    const { mail } = await parser.parse(Buffer.concat([withoutType(head), Buffer.from('\r\n\r\n')]));
    const words = '（这封邮件未能自动读出，原件在附件中。）';
    const messageId = mail.messageId.includes('@')
      ? mail.messageId
      : `<${createHash('sha256').update(bytes).digest('hex')}>`;
    return {
      parsed: { mail: { ...mail, messageId, text: words, reply: words }, files: [originalOf(bytes)] },
      doubts: ['mail_unread'],
    };
  }
}

const originalOf = (bytes: Uint8Array): MailFile => ({ bytes, mediaType: 'message/rfc822', name: 'original.eml' });

const withoutType = (head: Uint8Array): Buffer =>
  Buffer.from(
    Buffer.from(head)
      .toString('latin1')
      .replace(/^content-(?:type|transfer-encoding):.*(?:\r?\n[ \t].*)*\r?\n?/gim, ''),
    'latin1',
  );

const PICTURES = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/heic',
  'image/avif',
  'video/mp4',
  'video/quicktime',
  'video/3gpp',
];
const LIMITS = { maxFiles: 40, maxBytes: MOST_BYTES, mediaTypes: PICTURES };

/** Pictures lose their position; everything else, and what is damaged or not what it says, is kept as it came. */
async function keep(file: MailFile, blob: Door['blob']): Promise<Part> {
  const name = tidyName(file.name);
  try {
    return await keepAttachment(file, LIMITS, blob);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.retryable) throw error;
    const mediaType = mediaTypeOf(file.bytes, file.mediaType, name) ?? 'application/octet-stream';
    const kept = await blob(file.bytes, { mediaType, ...(name ? { name } : {}) });
    return { kind: 'file', mediaType, ...(name ? { name } : {}), size: kept.size, hash: kept.hash, blob: kept.ref };
  }
}
