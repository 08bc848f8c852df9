// Ledger: writes what became of deliveries, many in one transaction, one transaction at a time, in the order they happened.
import type { Log } from '../core/channel.ts';
import type { NewEvent } from '../core/event.ts';
import type { Delivery, Store } from '../core/store.ts';
import type { Clock } from './clock.ts';
import type { EndpointRun } from './run.ts';

interface Row {
  readonly run: EndpointRun;
  readonly delivery: Delivery;
  /** Items that need not be held in memory any more once this is written. */
  readonly frees: number;
}

/** How long rows gather before a flush: each costs a disk sync that accepting messages wants too. */
const GATHER_MS = 20;
const GATHER_ROWS = 256;
const AGAIN_MS = 1_000;
/** Entries that matched nothing move a cursor only in memory, and are written after this many. */
const CURSOR_STEP = 1_000;

export interface LedgerDeps {
  readonly store: Pick<Store, 'settle' | 'append'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The runs that speak for their endpoints now: their cursors are written too. */
  runs(): Iterable<EndpointRun>;
  /** Called after each transaction; `appended` when the log grew. */
  settled(appended: boolean): void;
}

export class Ledger {
  readonly #deps: LedgerDeps;
  #rows = new Map<string, Row>();
  #notices: NewEvent[] = [];
  #work: Promise<void> = Promise.resolve();
  #planned: { readonly cancel: () => void; readonly ms: number } | undefined;

  constructor(deps: LedgerDeps) {
    this.#deps = deps;
  }

  /** `frees`: the item is resolved and leaves memory once written. */
  put(run: EndpointRun, delivery: Delivery, frees: boolean): void {
    const key = keyOf(delivery);
    const freed = (this.#rows.get(key)?.frees ?? 0) + (frees ? 1 : 0);
    this.#rows.set(key, { run, delivery, frees: freed });
    this.#plan(this.#rows.size >= GATHER_ROWS ? 0 : GATHER_MS);
  }

  /** An event about the feed itself. Written before the rows of the same flush: a crash repeats it rather than swallow it. */
  announce(event: NewEvent): void {
    this.#notices.push(event);
    this.#plan(GATHER_MS);
  }

  /** A run has read on, perhaps without anything to send. */
  moved(run: EndpointRun): void {
    if (farMoved(run)) this.#plan(GATHER_MS);
  }

  /** Runs alone, after what was asked for before it. */
  async exclusive<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#work.then(task);
    const after = (): void => undefined; // the caller hears of a failure; whoever comes next is not concerned
    this.#work = turn.then(after, after);
    return await turn;
  }

  /** Writes all there is, and with `everyCursor` even cursors that moved a little. Rejects when the store does. */
  async flush(everyCursor = false): Promise<void> {
    this.#planned?.cancel();
    this.#planned = undefined;
    await this.exclusive(() => this.#write(everyCursor));
  }

  /** The endpoint is deleted: its rows are no longer wanted. */
  forget(endpoint: string): void {
    for (const [key, row] of this.#rows) if (row.delivery.endpoint === endpoint) this.#rows.delete(key);
  }

  #plan(ms: number): void {
    if (this.#planned && this.#planned.ms <= ms) return;
    this.#planned?.cancel();
    const cancel = this.#deps.clock.after(ms, () => {
      this.flush().catch((error: unknown) => {
        this.#deps.log.warn({ error: String(error) }, 'deliveries could not be written; trying again');
        this.#plan(AGAIN_MS);
      });
    });
    this.#planned = { cancel, ms };
  }

  async #write(everyCursor: boolean): Promise<void> {
    const rows = this.#rows;
    this.#rows = new Map();
    const touched = new Set([...rows.values()].map((row) => row.run));
    const moved: { readonly run: EndpointRun; readonly cursor: number }[] = [];
    for (const run of this.#deps.runs()) {
      const { cursor } = run;
      const worth = everyCursor || touched.has(run) || farMoved(run);
      if (worth && cursor > run.endpoint.cursor) moved.push({ run, cursor });
    }
    const appended = this.#notices.length > 0;
    try {
      await this.#append();
      if (rows.size + moved.length > 0) {
        const deliveries = [...rows.values()].map((row) => row.delivery);
        const cursors = moved.map(({ run, cursor }) => ({ endpoint: run.endpoint.id, cursor }));
        await this.#deps.store.settle(deliveries, cursors);
      }
    } catch (error) {
      this.#takeBack(rows);
      throw error;
    }
    for (const { run, cursor } of moved) run.endpoint = { ...run.endpoint, cursor };
    for (const { run, frees } of rows.values()) run.held -= frees;
    if (appended || rows.size > 0) this.#deps.settled(appended);
  }

  async #append(): Promise<void> {
    const notices = this.#notices;
    if (notices.length === 0) return;
    this.#notices = [];
    try {
      await this.#deps.store.append(notices);
    } catch (error) {
      this.#notices = [...notices, ...this.#notices];
      throw error;
    }
  }

  /** What could not be written waits for the next flush, behind what has become of it since. */
  #takeBack(rows: ReadonlyMap<string, Row>): void {
    for (const [key, row] of rows) {
      const newer = this.#rows.get(key);
      this.#rows.set(key, newer ? { ...newer, frees: newer.frees + row.frees } : row);
    }
  }
}

function farMoved(run: EndpointRun): boolean {
  return run.cursor - run.endpoint.cursor >= CURSOR_STEP;
}

function keyOf({ endpoint, seq }: Delivery): string {
  return `${endpoint} ${seq}`;
}
