// Payload: reads what platforms send without trusting a single field of it.
import { Unreadable } from './errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object that is there, or an empty one: every field of it is then missing. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** The objects of a list; what is no list has none. */
export const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** Text, or a number as it is written; '' for anything else. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

/** The bytes of a route with `body: 'raw'`. */
export const bytesOf = (body: unknown): Uint8Array => (body instanceof Uint8Array ? body : new Uint8Array(0));

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Throws Unreadable when it is no UTF-8. */
export function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new Unreadable('the body is not valid UTF-8', undefined, cause);
  }
}

/** Deeper than anything a platform sends. Whoever writes a value again, recursing, would run out of stack on one without an end. */
const MOST_DEPTH = 64;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** A whole number that JavaScript could not hold exactly. */
const LONG_NUMBER = /^-?\d{16,}$/;
const SHORTEST = 16;

/**
 * Ids of platforms are 64 bits wide: as numbers two of them could become one. They are read as the text they are. By hand:
 * a pattern that passes over strings fails at one of some megabytes, and takes the square of its length for one without an end.
 */
function exact(text: string): string {
  const parts: string[] = [];
  let [from, depth] = [0, 0];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = closingQuote(text, i);
    else if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth -= 1;
    else if (isOfNumber(code)) {
      const end = numberEnd(text, i);
      if (end - i >= SHORTEST && LONG_NUMBER.test(text.slice(i, end))) {
        parts.push(text.slice(from, i), '"', text.slice(i, end), '"');
        from = end;
      }
      i = end - 1;
    }
    if (depth > MOST_DEPTH) throw new Unreadable(`the body is nested deeper than ${MOST_DEPTH} levels`);
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(from);
}

/** Where the string that begins at `open` ends: at its quote, or with the text. */
function closingQuote(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) i += 1;
    else if (code === QUOTE) return i;
  }
  return text.length;
}

/** Digits, signs, points, and letters: 1e5 is one number, and no whole one. */
const isOfNumber = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x2e || (code | 0x20) === 0x65;

function numberEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && isOfNumber(text.charCodeAt(end))) end += 1;
  return end;
}

/** Any value in JSON; whole numbers of 16 digits and more come as text. Throws Unreadable, also when it is nested over 64 levels. */
export function readJson(text: string): unknown {
  const told = exact(text);
  try {
    return JSON.parse(told);
  } catch (cause) {
    throw new Unreadable('the body is not valid JSON', undefined, cause);
  }
}

/** An object in JSON. Throws Unreadable. */
export function readJsonFields(text: string): Fields {
  const value = readJson(text);
  if (!isFields(value)) throw new Unreadable('the body must be a JSON object');
  return value;
}

/** `Incoming.asSent`; undefined where the platform names no file. */
export function asSent(words: string, files: readonly string[]): { readonly asSent?: string } {
  const named = files.filter((file) => file !== '');
  return named.length === 0 ? {} : { asSent: [words, ...named].join('\n') };
}

/** As many characters as a field of a message may hold, without half of one at the end. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
