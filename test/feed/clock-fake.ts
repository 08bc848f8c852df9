// A clock that stands still until a test moves it, and the means to let what is in progress come to rest.
import type { Clock } from '../../src/feed/clock.ts';

export class ClockFake implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<{ at: number; order: number; task: () => void }>();
  readonly #random: () => number;

  constructor(now = 1_790_000_000_000, random: () => number = () => 0.5) {
    this.#now = now;
    this.#random = random;
  }
  now() {
    return this.#now;
  }
  random() {
    return this.#random();
  }
  after(ms: number, task: () => void) {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, task };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }
  /** Epoch ms of the next timer. */
  get next(): number | undefined {
    return this.#first()?.at;
  }
  /** Runs every timer up to `ms` from now, in order, letting work come to rest after each. */
  async advance(ms: number) {
    const end = this.#now + ms;
    await rest();
    for (let first = this.#first(); first && first.at <= end; first = this.#first()) {
      this.#timers.delete(first);
      this.#now = Math.max(this.#now, first.at);
      first.task();
      await rest();
    }
    this.#now = end;
  }
  #first() {
    let best: { at: number; order: number; task: () => void } | undefined;
    for (const timer of this.#timers) {
      if (!best || timer.at < best.at || (timer.at === best.at && timer.order < best.order)) best = timer;
    }
    return best;
  }
}

/** Lets all promises that can settle, settle. */
export async function rest() {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}
