// The door of one account: reads a payload with the channel's own `read`, makes Messages of it and hands them to the intake.
import type { Account } from './channels/index.ts';
import type { Accepted, Cells, Door, Log } from './core/channel.ts';
import type { City } from './core/city.ts';
import { GatewayError } from './core/errors.ts';
import type { Intake } from './core/intake.ts';
import type { Message } from './core/message.ts';
import type { Mint } from './core/mint.ts';
import type { Receipt } from './core/receipt.ts';
import { receiptWords } from './core/replies.ts';
import type { Route } from './core/route.ts';
import type { SocketRoute } from './core/socket.ts';
import type { Store } from './core/store.ts';
import { takeIn } from './core/take-in.ts';
import type { Guard } from './feed/guard.ts';
import { traceNow } from './tracing.ts';

export interface DoorDeps {
  readonly intake: Intake;
  readonly store: Pick<Store, 'putBlob' | 'cell' | 'putCell' | 'putCalls'>;
  readonly city: () => City;
  readonly mint: Mint;
  readonly guard: Guard;
  /** For the account's own `apiBase` alone, which the operator named: any address but metadata and this gateway. */
  readonly apiGuard: Guard;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Throws a retryable GatewayError while there is no room for new work. */
  readonly room: () => void;
  readonly admit: NonNullable<Door['admit']>;
  readonly mount: (route: Route) => void;
  readonly mountSocket: (socket: SocketRoute) => void;
  /** Counts a caller who was turned away (401, 403). */
  readonly refused: (account: string, code: string) => void;
  /** Told of every message that was taken in: what waits for the citizen's next word may go now. */
  readonly heard: (message: Message, receipt: Receipt) => void;
  /** Everything comes from files: nobody is written to about its arrival. */
  readonly quiet: boolean;
}

export function doorOf(account: Account, deps: DoorDeps): Door {
  const { channel, settings, name } = account;
  return {
    account: name,
    async accept(payload) {
      deps.room();
      const said = await channel.read(payload, settings);
      const city = deps.city();
      const mouth = {
        channel: channel.name,
        account: name,
        tenant: account.block.tenant ?? city.tenant,
        level: city.level,
        utcOffsetMinutes: city.utcOffsetMinutes,
        quiet: deps.quiet,
        traceparent: traceNow(),
      };
      return Promise.all(said.map((one) => take(takeIn(one, mouth, deps.mint, deps.now()), deps)));
    },
    async tally(facts) {
      deps.room();
      const tenant = account.block.tenant ?? deps.city().tenant;
      const changed: boolean[] = [];
      for (let from = 0; from < facts.length; from += TALLIED)
        changed.push(...(await deps.store.putCalls(name, tenant, facts.slice(from, from + TALLIED))));
      return changed;
    },
    route: (route) => deps.mount(counted(route, name, deps)),
    socket: (socket) => deps.mountSocket(countedSocket(socket, name, deps)),
    fetch: (url, { api, ...options } = {}) =>
      reached((api && isApi(url, account) ? deps.apiGuard : deps.guard).request(url, options)),
    async blob(bytes, info) {
      deps.room();
      return deps.store.putBlob(bytes, info);
    },
    admit: deps.admit,
    words(receipt, where) {
      const { replies, utcOffsetMinutes } = deps.city();
      if (receipt === 'welcome') return replies.welcome;
      const isNote = receipt.outcome === 'noted' && !receipt.caseNo;
      return where?.group && !isNote ? replies.group : receiptWords(receipt, replies, utcOffsetMinutes);
    },
    cells: cellsOf(name, deps.store),
    log: deps.log,
    now: deps.now,
    signal: deps.signal,
  };
}

/** Calls a transaction: nobody waits long behind a whole day's list. */
const TALLIED = 500;

async function take(message: Message, { intake, heard }: DoorDeps): Promise<Accepted> {
  const accepted = await intake.accept(message);
  heard(message, accepted.receipt);
  return accepted;
}

function counted(route: Route, account: string, { refused }: DoorDeps): Route {
  return {
    ...route,
    async handle(request) {
      try {
        return await route.handle(request);
      } catch (error) {
        if (isRefusal(error)) refused(account, error.code);
        throw error;
      }
    },
  };
}

function countedSocket(socket: SocketRoute, account: string, { refused }: DoorDeps): SocketRoute {
  return {
    ...socket,
    admit(request) {
      try {
        socket.admit(request);
      } catch (error) {
        if (isRefusal(error)) refused(account, error.code);
        throw error;
      }
    },
  };
}

const isRefusal = (error: unknown): error is GatewayError =>
  error instanceof GatewayError && (error.status === 401 || error.status === 403);

function isApi(url: string, { block }: Account): boolean {
  if (block.apiBase === undefined || !URL.canParse(url) || !URL.canParse(block.apiBase)) return false;
  return new URL(url).origin === new URL(block.apiBase).origin;
}

/** undici's errors in words of the house. Only those of a connection that never stood say that nothing was sent. */
async function reached<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
    const never = typeof code === 'string' && NEVER_STOOD.has(code);
    throw new GatewayError({
      code: never ? 'unreachable' : 'answer_cut',
      message: never ? 'no connection could be made' : 'the connection ended before an answer came',
      retryable: true,
      cause,
    });
  }
}

const NEVER_STOOD: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'],
  'UND_ERR_CONNECT_TIMEOUT',
]);

const LARGEST_CELL = 65_536;

function cellsOf(account: string, store: DoorDeps['store']): Cells {
  return {
    get: (name) => store.cell(account, name),
    async put(name, value) {
      if (value !== undefined && Buffer.byteLength(value) > LARGEST_CELL)
        throw new GatewayError({ code: 'too_large', message: `cell ${name} is over 64 KiB`, retryable: false });
      await store.putCell(account, name, value);
    },
  };
}
