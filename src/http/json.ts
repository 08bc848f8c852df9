// Strict JSON: valid UTF-8, bounded nesting, no keys that reach into prototypes; anything else is refused with its reason.
import { bodyRefusal, refusal } from './problem.ts';

const MAX_DEPTH = 64;
const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];
/** Only a body with one of these needs the walk: a forbidden key, or an escape that may spell one or half a character. */
const SUSPECT = /__proto__|constructor|prototype|\\u/;
const BOM = 0xfeff;
/** With the u flag only halves without their other half. */
const HALF = /\p{Surrogate}/gu;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Throws GatewayError 400: empty_body, invalid_utf8, byte_order_mark, too_deep, invalid_json, forbidden_key. */
export function readJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw bodyRefusal(400, 'empty_body', 'the body is empty; JSON is expected');
  refuseDeep(bytes);
  const text = decodeUtf8(bytes);
  if (text.charCodeAt(0) === BOM)
    throw bodyRefusal(400, 'byte_order_mark', 'the body starts with a byte order mark; send plain UTF-8');
  const value = parse(text);
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

/** Before parsing, since the parser itself recurses. In UTF-8 these bytes never occur inside another character. */
function refuseDeep(bytes: Uint8Array): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (inString) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth > MAX_DEPTH) throw bodyRefusal(400, 'too_deep', `the body is nested deeper than ${MAX_DEPTH} levels`);
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth -= 1;
  }
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
