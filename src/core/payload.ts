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

/** An object in JSON. Throws Unreadable. */
export function readJsonFields(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Unreadable('the body is not valid JSON', undefined, cause);
  }
  if (!isFields(value)) throw new Unreadable('the body must be a JSON object');
  return value;
}

/** As many characters as a field of a message may hold, without half of one at the end. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
