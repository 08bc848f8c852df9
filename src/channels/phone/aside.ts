// Aside: what is heavy (a transcript of some megabytes) is decoded and read in a thread, so that nobody else waits for it.
import { X509Certificate } from 'node:crypto';
import { Unreadable } from '../../core/errors.ts';
import { asShared } from '../common/shared-bytes.ts';
import { LIMITS, openThread } from '../common/thread.ts';
import type { Found, PhonePayload } from './body.ts';
import { OF_A_FILE, type PhoneSettings, type PhoneSource } from './settings.ts';
import type { Sound } from './sounds.ts';

/** Reading so much takes some ten milliseconds here. */
export const HEAVY = 262_144;

/** Certificates do not travel between threads; their text does. */
type PlainSource = Omit<PhoneSource, 'trust' | 'token' | 'secret' | 'twilio'> & { readonly trust: readonly string[] };

export interface Question {
  readonly content: Uint8Array | string;
  readonly beside: Omit<PhonePayload, 'body'>;
  readonly source: PlainSource;
  readonly lines: readonly string[];
}

export interface HeavyRead {
  /** The hand-in as it came, in UTF-8, gzip and base64: so much text costs its keeper as long as reading it. */
  readonly packed: string;
  readonly sounds: readonly Sound[];
  readonly found: Found;
}
export type Reply = HeavyRead | { readonly refused: string; readonly field?: string };

const refuse = (why: string, cause?: unknown): Unreadable =>
  new Unreadable(`the hand-in cannot be read: ${why}`, 'body', cause);
const thread = openThread<Question, Reply>({
  ...{ from: import.meta.url, file: 'aside-thread', limits: { ...LIMITS, megabytes: 512 }, refuse },
});

/** Throws Unreadable, as reading it here would. */
export async function readAside(
  content: Uint8Array | string,
  beside: Question['beside'],
  { sources, lines }: PhoneSettings,
): Promise<HeavyRead> {
  const { name, roles, columns, counts, trust, offsetMinutes } =
    sources.find((one) => one.name === beside.source) ?? OF_A_FILE;
  const source = { name, roles, columns, counts, trust: trust.map(String), offsetMinutes };
  // Shared, a piece a turn: copying many megabytes over at once held up everybody else.
  const given = typeof content === 'string' ? content : await asShared(content);
  const reply = await thread.ask({ content: given, beside, source, lines });
  if ('refused' in reply) throw new Unreadable(reply.refused, reply.field);
  return reply;
}

/** The settings as the thread was given them. */
export const settingsOf = ({ source, lines }: Question): PhoneSettings => ({
  sources: [{ ...source, trust: source.trust.map((pem) => new X509Certificate(pem)) }],
  lines,
});
