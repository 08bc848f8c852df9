// Mounts the sockets channels declare: who may, how large, how many, who is still there; and an end when the house closes.
import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Log } from '../core/channel.ts';
import type { RouteRequest } from '../core/route.ts';
import type { Socket, SocketRoute } from '../core/socket.ts';
import { admit, counted, type MountDeps, tooMany } from './mount.ts';
import { refusal } from './problem.ts';
import { requestOf } from './request.ts';

/** What of `ws` is used here. */
interface Wire {
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly isPaused: boolean;
  send(text: string): void;
  close(code: number, reason?: string): void;
  terminate(): void;
  ping(): void;
  pause(): void;
  resume(): void;
  on(event: 'message', heard: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: 'close' | 'pong', told: () => void): unknown;
}

export interface SocketDeps extends MountDeps {
  readonly log: Log;
  /** A ping goes out so often, ms; who has not answered one by the next is gone. */
  readonly pingEvery?: number;
}

const PING_EVERY = 30_000;
const OPEN = 1;
/** Messages of one connection worked on at the same time. */
const AT_ONCE = 64;
const COME_AGAIN_SECONDS = 30;
const GOING_AWAY = 1001;
const TEXT_ONLY = 1003;
const TOO_LARGE = 1009;

/** In a scope of their own: routes beside them know nothing of upgrades. */
export async function mountSockets(app: FastifyInstance, sockets: readonly SocketRoute[], deps: SocketDeps) {
  if (sockets.length === 0) return;
  await app.register(async (scope) => {
    const maxPayload = Math.max(...sockets.map(({ maxBytes }) => maxBytes));
    await scope.register(websocket, {
      options: { maxPayload },
      // ws has closed it already; why stands in its close code.
      errorHandler: (err, wire) => {
        deps.log.info({ err }, 'a socket broke');
        wire.terminate();
      },
    });
    for (const socket of sockets) mountSocket(scope, socket, deps);
  });
}

function mountSocket(app: FastifyInstance, route: SocketRoute, deps: SocketDeps): void {
  const open = new Set<Wire>();
  app.route({
    method: 'GET',
    url: route.path,
    config: { socket: true },
    onRequest: (request, _reply, done) => admit(request, route, deps, done),
    preValidation: async (request) => {
      if (!request.ws) return;
      route.admit(asked(request, deps));
      if (open.size >= route.most) throw tooMany(COME_AGAIN_SECONDS);
    },
    handler: () => {
      throw refusal(426, 'upgrade_required', 'a WebSocket is opened here', { field: 'Upgrade' });
    },
    wsHandler: (wire: Wire, request) => {
      open.add(wire);
      wire.on('close', () => open.delete(wire));
      if (deps.isClosing()) wire.close(GOING_AWAY);
      else serve(wire, route, asked(request, deps), deps);
    },
  });
}

function asked(request: FastifyRequest, { limits, closing }: SocketDeps): RouteRequest {
  const body = { kind: 'none', value: undefined } as const;
  return requestOf(request, { body, key: request.apiKey, limits, closing: closing.reading });
}

function serve(wire: Wire, route: SocketRoute, request: RouteRequest, deps: SocketDeps): void {
  const leave = () => wire.close(GOING_AWAY, 'the gateway is stopping');
  const { reading } = deps.closing;
  reading.addEventListener('abort', leave, { once: true });
  const stopPings = watch(wire, deps.pingEvery ?? PING_EVERY);
  wire.on('close', () => {
    stopPings();
    reading.removeEventListener('abort', leave);
  });
  route.open(socketOn(wire, route, deps), request);
}

/** A cable that was pulled says nothing; without an answer to a ping the connection is over. */
function watch(wire: Wire, every: number): () => void {
  let answered = true;
  wire.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    // While we do not read we cannot hear the answer.
    if (!answered && !wire.isPaused) wire.terminate();
    else if (wire.readyState === OPEN) {
      answered = false;
      wire.ping();
    }
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}

function socketOn(wire: Wire, { maxBytes, path }: SocketRoute, deps: SocketDeps): Socket {
  let working = 0;
  const work = async (task: () => Promise<void> | void) => {
    working += 1;
    if (working >= AT_ONCE) wire.pause();
    try {
      await counted(deps, async () => task());
    } catch (err) {
      deps.log.error({ err, path }, 'a message of a socket failed');
    } finally {
      working -= 1;
      if (wire.isPaused && working < AT_ONCE) wire.resume();
    }
  };
  return {
    send(text) {
      if (wire.readyState !== OPEN) return false;
      if (wire.bufferedAmount > maxBytes) {
        // It reads nothing any more, and its words would fill our memory.
        wire.terminate();
        return false;
      }
      wire.send(text);
      return true;
    },
    close: (code = 1000, reason = '') => wire.close(code, reason),
    onMessage(heard) {
      wire.on('message', (data, isBinary) => {
        if (isBinary) wire.close(TEXT_ONLY, 'text only');
        else if (data.length > maxBytes) wire.close(TOO_LARGE, 'too large');
        else void work(() => heard(data.toString('utf8')));
      });
    },
    onClose: (left) => void wire.on('close', left),
  };
}
