// Window: the tail of the log in memory, so that one read of the store serves every endpoint and stream that keeps up.
import type { LogEntry } from '../core/event.ts';
import type { Store } from '../core/store.ts';

/** Entries kept in memory; one to two kilobytes each. */
export const MOST_KEPT = 1_024;
const READ = 512;

export class LogWindow {
  readonly #store: Pick<Store, 'readLog'>;
  #entries: LogEntry[] = [];
  /** The window holds every entry after `#from` up to `#to`. */
  #from: number;
  #to: number;
  /** Nothing was committed since the last read came back short. */
  #fresh = false;
  #reading: Promise<void> | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(store: Pick<Store, 'readLog'>, at: number) {
    this.#store = store;
    this.#from = at;
    this.#to = at;
  }

  /** Highest position read so far. */
  get end(): number {
    return this.#to;
  }

  /** What comes after a position is in memory, or is read into it next. */
  holds(after: number): boolean {
    return after >= this.#from;
  }

  /** Something was committed. */
  touch(): void {
    this.#fresh = false;
    for (const wake of this.#watchers) wake();
  }

  /** Calls `wake` at every commit until the answer is called. */
  watch(wake: () => void): () => void {
    this.#watchers.add(wake);
    return () => this.#watchers.delete(wake);
  }

  /** Entries after a position, oldest first, at most `limit`; empty when there are none yet. */
  async read(after: number, limit: number): Promise<readonly LogEntry[]> {
    if (after < this.#from) return await this.#store.readLog({ after, limit: Math.min(limit, READ) });
    while (after >= this.#to && !this.#fresh) {
      if (after > this.#to) this.#restart(after);
      this.#reading ??= this.#extend().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
    if (after < this.#from) return await this.#store.readLog({ after, limit: Math.min(limit, READ) });
    const start = firstAfter(this.#entries, after);
    return this.#entries.slice(start, start + limit);
  }

  async #extend(): Promise<void> {
    const begin = this.#to;
    this.#fresh = true;
    try {
      const more = await this.#store.readLog({ after: begin, limit: READ });
      const last = more.at(-1);
      if (this.#to !== begin) this.#fresh = false; // begun anew meanwhile: what was read does not join on
      if (last === undefined || this.#to !== begin) return;
      this.#entries.push(...more);
      this.#to = last.seq;
      if (more.length === READ) this.#fresh = false;
      if (this.#entries.length > 2 * MOST_KEPT) this.#trim();
    } catch (error) {
      this.#fresh = false;
      throw error;
    }
  }

  #trim(): void {
    const gone = this.#entries.splice(0, this.#entries.length - MOST_KEPT);
    this.#from = gone.at(-1)?.seq ?? this.#from;
  }

  /** A reader stands beyond the window (nobody followed for a while): begin anew where it stands. */
  #restart(at: number): void {
    this.#entries = [];
    this.#from = at;
    this.#to = at;
    this.#fresh = false;
  }
}

function firstAfter(entries: readonly LogEntry[], after: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.seq ?? 0) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the shared reading begins: with the endpoint that is furthest behind, but not further than the window keeps. */
export async function firstPosition(store: Pick<Store, 'head' | 'endpoints'>): Promise<number> {
  const head = await store.head();
  const cursors = (await store.endpoints()).filter(({ state }) => state === 'enabled').map(({ cursor }) => cursor);
  return Math.max(Math.min(head, ...cursors), head - MOST_KEPT, 0);
}
