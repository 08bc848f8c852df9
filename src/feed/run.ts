// Run: what the feed holds in memory for one endpoint: its lanes, what is due, and how far it has read. No I/O.
import type { LogEntry } from '../core/event.ts';
import type { Delivery, Endpoint } from '../core/store.ts';
import { Circuit, type Turn } from './circuit.ts';
import { endpointSigners, type LiveSigner } from './endpoint-signing.ts';
import type { Again, Item, Lane, LaneRule, Taken, Tried } from './lane.ts';
import { type Matches, matcher, viewOfEndpoint } from './match.ts';
import type { Signer } from './sign.ts';
import { type Terms, termsOf } from './terms.ts';

export type { Item, Lane, LaneRule, Taken };

/** More than this with its words held for one endpoint, and reading stops: the rest lies safely in the log. */
const MOST_HELD = 1_000;
/** Those that wait for another try are held without words, so that many failing cases do not stop the others. */
export const MOST_PENDING = 10_000;
const SUCCESSES_A_STEP = 20;

export class EndpointRun {
  endpoint: Endpoint; // its cursor is the one last written
  readonly url: URL;
  readonly #matches: Matches;
  readonly #signers: readonly LiveSigner[];
  readonly #laneOf: LaneRule;
  readonly #lanes = new Map<string, Lane>();
  readonly #ready: Lane[] = [];
  readonly #waiting: Lane[] = [];
  /** Lanes that stand still behind a dead letter, with the number of rows parked there by this run. */
  readonly #parked = new Map<string, number>();
  circuit = new Circuit();
  readonly terms: Terms;
  #waitingItems = 0;
  #nextSend = 0;
  #unrecorded: Item[] = [];
  /** Positions after the cursor that have rows already: not to be taken a second time. */
  readonly #known: Set<number>;
  /** Last position read. */
  position: number;
  /** When the log was last read for it while it was far behind, as a count of such readings. */
  readAt = 0;
  held = 0;
  inflight = 0;
  /** Attempts that may run at once. One until the endpoint has shown that it answers. */
  limit = 1;
  #streak = 0;
  /** Nothing is sent before this time (Retry-After); epoch ms. */
  holdUntil = 0;
  /** Takes and sends nothing more; what is in flight still counts. */
  stopped = false;
  /** The endpoint is deleted: nothing about it is written any more. */
  removed = false;
  /** Stands in the round of those that have something to send. */
  queued = false;
  /** Attempts that take no place from others. */
  aside = 0;
  /** Its last attempt was answered well and at once: only such an endpoint takes places that all share. */
  answers = false;
  /** Its last attempt failed, or what is taken up after a restart has failed before. */
  failing = false;
  cancelWake: (() => void) | undefined;
  readonly seen: Tried = { successes: 0, failures: 0 };

  constructor(endpoint: Endpoint, pending: readonly Delivery[], known: Set<number>, laneOf: LaneRule) {
    this.endpoint = endpoint;
    this.url = new URL(endpoint.url);
    this.terms = termsOf(endpoint);
    this.#matches = matcher(viewOfEndpoint(endpoint));
    this.#signers = endpointSigners(endpoint);
    this.#known = known;
    const { ordering } = this.terms;
    this.#laneOf = ordering === 'case' ? laneOf : ordering === 'none' ? (entry) => entry.id : () => 'all';
    this.position = endpoint.cursor;
    for (const row of pending) this.#restore(row);
  }

  /** Goes on with what was learnt about the same address before the endpoint was changed. */
  inherit(before: EndpointRun): void {
    this.circuit = before.circuit;
    this.holdUntil = before.holdUntil;
    this.#nextSend = before.#nextSend;
    this.limit = Math.min(before.limit, this.terms.concurrency);
    this.failing = before.failing;
    Object.assign(this.seen, before.seen);
  }

