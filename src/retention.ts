// Retention: erases settled cases, and forgets what opened none, once they are older than the months the city has set.

import type { Log } from './core/channel.ts';
import { GatewayError } from './core/errors.ts';
import { redact } from './core/redact.ts';
import { SETTLED_STATUS } from './core/status.ts';
import type { Store } from './core/store.ts';

export interface Keeping {
  readonly store: Pick<Store, 'expired' | 'findCase' | 'erase' | 'forgetLoose'>;
  readonly months: number;
  readonly utcOffsetMinutes: number;
  readonly now: () => number;
  /** A fresh time-ordered ULID. */
  readonly ulid: () => string;
  readonly log: Log;
  /** Wakes the followers of the log. */
  readonly committed: () => void;
  /** Aborted when the house closes: what is under way is finished, nothing more is begun. */
  readonly signal: AbortSignal;
}

export interface Kept {
  readonly erased: number;
  readonly forgotten: number;
}

/** Cases between two looks at the list; messages go in between, one commit a case. */
const BATCH = 50;

/** Goes once through all that is over. Rejects when the store takes nothing now; then the rest is for the next time. */
export async function keepTo(keeping: Keeping): Promise<Kept> {
  const { store, months, utcOffsetMinutes, now, signal } = keeping;
  const before = monthsBefore(now(), months, utcOffsetMinutes);
  const erased = await eraseAll(keeping, before);
  let forgotten = 0;
  for (let some = 1; some > 0 && !signal.aborted; forgotten += some) some = await store.forgetLoose(before);
  return { erased, forgotten };
}

/** Those that cannot be erased stay on the store's list, and must not fill it: each is looked at once. */
async function eraseAll(keeping: Keeping, before: number): Promise<number> {
  const { store, signal, committed } = keeping;
  const seen = new Set<string>();
  let erased = 0;
  while (!signal.aborted) {
    const listed = await store.expired(before, BATCH + seen.size - erased);
    const fresh = listed.filter((no) => !seen.has(no));
    if (fresh.length === 0) break;
    const sofar = erased;
    for (const no of fresh) {
      if (signal.aborted) break;
      seen.add(no);
      if (await eraseOne(no, keeping, before)) erased += 1;
    }
    if (erased > sofar) committed();
  }
  return erased;
}

/** One case that cannot be erased does not keep the others. */
async function eraseOne(no: string, keeping: Keeping, before: number): Promise<boolean> {
  const { store, now, utcOffsetMinutes, ulid, log } = keeping;
  try {
    const c = await store.findCase(no);
    // Somebody may have opened it again since the list was made.
    if (!c || !SETTLED_STATUS.includes(c.status) || Date.parse(c.updatedAt) >= before) return false;
    const given = { now: now(), utcOffsetMinutes, ulid, by: 'system', reason: 'retention' };
    const { event, audit } = redact(c, given);
    return await store.erase(no, audit, event);
  } catch (error) {
    if (error instanceof GatewayError && error.retryable) throw error;
    log.error({ err: error, caseNo: no }, 'a case whose time is over could not be erased');
    return false;
  }
}

/** The same day and hour so many months ago, in the city's time; the last of the month where it has no such day. */
export function monthsBefore(now: number, months: number, utcOffsetMinutes: number): number {
  const offset = utcOffsetMinutes * 60_000;
  const local = new Date(now + offset);
  const day = local.getUTCDate();
  local.setUTCDate(1);
  local.setUTCMonth(local.getUTCMonth() - months);
  const days = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
  local.setUTCDate(Math.min(day, days));
  return local.getTime() - offset;
}

/** Runs `task` once after `ms`; the answer cancels it. */
export type After = (ms: number, task: () => void) => () => void;

const SOON_MS = 60_000;
const DAY_MS = 86_400_000;

/** Soon after the start, then once a day. Without a number of months nothing happens: there is no hidden default. */
export function openRetention(
  { months, ...rest }: Omit<Keeping, 'months' | 'signal'> & { readonly months: number | undefined },
  after: After,
): { close(): Promise<void> } {
  if (months === undefined) return { close: async () => {} };
  const { log } = rest;
  const ending = new AbortController();
  const { signal } = ending;
  const keeping: Keeping = { ...rest, months, signal };
  let running = Promise.resolve();
  let cancel = after(SOON_MS, begin);

  function begin(): void {
    running = turn();
  }

  async function turn(): Promise<void> {
    try {
      const kept = await keepTo(keeping);
      if (kept.erased + kept.forgotten > 0) log.info(kept, 'what was older than retention.months was erased');
    } catch (error) {
      log.error({ err: error }, 'what is older than retention.months could not be erased; trying again in a day');
    }
    if (!signal.aborted) cancel = after(DAY_MS, begin);
  }

  return {
    async close() {
      ending.abort();
      cancel();
      await running;
    },
  };
}
