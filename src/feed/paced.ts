// Paced: a line of endpoints that may cost more than those that answer: sent to in the time the others leave, and a little all the same.
import type { Clock } from './clock.ts';
import type { EndpointRun } from './run.ts';

export interface Pace {
  /** Attempts at once while nobody who answers is being sent to. */
  readonly atOnce: number;
  /** Attempts at once while somebody is, and the least time between two times that some begin. */
  readonly busyAtOnce: number;
  readonly busyPauseMs: number;
  /** An attempt that takes longer gives its place to the next, so that those that hang do not hold up the line. */
  readonly longestPlaceMs: number;
}

export interface PacedDeps {
  readonly clock: Clock;
  readonly pace: Pace;
  /** Somebody who answers is being sent to now, or is about to be. */
  busy(): boolean;
  /** Begins an attempt, if it is still wanted; resolves when that has ended. */
  serve(run: EndpointRun): Promise<void>;
}

/** None begins in the breath in which an event is taken up, since it comes due with the same event as the others. */
const PAUSE_MS = 5;

interface Place {
  readonly since: number;
  over: boolean;
}

export class Paced {
  readonly #deps: PacedDeps;
  readonly #line: EndpointRun[] = [];
  #places: Place[] = [];
  #begunAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(deps: PacedDeps) {
    this.#deps = deps;
  }

  push(run: EndpointRun): void {
    this.#line.push(run);
    this.#plan();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #plan(): void {
    if (this.#line.length === 0 || this.#cancel || this.#closed) return;
    this.#cancel = this.#deps.clock.after(PAUSE_MS, () => {
      this.#cancel = undefined;
      this.#look();
      this.#plan();
    });
  }

  #look(): void {
    const { clock, pace, serve } = this.#deps;
    const now = clock.now();
    // Times are compared both ways: a clock that was set back must not make them wait for the time it showed before.
    this.#places = this.#places.filter(({ since, over }) => !over && Math.abs(now - since) < pace.longestPlaceMs);
    const busy = this.#deps.busy();
    if (busy && Math.abs(now - this.#begunAt) < pace.busyPauseMs) return;
    while (this.#places.length < (busy ? pace.busyAtOnce : pace.atOnce)) {
      const run = this.#line.shift();
      if (!run) return;
      this.#begunAt = now;
      const place: Place = { since: now, over: false };
      this.#places.push(place);
      void serve(run).finally(() => {
        place.over = true;
      });
    }
  }
}
