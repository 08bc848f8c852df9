// Replay: sends a stretch of the log to one endpoint again, in order per case, as fast as asked; it survives a restart.
import type { Log } from '../core/channel.ts';
import type { LogEntry } from '../core/event.ts';
import type { Delivery, Keeping, Store } from '../core/store.ts';
import type { Clock } from './clock.ts';
import { compileFilter } from './filter/filter.ts';
import type { Follower } from './follow.ts';
import type { Ledger } from './ledger.ts';
import type { EndpointRun } from './run.ts';

/** What became of an event here so far; `missing`: nothing, as for an endpoint that is younger than the event. */
export type ReplayState = 'dead' | 'delivered' | 'skipped' | 'missing';

export interface Replay {
  readonly id: string; // rep_ + ULID
  readonly endpoint: string;
  /** Positions: after this one, up to that one. */
  readonly after: number;
  readonly upTo: number;
  readonly types?: readonly string[];
  /** As asked for, in its written form. */
  readonly filter?: unknown;
  readonly states: readonly ReplayState[];
  /** Events a second; 0: as fast as the endpoint takes them. */
  readonly rate: number;
  readonly by: string;
  readonly createdAt: number; // epoch ms
  readonly state: 'running' | 'done' | 'cancelled';
  /** Everything up to here has been looked at. */
  readonly at: number;
  /** Events put on their way. */
  readonly sent: number;
}

export interface ReplayDeps {
  readonly store: Pick<Store, 'readLog' | 'deliveries' | 'haltedIn' | 'keep' | 'keepings'>;
  readonly ledger: Pick<Ledger, 'put' | 'flush'>;
  readonly follower: Pick<Follower, 'runs' | 'stir'>;
  readonly clock: Clock;
  readonly log: Log;
}

const KIND = 'replay';
/** Entries of the log one question may look at, and events put on their way at once. */
const STRETCH = 1_000;
const PIECE = 100;
/** Below this there is no room for a piece beside what is new. */
const ROOM = 200;
const AGAIN_MS = 250;
/** How often to look whether a disabled endpoint is enabled again. */
const DISABLED_MS = 5_000;
const MOST_KEPT = 20;

export class Replays {
  readonly #deps: ReplayDeps;
  readonly #all = new Map<string, Replay>();
  #writing: Promise<void> = Promise.resolve();
  #closed = false;
  readonly #naps = new Set<() => void>();

  constructor(deps: ReplayDeps) {
    this.#deps = deps;
  }

  /** Takes up what a restart interrupted. */
  async load(): Promise<void> {
    for (const { value } of await this.#deps.store.keepings(KIND)) {
      const replay = value as unknown as Replay; // written by #keep below, nowhere else
      this.#all.set(replay.id, replay);
      if (replay.state === 'running') void this.#work(replay.id);
    }
  }

