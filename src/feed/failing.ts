// Failing: since when an endpoint has not taken anything; after five days of that it is disabled, never silently.
import type { Log } from '../core/channel.ts';
import type { Store } from '../core/store.ts';

const DISABLE_AFTER_MS = 5 * 86_400_000;
const DISABLE_FROM_EVENTS = 20;
const KIND = 'endpoint_failing';
/** A short failure is not worth a write. */
const WORTH_MS = 60_000;
const WRITE_EVERY = 20;

interface Record {
  readonly since: number;
  /** Events whose first attempt failed since then. */
  events: number;
  written: boolean;
}

export interface FailingDeps {
  readonly store: Pick<Store, 'keep' | 'keepings'>;
  readonly log: Log;
}

export class Failing {
  readonly #deps: FailingDeps;
  readonly #records = new Map<string, Record>();

  constructor(deps: FailingDeps) {
    this.#deps = deps;
  }

  /** Once, at the start. */
  async load(): Promise<void> {
    for (const { id, value } of await this.#deps.store.keepings(KIND)) {
      const { since, events } = value;
      if (typeof since === 'number' && typeof events === 'number')
        this.#records.set(id, { since, events, written: true });
    }
  }

  /** Epoch ms of the first failure after the last success. */
  since(id: string): number | undefined {
    return this.#records.get(id)?.since;
  }

  succeeded(id: string): void {
    if (this.#records.get(id)?.written) this.#write(id, null);
    this.#records.delete(id);
  }

  /** True when the endpoint is to be disabled. `first`: the first attempt of its event. */
  failed(id: string, now: number, first: boolean): boolean {
    const record = this.#records.get(id) ?? { since: now, events: 0, written: false };
    this.#records.set(id, record);
    if (first) record.events++;
    const due = record.written ? first && record.events % WRITE_EVERY === 0 : now - record.since >= WORTH_MS;
    if (due) {
      record.written = true;
      this.#write(id, { since: record.since, events: record.events });
    }
    return now - record.since >= DISABLE_AFTER_MS && record.events >= DISABLE_FROM_EVENTS;
  }

  /** Begins anew: the endpoint was enabled, moved or deleted. */
  forget(id: string): void {
    this.succeeded(id);
  }

  #write(id: string, value: { since: number; events: number } | null): void {
    this.#deps.store.keep(KIND, id, value).catch((error: unknown) => {
      this.#deps.log.warn({ endpoint: id, error: String(error) }, 'since when an endpoint fails could not be written');
    });
  }
}