  /** Highest position below which every entry has a row or did not match. */
  get cursor(): number {
    let done = 0;
    while (this.#unrecorded[done]?.recorded) done++;
    if (done > 0) this.#unrecorded = this.#unrecorded.slice(done);
    const first = this.#unrecorded[0];
    return first === undefined ? this.position : first.seq - 1;
  }

  get room(): number {
    if (this.stopped) return 0;
    const room = Math.min(MOST_HELD - (this.held - this.#waitingItems), MOST_PENDING - this.held);
    // While its circuit is open there is no hurry to hold more than a probe needs.
    return this.circuit.state === 'open' ? Math.min(room, 64 - this.held) : room;
  }

  /** Those whose signatures a receiver may check now. */
  signers(now: number): Signer[] {
    return this.#signers.filter(({ until }) => until > now).map(({ signer }) => signer);
  }

  /** Reads on, as long as there is room. Answers the items that wait behind another one and so need a row. */
  take(entries: readonly LogEntry[]): Taken {
    const waiting: Item[] = [];
    const parked: Item[] = [];
    for (const entry of entries) {
      if (this.room <= 0) break;
      this.position = entry.seq;
      // What is said about an endpoint is not said to it: a broken one would feed itself for ever.
      if (this.#known.delete(entry.seq) || entry.subject === this.endpoint.id || !this.#matches(entry)) continue;
      const { seq, id: eventId, type, body, time } = entry;
      const item: Item = { seq, eventId, type, lane: this.#laneOf(entry), body, time, attempts: 0, recorded: false };
      this.#unrecorded.push(item);
      const before = this.#parked.get(item.lane);
      if (before !== undefined) {
        this.#parked.set(item.lane, before + 1);
        parked.push(item);
      } else if (this.#append(item).state === 'waiting') waiting.push(item);
    }
    return { waiting, parked };
  }

  canSend(now: number): boolean {
    if (this.stopped || this.#ready.length === 0 || now < Math.max(this.holdUntil, this.#nextSend)) return false;
    return this.inflight < this.circuit.allows(now, this.limit);
  }

  /** The lane to try next; it is busy until `done` or `later`. */
  next(now: number): Lane | undefined {
    const lane = this.#ready.shift();
    if (!lane) return undefined;
    lane.state = 'busy';
    const { rate } = this.terms;
    if (rate !== undefined) this.#nextSend = Math.max(now, this.#nextSend) + 1_000 / rate;
    return lane;
  }

  /** The first of this lane is resolved; the next one of it may go. */
  done(lane: Lane): void {
    lane.items.shift();
    if (lane.items.length === 0) this.#lanes.delete(lane.key);
    else this.#makeReady(lane);
  }

  /** The first of this lane is dead: what comes after it stands still. Answers what is to be parked. */
  park(lane: Lane): readonly Item[] {
    lane.items.shift();
    this.#lanes.delete(lane.key);
    this.#parked.set(lane.key, (this.#parked.get(lane.key) ?? 0) + lane.items.length);
    return lane.items;
  }

  /** A lane that stood still before this run began. */
  standStill(lane: string): void {
    this.#parked.set(lane, 0);
  }

  /** The lane an entry of the log belongs to, and whether this endpoint takes it at all. */
  laneFor(entry: LogEntry): string | undefined {
    return entry.subject !== this.endpoint.id && this.#matches(entry) ? this.#laneOf(entry) : undefined;
  }

  /** Rows this run has parked in a lane; undefined when it does not stand still. */
  parkedIn(lane: string): number | undefined {
    return this.#parked.get(lane);
  }

  /** One more row is parked in a lane; false when it does not stand still any more. */
  parkBehind(lane: string): boolean {
    const before = this.#parked.get(lane);
    if (before === undefined) return false;
    this.#parked.set(lane, before + 1);
    return true;
  }

  get parkedLanes(): number {
    return this.#parked.size;
  }

  /** Takes parked rows of a lane up again, oldest first; the lane goes on standing still for what is read from the log. */
  takeUp(rows: readonly Delivery[]): void {
    for (const { seq, eventId, type, lane, attempts } of rows) {
      if (this.#lanes.get(lane)?.items.some((item) => item.seq === seq)) continue;
      this.#append({ seq, eventId, type, lane, body: undefined, attempts, recorded: true });
    }
  }

  /** The lane goes on. */
  unpark(lane: string): void {
    this.#parked.delete(lane);
  }

  /** Items held since before `now` for longer than their type allows, and not told as late yet. */
  overdue(now: number, lateAfterMs: (type: string) => number | undefined): Item[] {
    const late: Item[] = [];
    for (const { items } of this.#lanes.values()) {
      for (const item of items) {
        const limit = item.late || item.time === undefined ? undefined : lateAfterMs(item.type);
        if (limit !== undefined && now - (item.time ?? now) > limit) late.push(item);
      }
    }
    return late;
  }

  /** The first of this lane is tried again at `at`. Answers all of the lane that have no row yet. */
  later(lane: Lane, at: number): Item[] {
    lane.state = 'waiting';
    lane.at = at;
    const after = this.#waiting.findIndex((other) => other.at > at);
    this.#waiting.splice(after < 0 ? this.#waiting.length : after, 0, lane);
    for (const item of lane.items) item.body = undefined;
    this.#waitingItems += lane.items.length;
    return lane.items.filter((item) => !item.recorded);
  }

  /** Makes ready what is due. Answers when the next one will be, epoch ms. */
  wake(now: number): number | undefined {
    while (this.#waiting[0] && this.#waiting[0].at <= now) {
      const lane = this.#waiting.shift();
      if (lane) this.#makeReady(lane);
    }
    const pause = Math.max(this.holdUntil, this.#nextSend, this.circuit.state === 'open' ? this.circuit.until : 0);
    if (this.#ready.length > 0 && pause > now) return Math.ceil(pause);
    return this.#waiting[0]?.at;
  }

  /** Sends an event once more, or the waiting one at once, without breaking into an attempt that runs. */
  again(row: Pick<Delivery, 'seq' | 'eventId' | 'type' | 'lane'>, { replay, dead = false }: Again = {}): void {
    const lane = this.#lanes.get(row.lane);
    if (!lane?.items.some((item) => item.seq === row.seq)) {
      const { seq, eventId, type } = row;
      const item: Item = { seq, eventId, type, lane: row.lane, body: undefined, attempts: 0, recorded: true };
      if (replay !== undefined) item.replay = replay;
      if (dead) item.dead = true;
      if (seq > this.position) this.#known.add(seq);
      this.#append(item);
    }
    if (lane?.state === 'waiting') {
      this.#waiting.splice(this.#waiting.indexOf(lane), 1);
      this.#makeReady(lane);
    }
  }

  /** Learns from an attempt: faster step by step while it goes well, half at once when the endpoint cannot keep up. */
  learn(success: boolean, overloaded: boolean, now: number, reason?: string, notice = false): Turn {
    const { concurrency } = this.terms;
    this.answers = success;
    this.failing = !success;
    if (success) {
      if (this.seen.successes === 0) this.limit = concurrency;
      this.seen.successes++;
      this.seen.lastSuccessAt = now;
      if (++this.#streak % SUCCESSES_A_STEP === 0) this.limit = Math.min(concurrency, this.limit + 1);
    } else {
      this.seen.failures++;
      this.seen.lastFailureAt = now;
      if (reason !== undefined) this.seen.lastError = reason;
      this.#streak = 0;
      if (overloaded) this.limit = Math.max(1, this.limit >> 1);
    }
    return this.circuit.learn(success, now, this.limit, notice);
  }

  #restore(row: Delivery): void {
    const { seq, eventId, type, lane: key, attempts, nextAt } = row;
    const item: Item = { seq, eventId, type, lane: key, body: undefined, attempts, recorded: true };
    if (attempts > 0) this.failing = true;
    const lane = this.#append(item);
    const first = lane.items.length === 1 && nextAt !== undefined;
    if (!first) return;
    this.#ready.splice(this.#ready.indexOf(lane), 1);
    this.later(lane, nextAt);
  }

  #append(item: Item): Lane {
    this.held++;
    const known = this.#lanes.get(item.lane);
    if (known) {
      known.items.push(item);
      if (known.state === 'waiting') this.#waitingItems++;
      return known;
    }
    const lane: Lane = { key: item.lane, items: [item], state: 'ready', at: 0 };
    this.#lanes.set(item.lane, lane);
    this.#ready.push(lane);
    return lane;
  }

  #makeReady(lane: Lane): void {
    if (lane.state === 'waiting') this.#waitingItems -= lane.items.length;
    lane.state = 'ready';
    this.#ready.push(lane);
  }
}
