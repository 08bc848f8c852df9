// Channel: the one shape of every mouth of the city. Four members, in the order a reader asks, and one for archives.
import type { FileItem, SourceFile } from './archive.ts';
import type { CallFact } from './call-record.ts';
import type { Incoming, Message } from './message.ts';
import type { Receipt } from './receipt.ts';
import type { Route } from './route.ts';
import type { SocketRoute } from './socket.ts';

export interface Log {
  debug(detail: object, message: string): void;
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
  error(detail: object, message: string): void;
}

/** One accepted message with the receipt its sender may see. Resolves only when both are durable. */
export interface Accepted {
  readonly messageId: string;
  readonly receipt: Receipt;
}

/**
 * What an account remembers between runs: a cursor, a mailbox's UID state, a token. Sealed at rest, at most 64 KiB a
 * value. A cursor is put only after `accept` has resolved: what it passes over is then durable, and a crash in between
 * brings a repeat, never a loss.
 */
export interface Cells {
  get(name: string): Promise<string | undefined>;
  /** Without a value the cell is emptied. */
  put(name: string, value: string | undefined): Promise<void>;
}

/** All a channel may ask of the house. */
export interface Door {
  readonly account: string;
  /** Reads the payload with the channel's own `read` and takes in what it says. Rejects with Unreadable or a retryable GatewayError; then nothing was stored. */
  accept(payload: unknown): Promise<Accepted[]>;
  /**
   * Mounts a callback, `/in/{account}`. For platforms that sign what they send: `body: 'raw'` gives the bytes as they came
   * (`request.body`), `request.url` path and query as they were sent. The answer is chosen freely: `body` a string or
   * bytes, with a `content-type`. A GatewayError of status 401 or 403 is counted by its code in
   * `civicline_channel_refused_total`; throw it before anything is accepted, then nothing is stored. See proof.ts.
   */
  route(route: Route): void;
  /** Mounts a WebSocket a platform opens to us; what `admit` refuses with 401 or 403 is counted as at a route. See socket.ts. */
  socket(socket: SocketRoute): void;
  /**
   * Writes down what an exchange tells of calls, beside any message. Answers for each fact whether it changed anything;
   * told again it does no harm, so a call that fails half way is simply made again.
   */
  tally(facts: readonly CallFact[]): Promise<boolean[]>;
  /**
   * Through the address guard, with limits on size and time: citizens send URLs. Redirects are not followed.
   * `api: true` is for calls of the platform itself: then the account's `apiBase`, and only that origin, is allowed
   * wherever it lies, since the operator named it. Never set it for an address that a message brought.
   * What a connection says comes out as GatewayError `unreachable` (nothing was sent), `timeout` or `answer_cut`.
   */
  fetch(
    url: string,
    options?: {
      readonly method?: string;
      readonly headers?: Record<string, string>;
      readonly body?: string | Uint8Array;
      readonly maxBytes?: number;
      readonly timeoutMs?: number;
      readonly api?: boolean;
    },
  ): Promise<{ status: number; headers: Record<string, string>; bytes: Uint8Array }>;
  /** Keeps bytes sealed; they belong to the next accepted message that names the reference. */
  blob(
    bytes: Uint8Array,
    info: { readonly mediaType: string; readonly name?: string },
  ): Promise<{ ref: string; hash: string; size: number }>;
  /** May this caller, who showed no key, hand in one more message now? Absent where the platform limits its own senders. */
  admit?(
    address: string,
    contentHash: string,
  ): { readonly ok: true } | { readonly ok: false; readonly retryAfter: number };
  /**
   * The receipt in words, from the city's templates; '' when there is nothing to say. `welcome`: for who just came in. `group`: others read it too, so no
   * number, code or state is in it. The house's own words must never come back as a case: channels drop their echoes.
   */
  words(receipt: Receipt | 'welcome', where?: { readonly group?: boolean }): string;
  readonly cells: Cells;
  readonly log: Log;
  now(): number;
  readonly signal: AbortSignal;
}

