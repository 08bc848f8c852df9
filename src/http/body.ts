// From the bytes of a request to what its route asked for: nothing, the bytes, strict JSON, or the fields of a form.
import type { TSchema } from 'typebox';
import type { Route } from '../core/route.ts';
import { readForm } from './form.ts';
import { readJson } from './json.ts';
import { bodyRefusal, refusal } from './problem.ts';

/** `fields` holds the pairs of a urlencoded form in order; `multipart` means: read the parts. */
export interface Body {
  readonly value: unknown;
  readonly kind: 'none' | 'raw' | 'json' | 'form' | 'multipart';
  readonly fields?: readonly (readonly [string, string])[];
}

const NONE: Body = { value: undefined, kind: 'none' };
const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json$/;

/** `bytes` is undefined when no body came, or when it is multipart and still to be read. Throws 400 and 415. */
export function readBody(route: Route, contentType: string | undefined, bytes: Uint8Array | undefined): Body {
  const wanted = route.body ?? 'none';
  if (wanted === 'none') return NONE;
  if (wanted === 'raw') return { value: bytes ?? new Uint8Array(0), kind: 'raw' };
  const takesJson = wanted !== 'form';
  const takesForm = wanted !== 'json';
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (takesForm && type === 'multipart/form-data') return { value: undefined, kind: 'multipart' };
  if (bytes === undefined || bytes.length === 0) {
    if (wanted === 'json' && asksNothing(route.schema?.body)) return { value: {}, kind: 'json' };
    throw bodyRefusal(400, 'empty_body', `the body is empty; ${takesJson ? 'JSON' : 'a form'} is expected`);
  }
  refuseCharset(parameters);
  if (takesJson && JSON_TYPE.test(type)) return { value: readJson(bytes), kind: 'json' };
  if (takesForm && type === 'application/x-www-form-urlencoded') {
    const fields = readForm(bytes);
    return { value: Object.fromEntries(fields), kind: 'form', fields };
  }
  throw refusal(
    415,
    'unsupported_media_type',
    `this route does not take ${type === '' ? 'a body without type' : type.slice(0, 60)}`,
    {
      field: 'Content-Type',
      advice: `Send ${[takesJson ? 'application/json' : '', takesForm ? 'a form' : ''].filter(Boolean).join(' or ')}.`,
    },
  );
}

/** Where no field is required a body left out says the same as `{}`. */
export function asksNothing(schema: TSchema | undefined): boolean {
  if (!schema || Reflect.get(schema, 'type') !== 'object') return false;
  const required: unknown = Reflect.get(schema, 'required');
  return !Array.isArray(required) || required.length === 0;
}

function refuseCharset(parameters: readonly string[]): void {
  const charset = parameters
    .find((p) => p.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii') return;
  throw refusal(415, 'unsupported_charset', 'only UTF-8 is understood', { field: 'Content-Type' });
}
