// Scrub: takes personal data and secrets out of what is about to be logged. A net under the rule that words are never logged.
import { mask } from '../core/text/mask.ts';
import { normalise } from '../core/text/normalise.ts';

/** Fields that never go into a log, whatever they hold. */
const HIDDEN = new Set(
  [
    'text',
    'content',
    'title',
    'said',
    'raw',
    'phone',
    'email',
    'address',
    'sender',
    'body',
    'authorization',
    'cookie',
    'set-cookie',
    'queryCode',
    'secret',
    'secrets',
    'token',
    'password',
    'masterKey',
    'adminKey',
  ].map((name) => name.toLowerCase()),
);
/** Cannot hold a phone number, a name or a mail: short runs of digits, Latin letters, no `@`. */
const HARMLESS = /^(?!.*\d{6})[\x20-\x3f\x41-\x7e]*$/s;
const OUR_ID = /^(?:[a-z]{2,4}_[0-9A-Za-z]{26}|\d{14})$/;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/;
const TOKEN = /\b(?:ck_|whsec_|Bearer\s+)[A-Za-z0-9+/=_.~-]{8,}/g;
const MOST = 2_000;
const DEEPEST = 6;

export function scrubText(text: string): string {
  if (OUR_ID.test(text) || ISO_TIME.test(text)) return text;
  const cut = text.length > MOST ? `${text.slice(0, MOST)}…` : text;
  const open = cut.includes('_') || cut.includes('earer') ? cut.replace(TOKEN, '〔密钥〕') : cut;
  return HARMLESS.test(open)
    ? open
    : mask(open.includes('\n') ? open.split('\n').map(normalise).join('\n') : normalise(open));
}

/** A copy fit for a log line: hidden fields removed, every text scrubbed. */
export function scrub(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (depth >= DEEPEST) return '〔…〕';
  if (value instanceof Error) return scrubError(value, depth);
  if (value instanceof Uint8Array) return `〔${value.length} bytes〕`;
  if (Array.isArray(value)) return value.slice(0, 100).map((inner) => scrub(inner, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value))
    copy[name] = HIDDEN.has(name.toLowerCase()) && inner !== undefined ? '〔…〕' : scrub(inner, depth + 1);
  return copy;
}

function scrubError(error: Error, depth: number): Record<string, unknown> {
  const code: unknown = Reflect.get(error, 'code');
  return {
    type: error.name,
    message: scrubText(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: scrubText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: scrub(error.cause, depth + 1) }),
  };
}
