// Mounts one declared Route on the server: who may, what was sent, the deed, the answer. The hot path of the house.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { ApiKey } from '../core/access.ts';
import { GatewayError } from '../core/errors.ts';
import type { Route, RouteRequest } from '../core/route.ts';
import { sendAnswer } from './answer.ts';
import { type Body, readBody } from './body.ts';
import { checkBody, checkText, refuseUnknown } from './check.ts';
import { bearerOf, type Keyring, opens } from './keyring.ts';
import type { FormLimits } from './multipart.ts';
import { bodyRefusal, refusal } from './problem.ts';
import { requestOf } from './request.ts';

export interface MountDeps {
  readonly keyring: Keyring;
  readonly limits: FormLimits;
  readonly isClosing: () => boolean;
  /** Requests whose answer is not handed over yet. */
  readonly underWay: { count: number };
  /** Two signals: for requests that only read, and for those that write. */
  readonly closing: { readonly reading: AbortSignal; readonly writing: AbortSignal };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The valid key that came with this request. */
    apiKey: ApiKey | undefined;
  }
  interface FastifyContextConfig {
    /** A WebSocket may be opened here. */
    socket?: true;
  }
}

export const DEFAULT_BODY_LIMIT = 262_144;
/** While the house closes it still answers that it is alive. */
const ALIVE = '/healthz';

export const takesForm = (route: Route): boolean => route.body === 'form' || route.body === 'json-or-form';

export function mount(app: FastifyInstance, route: Route, deps: MountDeps): void {
  app.route({
    method: route.method === 'GET' ? ['GET', 'HEAD'] : route.method,
    url: route.path,
    // The limit of a form is that of its files; its fields alone, and JSON beside it, stay small.
    bodyLimit: takesForm(route) ? DEFAULT_BODY_LIMIT : (route.bodyLimit ?? DEFAULT_BODY_LIMIT),
    onRequest: (request, _reply, done) => admit(request, route, deps, done),
    handler: (request, reply) => counted(deps, () => serve(request, reply, route, deps)),
  });
}

/** What decides who may come in. */
export type Entry = Pick<Route, 'path' | 'access' | 'bodyLimit'>;

/** Before the body is read: nobody without the right makes us read one. */
export function admit(request: FastifyRequest, route: Entry, deps: MountDeps, done: (error?: Error) => void): void {
  const token = bearerOf(request.headers.authorization);
  const refused = unheard(request, route, deps) ?? (token === undefined ? keyless(route) : undefined);
  if (refused || token === undefined) {
    done(refused);
    return;
  }
  deps.keyring.find(token).then((key) => {
    request.apiKey = key;
    done(verdict(key, token, route));
  }, done);
}

function unheard(request: FastifyRequest, route: Entry, deps: MountDeps): GatewayError | undefined {
  if (deps.isClosing() && route.path !== ALIVE) return closingError();
  if (Number(request.headers['content-length'] ?? 0) <= (route.bodyLimit ?? DEFAULT_BODY_LIMIT)) return undefined;
  return bodyRefusal(413, 'too_large', 'the body is larger than this route takes');
}

function keyless(route: Entry): GatewayError | undefined {
  if (route.access === 'public') return undefined;
  return refusal(401, 'unauthorized', 'this needs a key', { advice: 'Send Authorization: Bearer ck_….' });
}

/** A public route does not mind foreign tokens (a platform may send its own), but a dead key of ours is told. */
function verdict(key: ApiKey | undefined, token: string, route: Entry): GatewayError | undefined {
  if (route.access === 'public')
    return key || !token.startsWith('ck_') ? undefined : refusal(401, 'unauthorized', 'this key is unknown or revoked');
  if (!key) return refusal(401, 'unauthorized', 'this key is unknown or revoked');
  if (opens(key, route.access)) return undefined;
  return refusal(403, 'forbidden', `this needs a key with scope ${route.access.join(' or ')}`);
}

export async function counted<T>({ underWay }: MountDeps, work: () => Promise<T>): Promise<T> {
  underWay.count += 1;
  try {
    return await work();
  } finally {
    underWay.count -= 1;
  }
}

async function serve(
  request: FastifyRequest,
  reply: FastifyReply,
  route: Route,
  deps: MountDeps,
): Promise<FastifyReply> {
  refuseEncoded(request);
  const body = readBody(route, request.headers['content-type'], bytesOf(request.body));
  const told = {
    body,
    key: request.apiKey,
    limits: route.files ?? deps.limits,
    closing: route.method === 'GET' ? deps.closing.reading : deps.closing.writing,
  };
  const asked = requestOf(request, told);
  checkSchema(route, asked, body);
  await sendAnswer(reply, await route.handle(asked));
  return reply;
}

const NO_QUERY = Type.Object({});

function checkSchema(route: Route, request: RouteRequest, body: Body): void {
  const { schema } = route;
  if (route.path.startsWith('/v1/') && (schema?.query || route.method === 'GET'))
    refuseUnknown(schema?.query ?? NO_QUERY, request.query);
  if (!schema) return;
  if (schema.params) checkText(schema.params, request.params);
  if (schema.query) checkText(schema.query, request.query);
  // The text fields of a form are their route's to read: a schema of numbers and truths does not fit them.
  if (schema.body && body.kind === 'json') checkBody(schema.body, body.value);
}

function bytesOf(body: unknown): Uint8Array | undefined {
  return body instanceof Uint8Array ? body : undefined;
}

function refuseEncoded(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return;
  throw refusal(415, 'unsupported_encoding', 'compressed bodies are not taken', { field: 'Content-Encoding' });
}

export function tooMany(retryAfter: number): GatewayError {
  return new GatewayError({
    code: 'too_many_requests',
    message: 'too many requests for now',
    retryable: true,
    status: 429,
    retryAfter,
    advice: 'Wait as long as Retry-After says and send again.',
  });
}

export function closingError(): GatewayError {
  return new GatewayError({
    code: 'closing',
    message: 'the gateway is stopping; nothing was stored',
    retryable: true,
    status: 503,
    retryAfter: 5,
    advice: 'Send it again in a few seconds.',
  });
}
