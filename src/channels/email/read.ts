// Read: what a mail says, as a citizen's message; nothing for mail that no person wrote.
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { Unreadable } from '../../core/errors.ts';
import { type Incoming, Part } from '../../core/message.ts';
import { headerOfVerdict } from './auth.ts';
import { automatic } from './automatic.ts';
import { Mail } from './mail.ts';
import { openParser } from './parser.ts';
import type { EmailSettings } from './settings.ts';
import { enquiryIn, threadOf, titleOf } from './thread.ts';

const Verdict = Type.Object({
  spf: Type.String({ maxLength: 20 }),
  dkim: Type.String({ maxLength: 20 }),
  dmarc: Type.String({ maxLength: 20 }),
  aligned: Type.Boolean(),
});

/** The mail as received (`raw`, in base64), or already parsed with its files kept; beside it what the transport told. */
export const EmailPayload = Type.Object({
  raw: Type.Optional(Type.String({ minLength: 1, maxLength: 42_000_000 })),
  mail: Type.Optional(Mail),
  parts: Type.Optional(Type.Array(Part, { maxItems: 50 })),
  auth: Type.Optional(Verdict),
  /** When it reached us, RFC 3339: the sender's clock may say anything. */
  receivedAt: Type.Optional(Type.String({ maxLength: 40 })),
  /** What could not be kept or read, told to a person. */
  doubts: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 4 })),
});
export type EmailPayload = Static<typeof EmailPayload>;

/** One for the process: mails are parsed in turn, and its thread ends by itself. */
export const parser = openParser();

const MOST_WORDS = 100_000;
const MOST_RAW = 300_000;

/** Throws Unreadable for what is no mail and for a mail without words, files and subject. */
export async function read(payload: unknown, settings: EmailSettings): Promise<Incoming[]> {
  if (!Value.Check(EmailPayload, payload)) throw new Unreadable('a mail comes as `raw` in base64, or as `mail`', 'raw');
  const mail = payload.mail ?? (await parsedRaw(payload.raw));
  if (automatic(mail, ownAddresses(settings))) return [];
  return [incoming(mail, payload, settings)];
}

export const ownAddresses = ({ outgoing }: EmailSettings): string[] => (outgoing ? [outgoing.from.toLowerCase()] : []);

async function parsedRaw(raw: string | undefined): Promise<Mail> {
  const bytes = Buffer.from(raw ?? '', 'base64');
  if (bytes.length === 0) throw new Unreadable('the mail is empty', 'raw');
  const { mail } = await parser.parse(new Uint8Array(bytes));
  if (mail.headers.length === 0) throw new Unreadable('a mail begins with headers', 'raw');
  return mail;
}

function incoming(mail: Mail, payload: EmailPayload, { outgoing }: EmailSettings): Incoming {
  const { parts = [], auth } = payload;
  const thread = threadOf(mail, outgoing?.from);
  const said = wordsOf(mail);
  if (said.text === '' && parts.length === 0) throw new Unreadable('the mail says nothing');
  const sentAt = sent(mail.date, payload.receivedAt);
  const doubts = [
    // Somebody writes in the name of a domain that says it was not they: an operator should know whom they answer.
    ...(auth?.dmarc === 'fail' ? ['sender_forged'] : []),
    ...(mail.uncertain ? ['quote_uncertain'] : []),
    ...(isCut(mail) ? ['mail_cut'] : []),
    ...(payload.doubts ?? []),
  ];
  return {
    externalId: externalId(mail.messageId),
    sender: senderOf(mail, auth?.aligned === true),
    ...(sentAt ? { sentAt } : {}),
    ...said,
    ...(parts.length > 0 ? { parts: [...parts] } : {}),
    ...(thread ? { thread } : {}),
    ...(doubts.length > 0 ? { doubts } : {}),
    raw: {
      mediaType: 'message/rfc822',
      content: `${auth ? headerOfVerdict(auth) : ''}${mail.source}`.slice(0, MOST_RAW),
    },
    verified: auth?.aligned ? 'signature' : 'none',
  };
}

/** Not all of it became words and files of the message. */
export const isCut = ({ cut, text }: Mail): boolean => cut || text.length > MOST_WORDS;

/** A subject alone is the message; an enquiry in the subject is said in the words, where it is looked for. */
function wordsOf(mail: Mail): Pick<Incoming, 'title' | 'text'> {
  const title = titleOf(mail.subject).slice(0, 500);
  const text = mail.reply.slice(0, MOST_WORDS).trim();
  if (text === '') return { text: title };
  if (enquiryIn(title) && !enquiryIn(text)) return { text: `${title}\n${text}` };
  return { ...(title ? { title } : {}), text };
}

function senderOf({ from }: Mail, proved: boolean): Incoming['sender'] {
  const [first] = from;
  const address = first?.address.trim().toLowerCase() ?? '';
  const usable = /^[^\s@<>]+@[^\s@<>]+$/.test(address) && address.length <= 254;
  return {
    // Two authors are nobody in particular.
    keys: usable ? [{ kind: 'email', scope: '', value: address, proved: proved && from.length === 1 }] : [],
    ...(first?.name && first.name.trim() !== '' ? { name: first.name.trim().slice(0, 100) } : {}),
    ...(usable ? { email: address } : {}),
    anonymous: false,
    secret: false,
  };
}

/** The house names messages by at most 256 characters; a longer Message-ID is cut in the middle of nothing it needs. */
const externalId = (messageId: string): string => (messageId.length <= 256 ? messageId : messageId.slice(0, 256));

/** What the sender's clock says, unless it says a time after the mail had come. */
function sent(date: string | undefined, receivedAt: string | undefined): string | undefined {
  if (date === undefined) return receivedAt;
  return receivedAt !== undefined && Date.parse(date) > Date.parse(receivedAt) ? receivedAt : date;
}