/** A message to a citizen; direction out. Given to `send` once, or again after a failure that left nothing behind. */
export interface Outgoing {
  /** The same for every attempt, at most 32 letters, digits, - and _: for platforms that take an id and send once. */
  readonly id: string;
  readonly message: Message;
  readonly caseNo: string;
  readonly to: Message['sender'];
  readonly purpose: Purpose;
  /** The citizen's last message on this account in this case: its external id, thread and time bind the reply. */
  readonly inReply?: Message;
  /** How many replies about this case to that message were sent before this one. */
  readonly earlier: number;
}

export type Purpose = 'receipt' | 'answer' | 'more' | 'result' | 'closed' | 'code';

/** What a platform allows when the city writes by itself; the queue keeps to it. */
export interface Outward {
  /** `channel`: receipts go in the answer to the callback. `queue`: they are sent like everything else. */
  readonly receipts: 'channel' | 'queue';
  /** How long after the citizen's last message a reply is possible, ms; always when absent. */
  readonly windowMs?: number;
  /** Replies to one message of the citizen; more wait for their next word. */
  readonly perMessage?: number;
  /** The platform takes `Outgoing.id` and sends it once: an attempt of unknown result may be made again. */
  readonly takesId?: boolean;
  /** Key kind this account reaches unasked (`email`): where another channel's window has closed, it steps in for whoever proved such a key. */
  readonly reaches?: 'email' | 'phone';
  /** There is no `send`: a person writes the answer, and the case shows this word as long as one waits. */
  readonly byHand?: string;
}

export interface Opened {
  close(): Promise<void>;
  /** Port it listens on itself, which nothing of ours may then call. */
  readonly port?: number;
  /**
   * Absent where the platform allows no message unasked. Rejects with GatewayError: retryable, it is tried again later;
   * `window_closed`, it waits for the citizen's next word; `unknown_result`, `timeout` or `answer_cut` (the platform may
   * have it), it is not sent again unless `outward.takesId`; anything else ends it as failed. Resolves with the
   * platform's own id of the message, where it gives one.
   */
  send?(outgoing: Outgoing): Promise<string | undefined>;
  /** Needed beside `send`, and instead of it where a person answers. */
  readonly outward?: Outward;
}

/** One account's block of channels.yaml; `${NAME}` in any value was replaced by the environment's before. */
export interface AccountBlock {
  readonly channel: string;
  /** 区划代码 whose cases the messages become; the city's own when absent. The door sees to it. */
  readonly tenant?: string;
  /** Where the platform's API is called instead of its public address: put before every path, then `fetch` with `api`. */
  readonly apiBase?: string;
  /** Tolerance for signed times, seconds; 300 when absent, 0 switches the check off (`checkTime` of proof.ts). */
  readonly maxSkewSeconds?: number;
  readonly [key: string]: unknown;
}

export interface Channel<Settings> {
  /** Id of the channel in config and in every message. */
  readonly name: string;
  /** Checks one account's block. Returns settings, or throws GatewayError with all problems, each with its field. */
  settings(block: AccountBlock): Settings;
  /** The whole translation, testable from a file. Throws Unreadable; yields nothing for what is no message of a citizen. */
  read(payload: unknown, settings: Settings): Incoming[] | Promise<Incoming[]>;
  open(settings: Settings, door: Door): Opened | Promise<Opened>;
  /**
   * For `import`, where the channel's archive comes in files of its own kind; without it files are JSON Lines. Yields an
   * item for everything the file holds, readable or not; throws only when the file itself cannot be read.
   */
  files?(file: SourceFile, settings: Settings, means: Pick<Door, 'blob' | 'now'>): AsyncIterable<FileItem>;
}

/** Keeps the type parameter while the directory holds channels of every kind. */
export function defineChannel<Settings>(channel: Channel<Settings>): Channel<Settings> {
  return channel;
}
