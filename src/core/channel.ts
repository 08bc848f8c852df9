// Channel: the one shape of every mouth of the city. Four members, in the order a reader asks, and one for archives.
import type { FileItem, SourceFile } from './archive.ts';
import type { Incoming, Message } from './message.ts';
import type { Receipt } from './receipt.ts';
import type { Route } from './route.ts';

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

/** All a channel may ask of the house. */
export interface Door {
  readonly account: string;
  /** Reads the payload with the channel's own `read` and takes in what it says. Rejects with Unreadable or a retryable GatewayError; then nothing was stored. */
  accept(payload: unknown): Promise<Accepted[]>;
  route(route: Route): void;
  /** Through the address guard, with limits on size and time: citizens send URLs. Redirects are not followed. */
  fetch(
    url: string,
    options?: {
      readonly method?: string;
      readonly headers?: Record<string, string>;
      readonly body?: string | Uint8Array;
      readonly maxBytes?: number;
      readonly timeoutMs?: number;
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
  readonly log: Log;
  now(): number;
  readonly signal: AbortSignal;
}

/** A message to a citizen; direction out. */
export interface Outgoing {
  readonly message: Message;
  readonly caseNo: string;
  readonly to: Message['sender'];
}

export interface Opened {
  close(): Promise<void>;
  /** Absent where the platform allows no message unasked. Rejects with GatewayError. */
  send?(outgoing: Outgoing): Promise<void>;
}

export interface AccountBlock {
  readonly channel: string;
  readonly tenant?: string;
  readonly apiBase?: string;
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
