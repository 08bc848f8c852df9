// Retention: lets go of the log's beginning once it is older than the days the operator has set. Without a setting all stays.
import type { Log } from '../core/channel.ts';
import type { Endpoint } from '../core/store.ts';
import type { Clock } from './clock.ts';
import type { FeedStore } from './feed-store.ts';

export interface RetentionDeps {
  readonly store: Pick<FeedStore, 'positionAt' | 'trimLog' | 'owed' | 'outgoingCursor' | 'floor'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Never trimmed when undefined. */
  readonly days: number | undefined;
  readonly endpoints: () => readonly Endpoint[];
  /** Positions running replays have come to. */
  readonly replaying: () => readonly number[];
}

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 3_600_000;
/** Entries in one transaction: commits wait for it. */
const AT_ONCE = 2_000;

/** Looks at once and then every hour, until the answer is called. */
export function watchRetention(deps: RetentionDeps): () => void {
  const { clock, log, days } = deps;
  if (days === undefined) return () => undefined;
  let closed = false;
  let cancel = (): void => undefined;
  const look = async (): Promise<void> => {
    try {
      const trimmed = await trim(deps, days, () => closed);
      if (trimmed > 0) log.info({ trimmed, days }, 'the beginning of the log was let go of');
    } catch (error) {
      log.warn({ error: String(error) }, 'the log could not be trimmed; trying again in an hour');
    }
    if (!closed) cancel = clock.after(LOOK_EVERY_MS, () => void look());
  };
  void look();
  return () => {
    closed = true;
    cancel();
  };
}

/** Counts what it let go of. */
async function trim(deps: RetentionDeps, days: number, closed: () => boolean): Promise<number> {
  const { store, clock } = deps;
  const old = await store.positionAt(clock.now() - days * DAY_MS);
  const upTo = Math.min(old, await owedFrom(deps));
  let trimmed = 0;
  for (let some = AT_ONCE; some === AT_ONCE && !closed(); trimmed += some) some = await store.trimLog(upTo, AT_ONCE);
  return trimmed;
}

/**
 * Last position that nobody is owed: of enabled endpoints what is not taken yet, of citizens what is not written down to be
 * sent. What is parked is owed, and with it the dead letter it waits for. A disabled endpoint keeps nothing back, or one that nobody enables again would keep the log for ever: it is told.
 */
async function owedFrom({ store, endpoints, replaying }: RetentionDeps): Promise<number> {
  let upTo = Math.min(
    Number.MAX_SAFE_INTEGER,
    ...replaying(),
    (await store.outgoingCursor()) ?? Number.MAX_SAFE_INTEGER,
  );
  for (const { id, state, cursor } of endpoints()) {
    if (state !== 'enabled') continue;
    upTo = Math.min(upTo, cursor, ((await store.owed(id)) ?? Number.MAX_SAFE_INTEGER) - 1);
  }
  return upTo;
}
