// Rests: what was learnt about an endpoint, handed from run to run; until when it is left alone, also over a restart.
import type { Log } from '../core/channel.ts';
import type { Store } from '../core/store.ts';
import type { EndpointRun } from './run.ts';

const KIND = 'endpoint_rest';
/** A short rest is not worth a write. */
const WORTH_MS = 60_000;

/** Times are epoch ms; `until` and `wait` of a circuit that is not closed. */
interface Rest {
  readonly holdUntil?: number;
  readonly until?: number;
  readonly wait?: number;
}

export class Rests {
  readonly #store: Pick<Store, 'keep' | 'keepings'>;
  readonly #log: Log;
  readonly #runs = new Map<string, EndpointRun>();
  readonly #kept = new Map<string, Rest>();

  constructor(store: Pick<Store, 'keep' | 'keepings'>, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Once, at the start. */
  async load(): Promise<void> {
    for (const { id, value } of await this.#store.keepings(KIND)) this.#kept.set(id, value as Rest); // written below
  }

  /** A run begins: it knows what the one before it knew, where that sent to the same URL. */
  resume(run: EndpointRun): void {
    const { id } = run.endpoint;
    const before = this.#runs.get(id);
    this.#runs.set(id, run);
    if (before) {
      if (before.url.href === run.url.href) run.inherit(before);
      return;
    }
    const { holdUntil = 0, until, wait } = this.#kept.get(id) ?? {};
    run.holdUntil = holdUntil;
    if (until !== undefined && wait !== undefined) run.circuit.resume({ until, wait });
  }

  /** An attempt ended. */
  note(run: EndpointRun, now: number): void {
    if (run.stopped) return; // it may have been moved or enabled anew meanwhile
    const rest = { ...(run.holdUntil - now >= WORTH_MS ? { holdUntil: run.holdUntil } : {}), ...run.circuit.rest };
    const { id } = run.endpoint;
    const empty = Object.keys(rest).length === 0;
    const before = this.#kept.get(id);
    if (empty ? before === undefined : JSON.stringify(rest) === JSON.stringify(before)) return;
    if (empty) this.#kept.delete(id);
    else this.#kept.set(id, rest);
    this.#write(id, empty ? null : rest);
  }

  /** Begins anew: the endpoint was enabled, moved or deleted. */
  forget(id: string): void {
    this.#runs.delete(id);
    if (this.#kept.delete(id)) this.#write(id, null);
  }

  #write(id: string, rest: Rest | null): void {
    this.#store.keep(KIND, id, rest && { ...rest }).catch((error: unknown) => {
      this.#log.warn({ endpoint: id, error: String(error) }, 'until when an endpoint rests could not be written');
    });
  }
}
