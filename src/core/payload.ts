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

function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth -= 1;
    if (depth > MOST_DEPTH) return true;
  }
  return false;
}

/** A string, or a whole number that JavaScript could not hold exactly. */
const LONG_NUMBER = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?\d{16,}(?![\w.])/g;

/** Ids of platforms are 64 bits wide: as numbers two of them could become one. They are read as the text they are. */
const exact = (text: string): string =>
  /\d{16}/.test(text) ? text.replace(LONG_NUMBER, (one) => (one.startsWith('"') ? one : `"${one}"`)) : text;

/** Any value in JSON; whole numbers of 16 digits and more come as text. Throws Unreadable, also when it is nested over 64 levels. */
export function readJson(text: string): unknown {
  if (isTooDeep(text)) throw new Unreadable(`the body is nested deeper than ${MOST_DEPTH} levels`);
  try {
    return JSON.parse(exact(text));
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

/** As many characters as a field of a message may hold, without half of one at the end. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
