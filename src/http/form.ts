// Forms as browsers send them (application/x-www-form-urlencoded), read strictly: valid UTF-8, bounded number of fields.
import { decodeUtf8 } from './json.ts';
import { bodyRefusal, refusal } from './problem.ts';

const MAX_FIELDS = 200;
const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

/** Fields in order, repeated ones included. */
export function readForm(bytes: Uint8Array): [name: string, value: string][] {
  if (bytes.length === 0) throw bodyRefusal(400, 'empty_body', 'the form is empty');
  const pairs = decodeUtf8(bytes).split('&', MAX_FIELDS + 1);
  if (pairs.length > MAX_FIELDS)
    throw bodyRefusal(413, 'too_many_fields', `the form has more than ${MAX_FIELDS} fields`);
  return pairs
    .filter((pair) => pair !== '')
    .map((pair) => {
      const cut = pair.indexOf('=');
      const name = decoded(cut < 0 ? pair : pair.slice(0, cut));
      if (FORBIDDEN.includes(name))
        throw refusal(400, 'forbidden_key', `the field ${name} is not allowed`, { field: name });
      return [name, cut < 0 ? '' : decoded(pair.slice(cut + 1))];
    });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw bodyRefusal(400, 'invalid_utf8', 'the form is not percent-encoded UTF-8');
  }
}
