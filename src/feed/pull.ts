// Pull: pages of the log after a cursor, for readers that ask, with a wait for those that are at its end.
import { GatewayError } from '../core/errors.ts';
import type { LogEntry } from '../core/event.ts';
import { parseTime } from '../core/time.ts';
import type { Clock } from './clock.ts';
import { type Choice, decodeCursor, expired, logReset } from './cursor.ts';
import type { FeedStore } from './feed-store.ts';
import { matcher, type View } from './match.ts';
import type { LogWindow } from './window.ts';

type PullStore = Pick<FeedStore, 'epoch' | 'head' | 'floor' | 'readLog' | 'positionAt'>;

export interface Page {
  readonly entries: readonly LogEntry[];
  /** Everything up to here has been looked at. */
  readonly next: number;
  readonly more: boolean;
}

/**
 * `earliest`, `now`, a time (naive times are the city's) or a cursor, as a position. Throws what `decodeCursor` throws, and
 * `cursor_expired` (410) for a place that retention has passed: nobody misses events without hearing of it.
 */
export async function positionOf(
  store: PullStore,
  after: string,
  utcOffsetMinutes: number,
  choice?: Choice,
): Promise<number> {
  const floor = await store.floor();
  if (after === 'earliest') return floor;
  if (after === 'now') return await store.head();
  // In an unescaped query the plus of an offset arrives as a space.
  const text = after.includes('T') ? after.replace(/ (?=\d{2}:?\d{2}$)/, '+') : after;
  const time = parseTime(text, utcOffsetMinutes);
  if (time !== undefined) {
    const found = await store.positionAt(time);
    if (floor > 0 && found <= floor) throw expired(store.epoch, floor);
    return found;
  }
  const position = decodeCursor(after, store.epoch, choice);
  if (position > (await store.head())) throw logReset();
  if (position < floor) throw expired(store.epoch, floor);
  return position;
}

/** A place that was asked for under another name than `after`: a refusal names the field the caller wrote. */
export async function placeOf(field: string, position: Promise<number>): Promise<number> {
  try {
    return await position;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.field !== 'after') throw error;
    const { code, message, retryable, status, advice } = error;
    throw new GatewayError({ code, message, retryable, status, field, ...(advice ? { advice } : {}), cause: error });
  }
}

/** Entries one question to the store may look at: commits wait until it is answered, and rare events lie far apart. */
const MOST_WALKED = 20_000;
/** A filter reads words, so a page looks at so many entries and no more; the next one goes on from there. */
const MOST_LOOKED = 5_000;
const LOOKED_AT_ONCE = 500;

async function page(
  store: PullStore,
  { after, limit, view, signal }: { after: number; limit: number; view: View; signal: AbortSignal },
): Promise<Page> {
  const { filter, ...asked } = view;
  const shows = matcher(view);
  const head = await store.head();
  const entries: LogEntry[] = [];
  let at = after;
  let looked = 0;
  while (at < head && entries.length < limit && looked < MOST_LOOKED && !signal.aborted) {
    const upTo = Math.min(head, at + MOST_WALKED);
    const most = filter === undefined ? limit - entries.length : LOOKED_AT_ONCE;
    const found = await store.readLog({ after: at, upTo, limit: most, ...asked });
    looked += filter === undefined ? 0 : found.length;
    at = found.length < most ? upTo : (found.at(-1)?.seq ?? upTo);
    for (const entry of found) {
      // The store need not know who is barred, nor filters.
      if (!shows(entry)) continue;
      entries.push(entry);
      if (entries.length < limit) continue;
      at = entry.seq;
      break;
    }
  }
  // What was let go of while this was read must not be passed over in silence.
  const floor = await store.floor();
  if (after < floor) throw expired(store.epoch, floor);
  return { entries, next: at, more: at < head };
}

/** As `page`, but waits up to `waitMs` for something to show. */
export async function waitForPage(
  { store, window, clock }: { readonly store: PullStore; readonly window: LogWindow; readonly clock: Clock },
  {
    after,
    limit,
    view,
    waitMs,
    signal,
  }: { after: number; limit: number; view: View; waitMs: number; signal: AbortSignal },
): Promise<Page> {
  const end = clock.now() + waitMs;
  const changes = watchChanges(window, clock, signal);
  try {
    for (let from = after; ; ) {
      const found = await page(store, { after: from, limit, view, signal });
      if (found.entries.length > 0 || found.more || signal.aborted || clock.now() >= end) return found;
      from = found.next;
      await changes.wait(end - clock.now());
    }
  } finally {
    changes.close();
  }
}

export interface Changes {
  /** Resolves at the next commit, or the one that came since the last wait (true); after `ms` or at the abort (false). */
  wait(ms: number): Promise<boolean>;
  close(): void;
}

export function watchChanges(window: LogWindow, clock: Clock, signal: AbortSignal): Changes {
  let changed = false;
  let wake: (() => void) | undefined;
  const touch = (): void => {
    changed = true;
    wake?.();
  };
  const unwatch = window.watch(touch);
  const stop = (): void => wake?.();
  signal.addEventListener('abort', stop);
  return {
    async wait(ms) {
      if (!changed && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const cancel = clock.after(ms, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
        wake = undefined;
      }
      const was = changed;
      changed = false;
      return was;
    },
    close() {
      unwatch();
      signal.removeEventListener('abort', stop);
    },
  };
}

/** The types a reader asks for, separated by commas. Throws `unknown_type` for an empty one. */
export function typesOf(query: Readonly<Record<string, string>>): string[] | undefined {
  const types = query.types?.split(',').map((type) => type.trim());
  if (types?.some((type) => type === '')) {
    throw new GatewayError({
      code: 'unknown_type',
      message: 'types must be event types separated by commas.',
      retryable: false,
      status: 422,
      field: 'types',
      advice: 'Leave it out for all; GET /v1/event-types lists them.',
    });
  }
  return types;
}
