// Strict JSON: valid UTF-8, bounded nesting, no keys that reach into prototypes; anything else is refused with its reason.
import type { GatewayError } from '../core/errors.ts';
import { bodyRefusal, refusal } from './problem.ts';

const MAX_DEPTH = 64;
const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];
/** Only a body with one of these needs the walk: a forbidden key, or an escape that may spell one or half a character. */
const SUSPECT = /__proto__|constructor|prototype|\\u/;
const BOM = 0xfeff;
/** With the u flag only halves without their other half. */
const HALF = /\p{Surrogate}/gu;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Throws GatewayError 400: empty_body, invalid_utf8, byte_order_mark, too_deep, invalid_json, repeated_field, forbidden_key. */
export function readJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw bodyRefusal(400, 'empty_body', 'the body is empty; JSON is expected');
  const members = refuseDeep(bytes);
  const text = decodeUtf8(bytes);
  if (text.charCodeAt(0) === BOM)
    throw bodyRefusal(400, 'byte_order_mark', 'the body starts with a byte order mark; send plain UTF-8');
  const value = parse(text);
  if (membersOf(value) !== members) throw repeatedField(text);
  return SUSPECT.test(text) ? cleaned(value) : value;
}

export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw bodyRefusal(400, 'invalid_utf8', 'the body is not valid UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const where = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    throw bodyRefusal(400, 'invalid_json', `the body is not valid JSON${where ? ` at position ${where}` : ''}`);
  }
}

const [QUOTE, BACKSLASH, OPEN_ARRAY, OPEN_OBJECT, CLOSE_ARRAY, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x7b, 0x5d, 0x7d];
const COLON = 0x3a;

/**
 * Before parsing, since the parser itself recurses. In UTF-8 these bytes never occur inside another character. The answer is
 * how many fields the objects of the text have, each with one colon outside strings.
 */
function refuseDeep(bytes: Uint8Array): number {
  let depth = 0;
  let members = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (inString) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === COLON) members += 1;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth > MAX_DEPTH) throw bodyRefusal(400, 'too_deep', `the body is nested deeper than ${MAX_DEPTH} levels`);
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth -= 1;
  }
  return members;
}

/** Of two fields with one name the parser keeps the last: then there are fewer than were written. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) for (const inner of value) members += membersOf(inner);
  else for (const inner of Object.values(value)) members += 1 + membersOf(inner);
  return members;
}

/** Two readers would take different ones. Only here, where something is wrong, the name is sought. */
function repeatedField(text: string): GatewayError {
  const open: Set<string>[] = [];
  for (const [token, name] of text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")\s*:|"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/gs)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    if (name === undefined) continue;
    const field = String(JSON.parse(name));
    if (open.at(-1)?.has(field))
      return refusal(400, 'repeated_field', 'the same field stands twice', { field: field.slice(0, 100) });
    open.at(-1)?.add(field);
  }
  return bodyRefusal(400, 'repeated_field', 'a field stands twice');
}

/** Half a character (an emoji cut in two by a sender's program) becomes U+FFFD: refusing it would lose the message. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(HALF, '\ufffd');
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  for (const [key, inner] of Object.entries(value)) {
    if (FORBIDDEN.includes(key)) throw refusal(400, 'forbidden_key', `the key ${key} is not allowed`, { field: key });
    Reflect.set(value, key, cleaned(inner));
  }
  return value;
}
