// Roster: all endpoints, and for each enabled one the run that serves it, kept in step with the store.
import type { Log } from '../core/channel.ts';
import type { Delivery, Endpoint, Store } from '../core/store.ts';
import type { Clock } from './clock.ts';
import type { Follower } from './follow.ts';
import type { Ledger } from './ledger.ts';
import { EndpointRun, type LaneRule, MOST_PENDING } from './run.ts';
import { parks } from './terms.ts';

export interface RosterDeps {
  readonly store: Pick<Store, 'endpoints' | 'putEndpoint' | 'deleteEndpoint' | 'pending' | 'deliveries' | 'halted'>;
  readonly follower: Follower;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  readonly laneOf: LaneRule;
  /** Nothing holds this lane up any more: it was interrupted while it went on, or the endpoint asks for `skip` now. */
  goOn(run: EndpointRun, lane: string): void;
  /** A run is about to begin. */
  begins(run: EndpointRun): void;
  /** What was learnt about this endpoint holds no more: it was enabled, has another URL, or is gone. */
  anew(id: string): void;
  /** It was deleted. */
  gone(id: string): void;
}

const PAGE = 1_000;
const AGAIN_MS = 1_000;

export class Roster {
  readonly #deps: RosterDeps;
  readonly #all = new Map<string, Endpoint>();
  /** What each run was made from: a run of an older state is replaced. */
  readonly #madeFrom = new WeakMap<EndpointRun, Endpoint>();
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(deps: RosterDeps) {
    this.#deps = deps;
  }

  /** Reads the endpoints from the store and takes them up; once, at the start. */
  async load(): Promise<void> {
    for (const endpoint of await this.#deps.store.endpoints()) this.#all.set(endpoint.id, endpoint);
    await Promise.all([...this.#all.keys()].map((id) => this.#inStep(id)));
  }

  list(): Endpoint[] {
    return [...this.#all.keys()].sort().flatMap((id) => this.find(id) ?? []);
  }

  find(id: string): Endpoint | undefined {
    const endpoint = this.#all.get(id);
    const run = this.#deps.follower.runs.get(id);
    return endpoint && run ? { ...endpoint, cursor: run.endpoint.cursor } : endpoint;
  }

  async add(endpoint: Endpoint): Promise<void> {
    await this.#deps.store.putEndpoint(endpoint);
    this.#all.set(endpoint.id, endpoint);
    await this.#inStep(endpoint.id);
  }

  /** Changes one endpoint; between two writes of cursors, so that none is set back. Answers undefined when there is none. */
  async change(id: string, update: (endpoint: Endpoint) => Endpoint): Promise<Endpoint | undefined> {
    const changed = await this.#deps.ledger.exclusive(async () => {
      const now = this.find(id);
      if (!now) return undefined;
      const next = update(now);
      await this.#deps.store.putEndpoint(next);
      this.#all.set(id, next);
      const enabled = now.state !== 'enabled' && next.state === 'enabled';
      if (enabled || now.url !== next.url) this.#deps.anew(id);
      return next;
    });
    if (changed) await this.#inStep(id);
    return changed;
  }

  async remove(id: string): Promise<boolean> {
    const { store, ledger } = this.#deps;
    return await ledger.exclusive(async () => {
      const gone = await store.deleteEndpoint(id);
      this.#drop(id);
      return gone;
    });
  }

  /** The last attempt of a stopped run has ended: what is to come after it may begin. */
  idle(run: EndpointRun): void {
    void this.#inStep(run.endpoint.id);
  }

  close(): void {
    this.#closed = true;
  }

  #drop(id: string): void {
    const { follower, ledger } = this.#deps;
    this.#all.delete(id);
    const run = follower.runs.get(id);
    if (run) run.removed = true;
    ledger.forget(id);
    follower.runs.delete(id);
    if (run) follower.stop(run);
    this.#deps.anew(id);
    this.#deps.gone(id);
  }

  /** Brings runs in step with the endpoints, one at a time. A store that cannot be read or written is asked again. */
  async #inStep(id: string): Promise<void> {
    this.#work = this.#work.then(async () => {
      try {
        await this.#step(id);
      } catch (error) {
        this.#deps.log.warn({ error: String(error), endpoint: id }, 'an endpoint could not be taken up; trying again');
        if (!this.#closed) this.#deps.clock.after(AGAIN_MS, () => void this.#inStep(id));
      }
    });
    await this.#work;
  }

  async #step(id: string): Promise<void> {
    const { follower, ledger } = this.#deps;
    if (this.#closed) return;
    const run = follower.runs.get(id);
    if (run && this.#madeFrom.get(run) !== this.#all.get(id)) {
      if (!run.stopped) follower.stop(run);
      if (run.inflight > 0) return; // `idle` comes back here
      await ledger.flush(true);
      follower.runs.delete(id);
      const after = this.#all.get(id);
      if (after) this.#all.set(id, { ...after, cursor: run.endpoint.cursor });
    }
    const endpoint = this.#all.get(id);
    if (endpoint?.state !== 'enabled' || follower.runs.has(id)) return;
    const { begun, goesOn } = await this.#begin(endpoint);
    if (this.#all.get(id) !== endpoint || this.#closed) return; // changed meanwhile: the next step is on its way
    this.#madeFrom.set(begun, endpoint);
    this.#deps.begins(begun);
    follower.add(begun);
    for (const lane of goesOn) this.#deps.goOn(begun, lane);
  }

  async #begin(endpoint: Endpoint): Promise<{ readonly begun: EndpointRun; readonly goesOn: readonly string[] }> {
    const { store, laneOf } = this.#deps;
    const pending = await store.pending(endpoint.id, MOST_PENDING);
    const known = new Set(pending.map((row) => row.seq).filter((seq) => seq > endpoint.cursor));
    let before: number | undefined;
    for (;;) {
      const query = { endpoint: endpoint.id, limit: PAGE, ...(before === undefined ? {} : { before }) };
      const rows: Delivery[] = await store.deliveries(query);
      for (const row of rows) if (row.seq > endpoint.cursor) known.add(row.seq);
      before = rows.at(-1)?.seq;
      if (before === undefined || before <= endpoint.cursor || rows.length < PAGE) break;
    }
    const begun = new EndpointRun(endpoint, pending, known, laneOf);
    const halted = await store.halted(endpoint.id);
    for (const { lane } of halted) begun.standStill(lane);
    const goesOn = halted.filter(({ dead }) => !dead || !parks(begun.terms)).map(({ lane }) => lane);
    return { begun, goesOn };
  }
}
