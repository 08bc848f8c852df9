// Follow: reads the log after each endpoint's cursor and gives every endpoint its turn; knows nothing of HTTP.
import type { Log } from '../core/channel.ts';
import type { Delivery } from '../core/store.ts';
import type { Clock } from './clock.ts';
import { type Pace, Paced } from './paced.ts';
import type { EndpointRun, Item, Lane } from './run.ts';
import type { LogWindow } from './window.ts';

export interface FollowDeps {
  readonly window: LogWindow;
  readonly clock: Clock;
  readonly log: Log;
  /** Attempts at once over all endpoints that answer; those that have not shown it, or have become slow, stand aside. */
  readonly concurrency: number;
  /** Tries the first of a lane; must end with `run.done` or `run.later`, unless the run has stopped. Never rejects. */
  attempt(run: EndpointRun, lane: Lane, item: Item): Promise<void>;
  /** An event waits behind an earlier one of its case; a parked one need not be held any more once that is written. */
  waits(run: EndpointRun, row: Delivery): void;
  moved(run: EndpointRun): void;
  /** The last attempt of a stopped run has ended. */
  idle(run: EndpointRun): void;
}

/** An attempt that takes longer gives its place to others, and its endpoint has to show again that it answers. */
const SLOW_MS = 100;
/**
 * Attempts that stand aside cost a connection and little else, so there is room for many; beyond that an endpoint has one.
 * Whoever has not answered lately is sent to from here: it takes no place from those that do, not even for a moment.
 */
const ASIDE_FACTOR = 16;
/** Whoever failed last: a failed attempt costs several times a good one (a new connection, an answer cut off, a row to be tried again). */
const SICK: Pace = { atOnce: 4, busyAtOnce: 1, busyPauseMs: 20, longestPlaceMs: SLOW_MS };
/** Whoever has never been sent to while others are: it may answer as well as they do, or not, and its first attempt costs most. */
const FRESH: Pace = { atOnce: 64, busyAtOnce: 2, busyPauseMs: 5, longestPlaceMs: 5 };
const READ = 256;
const AGAIN_MS = 1_000;

interface Flight {
  readonly run: EndpointRun;
  readonly since: number;
  state: 'quick' | 'aside' | 'over';
}

export class Follower {
  readonly #deps: FollowDeps;
  readonly runs = new Map<string, EndpointRun>();
  readonly #round: EndpointRun[] = [];
  /** Those that are still to show that they answer, and those that answer slowly. */
  readonly #besides: EndpointRun[] = [];
  readonly #sick: Paced;
  /** Those that have never been sent to, where they come beside others that answer. */
  readonly #fresh: Paced;
  readonly #flights: Flight[] = [];
  #quick = 0;
  #aside = 0;
  #reading = false;
  #readAgain = false;
  #stretches = 0;
  #closed = false;
  #cancelSlow: (() => void) | undefined;

  constructor(deps: FollowDeps) {
    this.#deps = deps;
    const paced = (pace: Pace) =>
      new Paced({ clock: deps.clock, pace, busy: () => this.#busy, serve: (run) => this.#serveAside(run) });
    this.#sick = paced(SICK);
    this.#fresh = paced(FRESH);
  }

  /** Somebody who answers is being sent to, or is about to be. */
  get #busy(): boolean {
    return this.#quick > 0 || this.#round.length > 0;
  }

  get inflight(): number {
    return this.#quick + this.#aside;
  }

  add(run: EndpointRun): void {
    this.runs.set(run.endpoint.id, run);
    this.stir(run);
    this.read();
  }

  /** Stops taking and sending. */
  close(): void {
    this.#closed = true;
    this.#cancelSlow?.();
    this.#sick.close();
    this.#fresh.close();
    for (const run of this.runs.values()) this.stop(run);
  }

  stop(run: EndpointRun): void {
    run.stopped = true;
    run.cancelWake?.();
    if (run.inflight === 0) this.#deps.idle(run);
  }

  /** Reads on wherever there is room; one reading at a time serves all who ask meanwhile. */
  read(): void {
    this.#readAgain = true;
    if (this.#reading || this.#closed) return;
    this.#reading = true;
    this.#readAll().catch((error: unknown) => {
      this.#deps.log.warn({ error: String(error) }, 'the log could not be read; trying again');
      if (!this.#closed) this.#deps.clock.after(AGAIN_MS, () => this.read());
    });
  }

  async #readAll(): Promise<void> {
    try {
      while (this.#readAgain && !this.#closed) {
        this.#readAgain = false;
        await this.#readRound();
      }
    } finally {
      // In the same breath as the look at #readAgain: whoever asks after it must begin anew, not be lost.
      this.#reading = false;
    }
  }

  /** Everybody who keeps up, from memory, and one of those far behind, from the store: so they hold up nobody else. */
  async #readRound(): Promise<void> {
    const behind: EndpointRun[] = [];
    for (const run of this.runs.values()) {
      if (run.room <= 0) continue;
      if (this.#deps.window.holds(run.position)) await this.#readFor(run);
      else behind.push(run);
    }
    const [next] = behind.sort((a, b) => a.readAt - b.readAt);
    if (!next) return;
    next.readAt = ++this.#stretches;
    await this.#readFor(next);
    if (behind.length > 1) this.#readAgain = true;
  }

