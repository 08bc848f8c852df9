// One request as routes see it. What few routes ask for (cookies, parts, the abort signal) is made only when asked for.
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { ApiKey } from '../core/access.ts';
import type { FormPart, RouteRequest } from '../core/route.ts';
import type { Body } from './body.ts';
import { type FormLimits, multipartParts } from './multipart.ts';
import { refusal } from './problem.ts';

export interface Told {
  readonly body: Body;
  readonly key: ApiKey | undefined;
  readonly limits: FormLimits;
  /** Aborted when the house closes: at once for reading requests, at the last moment for writing ones. */
  readonly closing: AbortSignal;
}

export function requestOf(request: FastifyRequest, told: Told): RouteRequest {
  let headers: Record<string, string> | undefined;
  let cookies: Record<string, string> | undefined;
  let signal: AbortSignal | undefined;
  return {
    params: textsOf(request.params),
    query: textsOf(request.query),
    url: request.raw.url ?? '',
    get headers() {
      headers ??= headersOf(request);
      return headers;
    },
    get cookies() {
      cookies ??= cookiesOf(request.headers.cookie);
      return cookies;
    },
    body: told.body.value,
    parts: () => partsOf(request, told),
    ...(told.key ? { key: told.key } : {}),
    address: request.ip,
    get signal() {
      signal ??= signalOf(request, told.closing);
      return signal;
    },
  };
}

function headersOf(request: FastifyRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return headers;
}

/** Query and path parameters; one that stands twice is refused, since two readers would take different ones. */
function textsOf(values: unknown): Record<string, string> {
  const texts: Record<string, string> = {};
  if (typeof values !== 'object' || values === null) return texts;
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'string')
      throw refusal(400, 'repeated_parameter', `${name.slice(0, 60)} stands twice`, { field: name.slice(0, 60) });
    texts[name] = value;
  }
  return texts;
}

/** The first of a name counts, as RFC 6265 servers do; a value that is not percent-encoded stays as it is. */
function cookiesOf(header: string | undefined): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const pair of (header ?? '').split(';', 100)) {
    const cut = pair.indexOf('=');
    const name = pair.slice(0, cut).trim();
    if (cut < 0 || name === '' || name === '__proto__' || Object.hasOwn(cookies, name)) continue;
    const value = pair
      .slice(cut + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1');
    cookies[name] = /^(?:[^%]|%[0-7][0-9a-f])*$/i.test(value) ? decodeURIComponent(value) : value;
  }
  return cookies;
}

async function* partsOf(request: FastifyRequest, told: Told): AsyncGenerator<FormPart> {
  if (told.body.kind === 'multipart') yield* multipartParts(request, told.limits);
  for (const [name, value] of told.body.fields ?? [])
    yield {
      name,
      value,
      bytes: () => Promise.reject(refusal(400, 'not_a_file', 'this part is no file', { field: name })),
    };
}

function signalOf(request: FastifyRequest, closing: AbortSignal): AbortSignal {
  return AbortSignal.any([goneOf(request.raw.socket), closing]);
}

/** One listener a connection: thousands of requests may come over it. */
const leaving = new WeakMap<Socket, AbortSignal>();

function goneOf(socket: Socket): AbortSignal {
  const known = leaving.get(socket);
  if (known) return known;
  const gone = new AbortController();
  if (socket.destroyed) gone.abort();
  else socket.once('close', () => gone.abort());
  leaving.set(socket, gone.signal);
  return gone.signal;
}
