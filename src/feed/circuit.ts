// Circuit: stops sending to an endpoint that hardly ever answers, tries it with one real event, and lets it come back slowly. Pure.

/** Attempts of this long ago still count. */
export const WINDOW_MS = 5 * 60_000;
/** Fewer attempts say nothing about an endpoint. */
export const FEWEST = 10;
/** Share of failed attempts in the window from which the circuit opens. */
const SHARE = 0.7;
const FIRST_PROBE_MS = 30_000;
const LONGEST_PROBE_MS = 15 * 60_000;
const SLOTS = 10;
const SLOT_MS = WINDOW_MS / SLOTS;

interface Slot {
  readonly begun: number;
  tried: number;
  failed: number;
}

/** What an attempt changed: `opened` and `closed` are told, others are not. */
export type Turn = 'opened' | 'closed' | undefined;

/** `closed`: all goes. `open`: nothing until `until`. `half`: at most `ramp` at once, doubling with each success. */
export class Circuit {
  state: 'closed' | 'open' | 'half' = 'closed';
  /** When open: epoch ms of the next probe. */
  until = 0;
  #ramp = 1;
  #wait = FIRST_PROBE_MS;
  #slots: Slot[] = [];

  /** How many attempts may run at once now, of the `limit` the endpoint has otherwise. */
  allows(now: number, limit: number): number {
    if (this.state === 'closed') return limit;
    if (this.state === 'half') return Math.min(this.#ramp, limit);
    return now >= this.until ? 1 : 0;
  }

  /**
   * Learns how an attempt ended. `limit` is the concurrency at which a ramp is over. `notice`: what was sent tells of deliveries.
   * Such an attempt never opens the circuit: the notice of it would be tried at others that fail now and then, whose circuits'
   * notices would be tried at this one, and so on for ever.
   */
  learn(success: boolean, now: number, limit: number, notice = false): Turn {
    if (this.state === 'closed') return notice ? undefined : this.#count(success, now);
    if (!success) return this.#openAgain(now);
    this.#ramp = this.state === 'open' ? 2 : this.#ramp * 2;
    this.state = 'half';
    if (this.#ramp < limit) return undefined;
    this.#reset();
    return 'closed';
  }

  #count(success: boolean, now: number): Turn {
    this.#slots = this.#slots.filter((slot) => now - slot.begun < WINDOW_MS);
    let slot = this.#slots.at(-1);
    if (!slot || now - slot.begun >= SLOT_MS) {
      slot = { begun: now, tried: 0, failed: 0 };
      this.#slots.push(slot);
    }
    slot.tried++;
    if (success) return undefined;
    slot.failed++;
    const tried = this.#slots.reduce((sum, one) => sum + one.tried, 0);
    const failed = this.#slots.reduce((sum, one) => sum + one.failed, 0);
    if (tried < FEWEST || failed < SHARE * tried) return undefined;
    this.state = 'open';
    this.until = now + this.#wait;
    return 'opened';
  }

  /** What a restart must know: undefined while it is closed. */
  get rest(): { readonly until: number; readonly wait: number } | undefined {
    return this.state === 'closed' ? undefined : { until: this.until, wait: this.#wait };
  }

  /** Stands as it did before a restart: the next attempt is a probe. */
  resume({ until, wait }: { readonly until: number; readonly wait: number }): void {
    this.state = 'open';
    this.until = until;
    this.#wait = wait;
  }

  /** Attempts that were under way when it opened end here too: the probe is not put off a second time for each of them. */
  #openAgain(now: number): Turn {
    if (this.state === 'open' && now < this.until) return undefined;
    this.state = 'open';
    this.#wait = Math.min(2 * this.#wait, LONGEST_PROBE_MS);
    this.until = now + this.#wait;
    return undefined;
  }

  #reset(): void {
    this.state = 'closed';
    this.#ramp = 1;
    this.#wait = FIRST_PROBE_MS;
    this.#slots = [];
  }
}