  /** One stretch; the next one comes in the next round. */
  async #readFor(run: EndpointRun): Promise<void> {
    const entries = await this.#deps.window.read(run.position, Math.min(READ, run.room));
    if (entries.length === 0 || this.#closed) return;
    this.#readAgain = true;
    const { waiting, parked } = run.take(entries);
    for (const item of waiting) this.#recordWaiting(run, item, 'pending');
    for (const item of parked) this.#recordWaiting(run, item, 'parked');
    this.#deps.moved(run);
    this.stir(run);
  }

  /** Looks what is due at this endpoint, and sends as much as everybody's share allows. */
  stir(run: EndpointRun): void {
    if (run.stopped) return;
    this.#plan(run);
    this.#line(run);
    this.#send();
  }

  /** When to look again though no attempt ends. */
  #plan(run: EndpointRun): void {
    const { clock } = this.#deps;
    const next = run.wake(clock.now());
    run.cancelWake?.();
    run.cancelWake = next === undefined ? undefined : clock.after(next - clock.now(), () => this.stir(run));
  }

  /** Puts a lane off to `at`; what waits behind it gets rows, so that the cursor can pass. */
  later(run: EndpointRun, lane: Lane, at: number): void {
    for (const item of run.later(lane, at)) this.#recordWaiting(run, item, 'pending');
  }

  /** The first of a lane is dead and its endpoint wants the rest to stand still. */
  park(run: EndpointRun, lane: Lane): void {
    for (const item of run.park(lane)) {
      this.#recordWaiting(run, item, 'parked');
      run.held--;
    }
  }

  #recordWaiting(run: EndpointRun, item: Item, state: 'pending' | 'parked'): void {
    item.recorded = true;
    item.body = undefined;
    const { seq, eventId, type, lane } = item;
    this.#deps.waits(run, { endpoint: run.endpoint.id, seq, eventId, type, lane, state, attempts: 0 });
  }

  #line(run: EndpointRun): void {
    if (run.queued || !run.canSend(this.#deps.clock.now())) return;
    run.queued = true;
    const fresh = run.seen.successes === 0 && this.#busy;
    const line = run.answers ? this.#round : run.failing ? this.#sick : fresh ? this.#fresh : this.#besides;
    line.push(run);
  }

  #send(): void {
    this.#serveRound();
    // Whoever stands aside can wait for nothing but its own answers, so this line is always served to its end.
    for (let run = this.#besides.shift(); run; run = this.#besides.shift()) void this.#serveAside(run);
    this.#watchSlow();
  }

  #serveRound(): void {
    while (this.#quick < this.#deps.concurrency) {
      const run = this.#round.shift();
      if (!run) break;
      void this.#serve(run, false);
    }
  }

  async #serveAside(run: EndpointRun): Promise<void> {
    const full = run.aside > 0 && this.#aside >= this.#deps.concurrency * ASIDE_FACTOR;
    if (!run.answers) return await this.#serve(run, full);
    this.#round.push(run);
    this.#serveRound();
  }

  /** Round robin: one attempt for each endpoint in turn. One that is `full` comes back when an attempt of its own ends. */
  #serve(run: EndpointRun, full: boolean): Promise<void> | undefined {
    run.queued = false;
    if (this.#closed || full || !run.canSend(this.#deps.clock.now())) return undefined;
    const lane = run.next(this.#deps.clock.now());
    const item = lane?.items[0];
    const flight = lane && item && this.#start(run, lane, item);
    // Its rate lets the next one go after a while, however long this one takes.
    if (run.terms.rate !== undefined && !run.stopped) this.#plan(run);
    this.#line(run);
    return flight;
  }

  #start(run: EndpointRun, lane: Lane, item: Item): Promise<void> {
    const since = this.#deps.clock.now();
    const flight: Flight = { run, since, state: run.answers ? 'quick' : 'aside' };
    if (flight.state === 'quick') {
      this.#flights.push(flight);
      this.#quick++;
    } else this.#standAside(run);
    run.inflight++;
    return this.#deps.attempt(run, lane, item).finally(() => {
      if (flight.state === 'aside') {
        this.#aside--;
        run.aside--;
      } else this.#quick--;
      flight.state = 'over';
      if (this.#deps.clock.now() - since >= SLOW_MS) run.answers = false;
      run.inflight--;
      if (run.stopped && run.inflight === 0) this.#deps.idle(run);
      if (run.stopped) this.#send();
      else this.stir(run);
    });
  }

  #standAside(run: EndpointRun): void {
    this.#aside++;
    run.aside++;
  }

  /** Takes the place from attempts that have become slow; when all are taken, looks again once the oldest has. */
  #watchSlow(): void {
    const { clock } = this.#deps;
    const now = clock.now();
    let freed = false;
    for (let first = this.#flights[0]; first; first = this.#flights[0]) {
      if (first.state !== 'over') {
        if (now - first.since < SLOW_MS) break;
        first.state = 'aside';
        first.run.answers = false;
        this.#quick--;
        this.#standAside(first.run);
        freed = true;
      }
      this.#flights.shift();
    }
    if (freed) {
      this.#send();
      return;
    }
    const first = this.#flights[0];
    if (!first || this.#quick < this.#deps.concurrency || this.#cancelSlow || this.#closed) return;
    this.#cancelSlow = clock.after(first.since + SLOW_MS - now, () => {
      this.#cancelSlow = undefined;
      this.#watchSlow();
    });
  }
}
