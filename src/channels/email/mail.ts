// Mail: what a parser thread tells of one mail, as plain data that can travel between threads and lie in a test's file.
import Type, { type Static } from 'typebox';

const text = (maxLength: number) => Type.String({ maxLength });
const Mailbox = Type.Object({ address: text(320), name: Type.Optional(text(200)) });
export type Mailbox = Static<typeof Mailbox>;

/** Lengths are what the parser cuts to. Header names are in small letters, values decoded, in the order they came. */
export const Mail = Type.Object({
  headers: Type.Array(Type.Tuple([text(200), text(8_000)]), { maxItems: 400 }),
  from: Type.Array(Mailbox, { maxItems: 20 }),
  subject: text(1_000),
  /** RFC 3339; what the sender's clock said. */
  date: Type.Optional(text(40)),
  /** With its angle brackets; for a mail that has none `<sha256 of the mail>`. */
  messageId: text(998),
  /** In-Reply-To first, then References from the newest. */
  answers: Type.Array(text(998), { maxItems: 60 }),
  text: text(200_000),
  /** The new words alone, or all of them when old and new could not be told apart: then `uncertain`. */
  reply: text(200_000),
  uncertain: Type.Boolean(),
  /** There was no text part: the words were taken from HTML. */
  fromHtml: Type.Boolean(),
  /** Something was too long or too deep and was cut; the original is kept. */
  cut: Type.Boolean(),
  /** Media types of all parts, the whole first. */
  types: Type.Array(text(200), { maxItems: 200 }),
  /** The mail as received, byte for byte as Latin-1; of a large one the headers alone. */
  source: text(300_000),
});
export type Mail = Static<typeof Mail>;

/** What tells a program's mail from a person's. */
export type Judged = Pick<Mail, 'headers' | 'from' | 'subject' | 'text' | 'types'> & Partial<Pick<Mail, 'reply'>>;

export interface MailFile {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly name?: string;
}

/** What a parser thread answers. */
export interface Parsed {
  readonly mail: Mail;
  readonly files: readonly MailFile[];
}

export const headerOf = (mail: Pick<Mail, 'headers'>, name: string): string | undefined =>
  mail.headers.find(([key]) => key === name)?.[1];