  of(endpoint: string): Replay[] {
    return [...this.#all.values()].filter((one) => one.endpoint === endpoint).sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  running(): Replay[] {
    return [...this.#all.values()].filter(({ state }) => state === 'running');
  }

  find(id: string): Replay | undefined {
    return this.#all.get(id);
  }

  /** Durable when it resolves; goes on by itself. */
  async start(replay: Replay): Promise<void> {
    await this.#write(replay.id, () => replay);
    for (const old of this.of(replay.endpoint).slice(MOST_KEPT))
      if (old.state !== 'running') await this.#write(old.id, () => null);
    void this.#work(replay.id);
  }

  async cancel(id: string): Promise<Replay | undefined> {
    await this.#write(id, (now) => (now?.state === 'running' ? { ...now, state: 'cancelled' } : undefined));
    return this.#all.get(id);
  }

  /** The endpoint is deleted. */
  async drop(endpoint: string): Promise<void> {
    for (const { id } of this.of(endpoint)) await this.#write(id, () => null);
  }

  close(): void {
    this.#closed = true;
    for (const wake of [...this.#naps]) wake();
  }

  /**
   * One write at a time, and each from what the one before it left: a cancel is not written over, and what was let go of is
   * not brought back. Writes nothing where `update` answers undefined. Rejects when the store does.
   */
  async #write(id: string, update: (now: Replay | undefined) => Replay | null | undefined): Promise<void> {
    const turn = this.#writing.then(async () => {
      const next = update(this.#all.get(id));
      if (next === undefined) return;
      await this.#deps.store.keep(KIND, id, next as unknown as Keeping['value'] | null);
      if (next) this.#all.set(id, next);
      else this.#all.delete(id);
    });
    this.#writing = turn.catch(() => undefined); // who asked hears of it
    await turn;
  }

  async #work(id: string): Promise<void> {
    for (;;) {
      const replay = this.#all.get(id);
      if (this.#closed || replay?.state !== 'running') return;
      const run = this.#deps.follower.runs.get(replay.endpoint);
      if (!run || run.stopped || run.room < ROOM) {
        await this.#nap(run ? AGAIN_MS : DISABLED_MS);
        continue;
      }
      try {
        await this.#stretch(replay, run);
      } catch (error) {
        this.#deps.log.warn({ replay: id, error: String(error) }, 'a replay cannot go on; trying again');
        await this.#nap(4 * AGAIN_MS);
      }
    }
  }

  async #stretch(replay: Replay, run: EndpointRun): Promise<void> {
    const found = await select(this.#deps.store, replay, run);
    const piece = replay.rate > 0 ? Math.min(PIECE, Math.ceil(replay.rate)) : PIECE;
    const chosen = found.rows.slice(0, piece);
    const last = chosen.at(-1);
    const at = found.rows.length > piece && last ? last.seq : found.upTo;
    const due = await this.#putDue(chosen, run);
    for (const row of due) {
      // A cancelled one still sends what is already written down as due.
      if (this.#closed) break;
      run.again(row, { replay: replay.id, dead: found.dead.has(row.seq) });
      this.#deps.follower.stir(run);
      if (replay.rate > 0 && this.#all.get(replay.id)?.state === 'running') await this.#nap(1_000 / replay.rate);
    }
    if (this.#closed) return;
    await this.#write(replay.id, (now) => {
      const state = now?.state === 'running' && at >= replay.upTo ? 'done' : now?.state;
      return now && state && { ...now, at, state, sent: now.sent + chosen.length };
    });
  }

  /** Writes down what is to be sent, and answers what of it is due: in a lane that stands still the later ones wait with the rest. */
  async #putDue(chosen: readonly Delivery[], run: EndpointRun): Promise<Delivery[]> {
    const { store, ledger, clock } = this.#deps;
    const held = new Set<number>();
    for (const { lane, seq } of chosen) {
      if (run.parkedIn(lane) === undefined) continue;
      const [first] = await store.haltedIn(run.endpoint.id, lane, 1);
      if (!first || first.seq < seq) held.add(seq);
    }
    const due: Delivery[] = [];
    for (const row of chosen) {
      const parked = held.has(row.seq) && run.parkBehind(row.lane);
      ledger.put(run, parked ? { ...row, state: 'parked' } : { ...row, nextAt: clock.now() }, false);
      if (!parked) due.push(row);
    }
    await ledger.flush();
    return due;
  }

  async #nap(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#deps.clock.after(ms, () => wake());
      const wake = (): void => {
        this.#naps.delete(wake);
        cancel();
        resolve();
      };
      this.#naps.add(wake);
    });
  }
}

/** Of the next stretch of the log, what the replay wants, as rows that wait to be sent, and which positions lie dead. */
export async function select(
  store: Pick<Store, 'readLog' | 'deliveries'>,
  replay: Pick<Replay, 'endpoint' | 'at' | 'upTo' | 'types' | 'filter' | 'states'>,
  run: Pick<EndpointRun, 'laneFor'>,
): Promise<{ readonly rows: readonly Delivery[]; readonly dead: ReadonlySet<number>; readonly upTo: number }> {
  const upTo = Math.min(replay.upTo, replay.at + STRETCH);
  const { types } = replay;
  const query = { after: replay.at, upTo, limit: STRETCH, ...(types === undefined ? {} : { types }) };
  const wanted = replay.filter === undefined ? undefined : compileFilter(replay.filter);
  const read = await store.readLog(query);
  const entries = wanted ? read.filter(wanted) : read;
  const known = new Map<number, Delivery>();
  for (const row of await store.deliveries({ endpoint: replay.endpoint, before: upTo + 1, limit: STRETCH }))
    if (row.seq > replay.at) known.set(row.seq, row);
  const rows = entries.flatMap((entry) => rowOf(entry, known.get(entry.seq), replay, run));
  const dead = new Set([...known.values()].flatMap(({ state, seq }) => (state === 'dead' ? [seq] : [])));
  return { rows, dead, upTo };
}

function rowOf(
  entry: LogEntry,
  known: Delivery | undefined,
  { endpoint, states }: Pick<Replay, 'endpoint' | 'states'>,
  run: Pick<EndpointRun, 'laneFor'>,
): Delivery[] {
  const lane = known?.lane ?? run.laneFor(entry);
  const state = known?.state ?? 'missing';
  // What waits or stands parked is on its way already.
  if (lane === undefined || state === 'pending' || state === 'parked' || !states.includes(state)) return [];
  const { seq, id: eventId, type } = entry;
  return [{ endpoint, seq, eventId, type, lane, state: 'pending', attempts: 0 }];
}
