// IMAP: a mailbox read without touching it. The cursor moves only after the commit, so a crash brings a repeat, never a loss.
import { setTimeout as sleep } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import type { Door } from '../../core/channel.ts';
import { GatewayError, Unreadable } from '../../core/errors.ts';
import { type ImapSettings, MOST_BYTES } from './settings.ts';

/** `validity` is the mailbox's UIDVALIDITY; `uid` the last one dealt with; `since` the day of the first start. */
interface Cursor {
  readonly validity: string;
  readonly uid: number;
  readonly since: string;
}

const CELL = 'imap';
/** A server may forget to tell of new mail: looked at this often all the same. */
const LOOK_EVERY_MS = 5 * 60_000;
const WAITS_MS = [1_000, 2_000, 5_000, 15_000, 60_000];
/** A mail at which the house itself fails is tried so often; then it stays in the mailbox, and those behind it are taken in. */
const TRIES = 3;

/** The mail the house failed at last, and how often in a row. */
interface Stuck {
  uid: number;
  times: number;
}

export interface Fetching {
  close(): Promise<void>;
}

/** Goes on until closed; a broken connection or a full disk is waited out. `receive` resolves when the mail is durable. */
export function fetchMail(
  settings: ImapSettings,
  door: Door,
  receive: (bytes: Uint8Array) => Promise<unknown>,
): Fetching {
  const ending = new AbortController();
  const stuck: Stuck = { uid: 0, times: 0 };
  const run = async (): Promise<void> => {
    for (let failures = 0; !ending.signal.aborted; failures += 1) {
      try {
        await session(settings, { door, receive, stuck }, ending.signal, () => {
          failures = 0;
        });
      } catch (error) {
        if (ending.signal.aborted) return;
        door.log.warn({ account: door.account, err: error }, 'the mailbox cannot be read just now; trying again');
      }
      const wait = WAITS_MS[Math.min(failures, WAITS_MS.length - 1)] ?? 60_000;
      await sleep(wait, undefined, { signal: ending.signal, ref: false }).catch(() => {}); // closed while waiting
    }
  };
  const running = run();
  return {
    async close() {
      ending.abort();
      await running;
    },
  };
}

/** Where mails go, and which one would not. */
interface House {
  readonly door: Door;
  readonly receive: (bytes: Uint8Array) => Promise<unknown>;
  readonly stuck: Stuck;
}

async function session(settings: ImapSettings, house: House, signal: AbortSignal, went: () => void): Promise<void> {
  const { door } = house;
  const { host, port, secure = true, user, password, mailbox = 'INBOX' } = settings;
  const client = new ImapFlow({
    host,
    port,
    secure,
    auth: { user, pass: password },
    logger: false,
    disableAutoIdle: true,
  });
  const bell = doorbell();
  const hangUp = () => {
    bell.ring();
    client.close();
  };
  client.on('exists', bell.ring);
  client.on('close', bell.ring);
  client.on('error', (error: Error) => {
    door.log.warn({ account: door.account, err: error }, 'the connection to the mailbox broke');
    bell.ring();
  });
  signal.addEventListener('abort', hangUp, { once: true });
  try {
    await client.connect();
    // Read-only (EXAMINE): nothing is moved, and nothing is marked as read.
    const box = await client.mailboxOpen(mailbox, { readOnly: true });
    let cursor = await begin(String(box.uidValidity), door);
    while (!signal.aborted && client.usable) {
      cursor = await drain(client, cursor, house, signal);
      went();
      await waitForMail(client, bell);
    }
  } finally {
    signal.removeEventListener('abort', hangUp);
    client.close();
  }
}

/**
 * The first start, and one after the server has numbered the mailbox anew, begins at 0: then unread mails and those since
 * the first start are looked at. What was taken in before is known by its Message-ID.
 */
async function begin(validity: string, door: Door): Promise<Cursor> {
  const kept = parse(await door.cells.get(CELL));
  if (kept?.validity === validity) return kept;
  return { validity, uid: 0, since: kept?.since ?? new Date(door.now()).toISOString() };
}

function parse(cell: string | undefined): Cursor | undefined {
  if (cell === undefined) return undefined;
  const value: unknown = JSON.parse(cell);
  if (typeof value !== 'object' || value === null) return undefined;
  const { validity, uid, since } = { validity: undefined, uid: undefined, since: undefined, ...value };
  return typeof validity === 'string' && typeof uid === 'number' && typeof since === 'string'
    ? { validity, uid, since }
    : undefined;
}

async function drain(client: ImapFlow, from: Cursor, house: House, signal: AbortSignal): Promise<Cursor> {
  let cursor = from;
  for (const uid of await waiting(client, cursor)) {
    if (signal.aborted) break;
    const found = await client.fetchOne(String(uid), { size: true }, { uid: true });
    if (found) await one(client, uid, found.size ?? 0, house);
    cursor = { ...cursor, uid };
    await house.door.cells.put(CELL, JSON.stringify(cursor));
  }
  return cursor;
}

async function waiting(client: ImapFlow, { uid, since }: Cursor): Promise<number[]> {
  const query = uid > 0 ? { uid: `${uid + 1}:*` } : { or: [{ seen: false }, { since: new Date(since) }] };
  const found = await client.search(query, { uid: true });
  // `n:*` always finds the last one, also when it is older.
  return (found || []).filter((one) => one > uid).sort((a, b) => a - b);
}

/** Rejects with what is worth another try; a mail nobody can read is told and passed over: it stays in the mailbox. */
async function one(client: ImapFlow, uid: number, size: number, { door, receive, stuck }: House): Promise<void> {
  const fetched = size > MOST_BYTES ? undefined : await client.fetchOne(String(uid), { source: true }, { uid: true });
  try {
    if (size > MOST_BYTES) throw new Unreadable(`the mail has ${size} bytes, more than are taken in`);
    if (fetched && fetched.source !== undefined) await receive(fetched.source);
  } catch (error) {
    if (isWorthAnotherTry(error, uid, stuck)) throw error;
    const told = error instanceof GatewayError ? { code: error.code } : { err: error };
    door.log.error({ account: door.account, uid, ...told }, 'a mail could not be read; a person must look at it');
  }
}

function isWorthAnotherTry(error: unknown, uid: number, stuck: Stuck): boolean {
  if (error instanceof GatewayError) return error.retryable;
  stuck.times = stuck.uid === uid ? stuck.times + 1 : 1;
  stuck.uid = uid;
  return stuck.times < TRIES;
}

/** IDLE until the server tells of new mail, the connection ends, or it is time to look anyway. */
async function waitForMail(client: ImapFlow, bell: Doorbell): Promise<void> {
  const idling = client.idle();
  idling.catch(() => {}); // the connection has ended, and the bell has rung
  await Promise.race([bell.rung(), sleep(LOOK_EVERY_MS, undefined, { ref: false })]);
}

interface Doorbell {
  ring(): void;
  /** Resolves at the next ring, at once when it rang since the last time. */
  rung(): Promise<void>;
}

function doorbell(): Doorbell {
  let rang = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rang = true;
      wake?.();
    },
    async rung() {
      if (!rang) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      rang = false;
      wake = undefined;
    },
  };
}
