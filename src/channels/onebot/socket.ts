// OneBot's reverse WebSocket: the implementation connects to us, reports over its connection and is called over it.
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Opened } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { CHAT_FILES } from '../../core/media/fetch-file.ts';
import { type Fields, readJsonFields, textOf } from '../../core/payload.ts';
import { accountClosed } from '../../core/proof.ts';
import type { Socket } from '../../core/socket.ts';
import { type Calls, nobodyThere, openCalls } from './calls.ts';
import { checkCaller, type Line, takeEvent } from './line.ts';
import { type Action, deliver } from './send.ts';

/** An implementation opens one connection, or one each for events and calls; the others are for one that comes back. */
const MOST = 4;
/** The largest thing it says is a file in base64. */
const MAX_BYTES = CHAT_FILES.maxBytes * 1.4;
const CALL_TIMEOUT = 10_000;
const FILE_TIMEOUT = 5_000;
const GOING_AWAY = 1001;
/** Between attempts to take in what the house had no room for. */
const WAITS_MS = [1_000, 2_000, 5_000, 15_000, 30_000];

/** One account's connections. */
interface Switchboard {
  readonly line: Line;
  readonly calls: Calls;
  readonly open: Set<Socket>;
  /** Those that take calls, the newest last. */
  readonly callable: Socket[];
  readonly ending: AbortController;
}

export function openSocket(line: Line): Opened {
  const { door, settings } = line;
  const board: Switchboard = {
    ...{ line, calls: openCalls(), open: new Set(), callable: [] },
    ending: new AbortController(),
  };
  const { signal } = board.ending;
  door.socket({
    ...{ path: `/in/${door.account}`, access: 'public', most: MOST, maxBytes: MAX_BYTES },
    admit(request) {
      if (signal.aborted) throw accountClosed();
      checkCaller(request, new Uint8Array(0), settings);
    },
    open: (socket, { headers }) => connect(socket, textOf(headers['x-client-role']).toLowerCase(), board),
  });
  return {
    send: (outgoing) => deliver((action) => call(action, board, CALL_TIMEOUT), outgoing, line.version),
    // A receipt is owed like any other word: where the socket breaks before it, it goes over the next one.
    outward: { receipts: 'queue' },
    async close() {
      board.ending.abort();
      for (const socket of board.open) socket.close(GOING_AWAY, 'the account is closed');
    },
  };
}

/** v11's role: `event` reports only, `api` is called only; without one it does both. */
function connect(socket: Socket, role: string, board: Switchboard): void {
  const { open, callable, calls, line } = board;
  const { account, log } = line.door;
  open.add(socket);
  if (role !== 'event') callable.push(socket);
  log.info({ account, open: open.size }, 'a OneBot implementation connected');
  socket.onMessage((text) => hear(text, socket, board));
  socket.onClose(() => {
    open.delete(socket);
    const at = callable.indexOf(socket);
    if (at >= 0) callable.splice(at, 1);
    calls.broken(socket);
    log.info({ account, open: open.size }, 'a OneBot implementation left');
  });
}

function call(action: Action, { callable, calls }: Switchboard, timeoutMs: number): Promise<Fields> {
  const socket = callable.at(-1);
  return socket ? calls.ask(socket, action, timeoutMs) : Promise.reject(nobodyThere());
}

/** Resolves when it is durable, or is nothing to keep. The protocol knows no acknowledgement: nothing is said back. */
async function hear(text: string, socket: Socket, board: Switchboard): Promise<void> {
  const { line, calls, ending } = board;
  const { account, log } = line.door;
  const key = createHash('sha256').update(text).digest('hex');
  for (let tries = 0; !ending.signal.aborted; tries += 1) {
    try {
      const told = readJsonFields(text);
      // An answer to a call of ours that nobody waits for any more is no event either.
      if (calls.answered(socket, told) || isAnswer(told)) return;
      await line.retries(key, () => takeEvent(told, line, (action) => call(action, board, FILE_TIMEOUT)));
      return;
    } catch (error) {
      const code = error instanceof GatewayError ? error.code : 'failed';
      if (!(error instanceof GatewayError && error.retryable)) {
        log.warn({ account, code, err: error }, 'what came over a socket was not taken in');
        return;
      }
      // It will not be sent again: it is held here until there is room.
      if (tries === 0) log.warn({ account, code }, 'a message waits to be taken in');
      await wait(WAITS_MS[tries] ?? 30_000, ending.signal);
    }
  }
}

const isAnswer = (told: Fields): boolean =>
  told.post_type === undefined && told.type === undefined && 'retcode' in told;

/** Ends early, without an error, when the account is closed. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => {});
}
