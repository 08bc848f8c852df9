// The front: the fastify server that mounts what channels, feed, pages and API declare, with deadlines, refusals and a log.
import { setTimeout as pause } from 'node:timers/promises';
import multipart from '@fastify/multipart';
import type { InjectOptions } from 'fastify';
import { type FastifyInstance, type FastifyRequest, fastify, type LightMyRequestResponse } from 'fastify';
import type { Log } from '../core/channel.ts';
import type { GatewayError } from '../core/errors.ts';
import type { Route } from '../core/route.ts';
import type { SocketRoute } from '../core/socket.ts';
import type { HttpSettings } from '../settings.ts';
import { watchConnections } from './connections.ts';
import { openDocs } from './docs.ts';
import type { Keyring } from './keyring.ts';
import type { Metrics } from './metrics.ts';
import { closingError, type MountDeps, mount, takesForm } from './mount.ts';
import { fail, rawProblem, tell } from './outcome.ts';
import { type Problem, refusal } from './problem.ts';
import { mountSockets } from './sockets.ts';
import { Arriving, isBare } from './upgrade.ts';

/**
 * What `openFront` needs. `routes`: every Route of the house (API, channels, feed, pages); /openapi.json and /docs are added.
 * `keyring` and `metrics` are the ones handed to `apiRoutes`, so that a revoked key is forgotten at once.
 * `listen: false` only builds the server, for `inject`.
 * `problemPage` turns a refusal into HTML for a browser that asked for a page outside /v1 and /in. Port 0 takes any free one.
 */
export interface FrontDeps {
  readonly settings: HttpSettings;
  readonly routes: readonly Route[];
  readonly sockets?: readonly SocketRoute[];
  readonly keyring: Keyring;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly listen?: boolean;
  /** How long a request may take to arrive, ms. */
  readonly deadlines?: Deadlines;
  /** How often sockets are asked whether they are still there, ms. */
  readonly pingEvery?: number;
  readonly problemPage?: (problem: Problem) => string;
}

export interface Front {
  /** `http://127.0.0.1:8345` */
  readonly url: string;
  readonly port: number;
  inject(options: InjectOptions): Promise<LightMyRequestResponse>;
  /** New requests get 503, those under way finish, streams end; done within 5 s. */
  close(): Promise<void>;
}

interface Deadlines {
  readonly headers: number;
  /** Headers and body. */
  readonly request: number;
  readonly checkEvery: number;
}
const DEADLINES: Deadlines = { headers: 10_000, request: 15_000, checkEvery: 1_000 };
const KEEP_ALIVE = 65_000;
const MOST_CONNECTIONS = 10_000;
/**
 * When requests still on their way are let go, when those under way get the signal to give up, and when all are cut:
 * together with what closes after the front this must fit into the patience of whoever stops us, ten seconds.
 */
const LET_GO_AFTER = 2_000;
const GIVE_UP_AFTER = 3_000;
const CUT_AFTER = 4_000;
const CLOSE_CHECK = 20;

export async function openFront(deps: FrontDeps): Promise<Front> {
  const { settings } = deps;
  const house: HouseState = {
    closing: false,
    underWay: { count: 0 },
    reading: new AbortController(),
    writing: new AbortController(),
  };
  const app = buildServer(deps);
  const letGo = watchConnections(app.server);
  const mountDeps: MountDeps = {
    keyring: deps.keyring,
    limits: settings.attachments,
    isClosing: () => house.closing,
    underWay: house.underWay,
    closing: { reading: house.reading.signal, writing: house.writing.signal },
  };
  const sockets = deps.sockets ?? [];
  const { log, pingEvery } = deps;
  await mountSockets(app, sockets, { ...mountDeps, log, ...(pingEvery === undefined ? {} : { pingEvery }) });
  await mountAll(app, [...deps.routes, ...openDocs(deps.routes, settings.publicUrl)], sockets, mountDeps);
  const { port, url } = deps.listen === false ? await ready(app) : await listen(app, settings);
  return {
    url,
    port,
    inject: (options) => app.inject(options),
    close: () => closeHouse(app, house, letGo),
  };
}

interface HouseState {
  closing: boolean;
  /** Requests whose answer is not handed over yet. */
  readonly underWay: { count: number };
  readonly reading: AbortController;
  readonly writing: AbortController;
}

