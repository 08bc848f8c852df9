// Problem documents (RFC 9457): the one shape of every refusal. No stack, no path, nothing the caller did not send.
import { STATUS_CODES } from 'node:http';
import { GatewayError } from '../core/errors.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly field?: string;
  readonly advice?: string;
}

export function problemOf(error: GatewayError): Problem {
  return {
    type: `urn:civicline:problem:${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    code: error.code,
    detail: error.message,
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(error.advice === undefined ? {} : { advice: error.advice }),
  };
}

export function refusal(status: number, code: string, message: string, more: { field?: string; advice?: string } = {}) {
  return new GatewayError({ code, message, retryable: false, status, ...more });
}

/** What is wrong with a body as a whole: no field of ours is called so. */
const WHOLE = 'body';

/** Of a body that cannot be read at all, whatever fields it has. */
export const bodyRefusal = (status: number, code: string, message: string) =>
  refusal(status, code, message, { field: WHOLE });

/** What fastify and its plugins refuse, in our words; an unknown error is ours and says nothing about itself. */
const FRAMEWORK: Readonly<Record<string, readonly [number, string, string, string?]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'too_large', 'the body is larger than this route takes', WHOLE],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'unsupported_media_type', 'the content type is not understood', 'Content-Type'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'bad_length', 'the body is not as long as Content-Length says', WHOLE],
  FST_ERR_BAD_URL: [400, 'bad_url', 'the address is not a valid URL'],
  FST_ERR_MAX_PARAM_LENGTH: [414, 'url_too_long', 'a part of the address is too long'],
  FST_REQ_FILE_TOO_LARGE: [413, 'too_large', 'a file is larger than this route takes', WHOLE],
  FST_FILES_LIMIT: [413, 'too_many_files', 'there are more files than this route takes', WHOLE],
  FST_PARTS_LIMIT: [413, 'too_many_parts', 'the form has more parts than this route takes', WHOLE],
  FST_FIELDS_LIMIT: [413, 'too_many_fields', 'the form has more fields than this route takes', WHOLE],
  FST_PROTO_VIOLATION: [400, 'bad_field_name', 'a field has a forbidden name', WHOLE],
  FST_INVALID_MULTIPART_CONTENT_TYPE: [
    415,
    'unsupported_media_type',
    'the form is not multipart/form-data',
    'Content-Type',
  ],
};

/** Any thrown value as a GatewayError; `expected` is false for what is our own fault and belongs in the log. */
export function toGatewayError(error: unknown): { readonly error: GatewayError; readonly expected: boolean } {
  if (error instanceof GatewayError) return { error, expected: true };
  const code = textOf(error, 'code');
  const known = code === undefined ? undefined : FRAMEWORK[code];
  if (known) return { error: frameworkRefusal(known), expected: true };
  const status = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500)
    return { error: refusal(status, 'bad_request', 'the request cannot be read'), expected: true };
  return {
    error: new GatewayError({
      code: 'internal',
      message: 'something went wrong on our side; it has been noted',
      retryable: true,
      status: 500,
      cause: error,
    }),
    expected: false,
  };
}

function frameworkRefusal([status, code, message, field]: readonly [number, string, string, string?]): GatewayError {
  return refusal(status, code, message, field === undefined ? {} : { field });
}

function textOf(value: unknown, key: string): string | undefined {
  const inner: unknown = value instanceof Error ? Reflect.get(value, key) : undefined;
  return typeof inner === 'string' ? inner : undefined;
}