/** Keeps answering (503 for what is new) until what is under way is done, then stops listening. */
async function closeHouse(app: FastifyInstance, house: HouseState, letGo: () => void): Promise<void> {
  house.closing = true;
  house.reading.abort();
  const waiting = setTimeout(letGo, LET_GO_AFTER);
  const giveUp = setTimeout(() => house.writing.abort(), GIVE_UP_AFTER);
  const patience = AbortSignal.timeout(CUT_AFTER);
  while (house.underWay.count > 0 && !patience.aborted) await pause(CLOSE_CHECK);
  const { server } = app;
  // A kept-alive connection that was still sending its answer turns idle later, and nobody else closes it then.
  const close = () => (patience.aborted ? server.closeAllConnections() : server.closeIdleConnections());
  const closing = setInterval(close, CLOSE_CHECK);
  try {
    await app.close();
  } finally {
    clearTimeout(waiting);
    clearTimeout(giveUp);
    clearInterval(closing);
  }
}

function buildServer(deps: FrontDeps): FastifyInstance {
  const deadlines = deps.deadlines ?? DEADLINES;
  const started = process.hrtime.bigint().toString(36);
  let count = 0;
  const app = fastify({
    logger: false,
    // A missing Host is refused below, with a problem document.
    http: {
      headersTimeout: deadlines.headers,
      connectionsCheckingInterval: deadlines.checkEvery,
      requireHostHeader: false,
      IncomingMessage: Arriving,
    },
    requestTimeout: deadlines.request,
    keepAliveTimeout: KEEP_ALIVE,
    trustProxy: (_address, hop) => hop < deps.settings.trustedProxies,
    genReqId: () => `${started}-${++count}`,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => fail(error, request, reply, deps),
    clientErrorHandler: (error, socket) => {
      if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
      else socket.end(rawProblem(error.code ?? ''));
    },
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  // Without a listener the server answers by itself, and not with a problem document.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.addHook('onRequest', (request, _reply, done) => done(unanswerable(request)));
  app.decorateRequest('apiKey', undefined);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => fail(error, request, reply, deps));
  app.addHook('onResponse', (request, reply, done) => {
    tell(request, reply, deps);
    if (isBare(request.raw)) request.raw.socket.end();
    done();
  });
  return app;
}

function unanswerable({ raw, headers, routeOptions }: FastifyRequest): GatewayError | undefined {
  if (isBare(raw) && routeOptions.config.socket !== true)
    return refusal(400, 'no_socket', 'no WebSocket is opened at this address', { field: 'Upgrade' });
  const { expect, host } = headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return refusal(417, 'expectation_failed', 'no expectation but 100-continue is met', { field: 'Expect' });
  if (host !== undefined || raw.httpVersion === '1.0') return undefined;
  return refusal(400, 'missing_host', 'HTTP/1.1 asks for a Host header', { field: 'Host' });
}

async function mountAll(
  app: FastifyInstance,
  routes: readonly Route[],
  sockets: readonly SocketRoute[],
  deps: MountDeps,
): Promise<void> {
  for (const route of routes) if (!takesForm(route)) mount(app, route, deps);
  // Multipart bodies are streamed to the routes that read forms; everywhere else they are bytes like any other.
  await app.register(async (scope) => {
    await scope.register(multipart);
    for (const route of routes) if (takesForm(route)) mount(scope, route, deps);
  });
  const paths = pathsOf([...routes, ...sockets.map(({ path }) => ({ method: 'GET' as const, path }))]);
  app.setNotFoundHandler((request, reply) => {
    if (deps.isClosing()) throw closingError();
    const path = request.url.split('?')[0] ?? '';
    const allowed = paths.filter((p) => p.pattern.test(path)).map((p) => p.method);
    if (allowed.length === 0) throw refusal(404, 'not_found', 'there is nothing at this address');
    reply.header('allow', [...new Set(allowed)].join(', '));
    throw refusal(405, 'method_not_allowed', `this address does not take ${request.method}`);
  });
}

function pathsOf(routes: readonly Pick<Route, 'method' | 'path'>[]): { method: string; pattern: RegExp }[] {
  return routes.map(({ method, path }) => ({
    method: method === 'GET' ? 'GET, HEAD' : method,
    pattern: new RegExp(
      `^${path
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replace(/:[A-Za-z0-9_]+/g, '[^/]+')
        .replace('\\*', '.*')}$`,
    ),
  }));
}

async function ready(app: FastifyInstance): Promise<{ url: string; port: number }> {
  await app.ready();
  return { url: 'http://127.0.0.1', port: 0 };
}

async function listen(app: FastifyInstance, settings: HttpSettings): Promise<{ url: string; port: number }> {
  await app.listen({ host: settings.host, port: settings.port });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : settings.port;
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return { port, url: `http://${host}:${port}` };
}
