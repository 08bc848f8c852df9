// Feed: the follower of the log that hands every event to every endpoint that wants it, at least once and in order per case.
import { ulid } from 'ulid';
import type { Log } from '../core/channel.ts';
import type { EventType, NewEvent } from '../core/event.ts';
import type { Endpoint } from '../core/store.ts';
import { toRfc3339 } from '../core/time.ts';
import type { FeedSettings } from '../settings.ts';
import { agentsOf } from './agents.ts';
import type { Turn } from './circuit.ts';
import { type Clock, realClock } from './clock.ts';
import { Consumers } from './consumers.ts';
import { type Counters, delivering, type Sender } from './deliver.ts';
import { disabling } from './disable.ts';
import { enclosing } from './enclose.ts';
import { Failing } from './failing.ts';
import type { FeedStore } from './feed-store.ts';
import { Follower } from './follow.ts';
import { type Guard, openGuard } from './guard.ts';
import { type Health, healthOf, type Standing, standingOf } from './health.ts';
import { release } from './lanes.ts';
import { watchLate } from './late.ts';
import { Ledger } from './ledger.ts';
import { type PingResult, type PingWhat, ping } from './ping.ts';
import { Replays } from './replay.ts';
import { resend, skip } from './resend.ts';
import { Rests } from './rests.ts';
import { watchRetention } from './retention.ts';
import { Roster } from './roster.ts';
import type { EndpointRun, LaneRule } from './run.ts';
import { briefly } from './schedule.ts';
import { send } from './send.ts';
import { firstPosition, LogWindow } from './window.ts';

export interface FeedDeps {
  readonly store: FeedStore;
  readonly settings: FeedSettings;
  readonly log: Log;
  /** Name of this gateway in event sources. */
  readonly instance: string;
  /** Tenant of events about endpoints that belong to none. */
  readonly tenant: string;
  /** Minutes east of UTC for times in events and answers. */
  readonly utcOffsetMinutes: number;
  /** Shown to receivers: `civicline/<version>`. */
  readonly version: string;
  /** Ports this gateway listens on: the guard refuses them on this machine. */
  readonly ownPorts: () => readonly number[];
  readonly clock?: Clock;
  /** A guard shared with channels; else the feed opens and closes its own. */
  readonly guard?: Guard;
  readonly newId?: () => string;
  /** How requests leave; through the guard by default. */
  readonly send?: Sender;
  /** Stands around each attempt, as tracing does. */
  readonly around?: (send: Sender) => Sender;
  readonly laneOf?: LaneRule;
}

export interface Feed {
  readonly clock: Clock;
  readonly guard: Guard;
  readonly roster: Roster;
  readonly window: LogWindow;
  /** Something was committed. Cheap; call it after every commit. */
  nudge(): void;
  /** The run of an enabled endpoint. */
  runOf(endpointId: string): EndpointRun | undefined;
  health(endpointId: string): Promise<Health | undefined>;
  /** Rejects when the store cannot be read, as `standing` does. */
  metrics(): Promise<{ delivered: number; failed: number; dead: number; inflight: number; lagSeq: number }>;
  /** How each enabled endpoint stands, for the metrics. */
  standing(): Promise<readonly Standing[]>;
  /** Sends one event again, at once; `witness` writes down who asked. False when there is no such delivery. */
  resend(endpointId: string, seq: number, witness?: Witness): Promise<boolean>;
  readonly replays: Replays;
  readonly consumers: Consumers;
  /** Gives up a dead letter for good; what stands still behind it goes on. False when there is no such delivery. */
  skip(endpointId: string, seq: number, reason: string, witness?: Witness): Promise<boolean>;
  /** Sends a signed webhook.ping, or an invented event, outside the log. */
  ping(endpoint: Endpoint, what?: PingWhat): Promise<PingResult>;
  /** Appends an event about an endpoint. */
  announce(endpoint: Endpoint, type: EventType, data?: NewEvent['data']): void;
  /** Lets attempts in flight end (2 s at most) and writes everything down. */
  close(): Promise<void>;
}

/** Writes a line of the audit trail. */
export type Witness = () => Promise<void>;
const unseen: Witness = async () => undefined;
const CLOSE_MS = 2_000;
const AGAIN_MS = 1_000;

/** Rejects when the store cannot be read, or with `settings_invalid`. */
export async function openFeed(deps: FeedDeps): Promise<Feed> {
  const { store, settings, log } = deps;
  const clock = deps.clock ?? realClock;
  const newId = deps.newId ?? ulid;
  const guard = deps.guard ?? openGuard({ allowedNetworks: settings.allowedNetworks, ownPorts: deps.ownPorts, clock });
  const agents = agentsOf(guard);
  const plain: Sender = deps.send ?? ((out) => send(agents.of(out), out, clock));
  const sender = deps.around?.(plain) ?? plain;
  const agentName = `civicline/${deps.version}`;
  const counters: Counters = { delivered: 0, failed: 0, dead: 0 };
  const window = new LogWindow(store, await firstPosition(store));
  let closing = false;
  let abandoned = false;
  let drained: (() => void) | undefined;

  const nudge = (): void => {
    window.touch();
    if (follower.runs.size > 0) follower.read();
  };
  const ledger = new Ledger({
    store,
    clock,
    log,
    runs: () => [...follower.runs.values()].filter((run) => !run.removed),
    settled: (appended) => (appended ? nudge() : follower.read()),
  });
  const announce = (endpoint: Endpoint, type: EventType, data: NewEvent['data'] = {}): void => {
    const { reason } = data;
    ledger.announce({
      id: `evt_${newId()}`,
      type,
      subject: endpoint.id,
      time: toRfc3339(clock.now(), deps.utcOffsetMinutes),
      data: { endpoint: endpoint.id, ...data, ...(typeof reason === 'string' ? { reason: briefly(reason) } : {}) },
      tenant: endpoint.tenant ?? deps.tenant,
      ...(endpoint.unit === undefined ? {} : { unit: endpoint.unit }),
    });
  };
  const attempt = delivering({
    store,
    clock,
    log,
    send: sender,
    schedule: settings.schedule,
    timeoutMs: settings.timeoutMs,
    agentName,
    counters,
    record: (run, row, frees) => {
      if (!run.removed) ledger.put(run, row, frees);
    },
    later: (run, lane, at) => follower.later(run, lane, at),
    park: (run, lane) => follower.park(run, lane),
    passed: (run, lane) => void goOn(run, lane),
    ended: (run, success, turn, first) => ended(run, success, turn, first),
    announce,
    disable: (run, reason) => disable(run, reason),
    abandoned: () => abandoned,
    enclose: enclosing({ store, clock, utcOffsetMinutes: deps.utcOffsetMinutes }),
  });
  const failing = new Failing({ store, log });
  const rests = new Rests(store, log);
  const follower: Follower = new Follower({
    window,
    clock,
    log,
    concurrency: settings.concurrency,
    attempt,
    waits: (run, row) => {
      if (!run.removed) ledger.put(run, row, false);
    },
    moved: (run) => ledger.moved(run),
    idle: (run) => {
      if (closing && follower.inflight === 0) drained?.();
      roster.idle(run);
    },
  });
  const roster = new Roster({
    store,
    follower,
    ledger,
    clock,
    log,
    laneOf: deps.laneOf ?? ((entry) => entry.subject),
    goOn: (run, lane) => void goOn(run, lane),
    begins: (run) => rests.resume(run),
    anew: (id) => {
      failing.forget(id);
      rests.forget(id);
    },
    gone: (id) => void agents.drop(id),
  });
  const released = (run: EndpointRun, lane: string): void => {
    if (!/^ep_/.test(lane)) announce(run.endpoint, 'lane.released', { lane });
  };
  /** What is parked in a lane follows, when nothing dead stands before it. A store that fails is asked again. */
  const goOn = async (run: EndpointRun, lane: string): Promise<void> => {
    try {
      await release({ store, ledger, follower, released }, run, lane);
    } catch (error) {
      log.warn({ endpoint: run.endpoint.id, error: String(error) }, 'a parked case could not go on; trying again');
      if (!closing) clock.after(AGAIN_MS, () => void goOn(run, lane));
    }
  };
  const ended = (run: EndpointRun, success: boolean, turn: Turn, first: boolean): void => {
    const { endpoint, circuit, seen } = run;
    rests.note(run, clock.now());
    if (success) failing.succeeded(endpoint.id);
    else if (failing.failed(endpoint.id, clock.now(), first))
      disable(run, 'it has taken nothing for five days; enable it once it answers again');
    if (turn === 'closed') announce(endpoint, 'endpoint.recovered');
    if (turn !== 'opened') return;
    const nextTry = toRfc3339(circuit.until, deps.utcOffsetMinutes);
    announce(endpoint, 'endpoint.failing', { reason: seen.lastError ?? 'failed', nextTry });
  };
  let cancelTrim = (): void => undefined;
  const cancelLate = watchLate({ clock, follower, lateAfterSeconds: settings.lateAfterSeconds, announce });

  const disable = disabling({ follower, ledger, roster, clock, log, announce, closing: () => closing });
  const replays = new Replays({ store, ledger, follower, clock, log });
  const consumers = new Consumers(store, () => clock.now());
  await failing.load();
  await rests.load();
  await roster.load();
  await replays.load();
  await consumers.load();
  cancelTrim = watchRetention({
    store,
    clock,
    log,
    days: settings.retentionDays,
    endpoints: () => roster.list(),
    replaying: () =>
      replays.running().flatMap(({ endpoint, at }) => (roster.find(endpoint)?.state === 'enabled' ? [at] : [])),
  });
  return {
    clock,
    guard,
    roster,
    window,
    replays,
    consumers,
    nudge,
    runOf: (id) => {
      const run = follower.runs.get(id);
      return run?.stopped ? undefined : run;
    },
    health: async (id) => {
      const endpoint = roster.find(id);
      const { utcOffsetMinutes } = deps;
      const seen = { head: await store.head(), now: clock.now(), utcOffsetMinutes, failingSince: failing.since(id) };
      return endpoint && healthOf(endpoint, follower.runs.get(id), seen);
    },
    async metrics() {
      const head = await store.head(); // not how far was read: with nobody who has room nothing is read
      const lagSeq = Math.max(0, ...[...follower.runs.values()].map((run) => head - run.cursor));
      return { ...counters, inflight: follower.inflight, lagSeq };
    },
    standing: async () => standingOf(follower.runs.values(), await store.head()),
    resend: (id, seq, witness = unseen) => resend({ store, ledger, follower, now: clock.now(), witness }, id, seq),
    async skip(id, seq, reason, witness = unseen) {
      const row = await skip({ store, ledger, now: clock.now(), witness }, id, seq, reason);
      const run = follower.runs.get(id);
      if (row && run) await goOn(run, row.lane);
      return row !== undefined;
    },
    ping: (endpoint, what) =>
      ping({ ...deps, send: sender, clock, newId, timeoutMs: settings.timeoutMs, agentName }, endpoint, what),
    announce,
    async close() {
      closing = true;
      cancelLate();
      cancelTrim();
      replays.close();
      roster.close();
      const idle = new Promise<void>((resolve) => {
        drained = resolve;
      });
      follower.close();
      if (follower.inflight > 0) {
        let cancel = (): void => undefined;
        const late = new Promise<void>((done) => {
          cancel = clock.after(CLOSE_MS, done);
        });
        await Promise.race([idle, late]);
        cancel();
      }
      abandoned = true;
      await ledger.flush(true).catch((error: unknown) => {
        log.error({ error: String(error) }, 'the last deliveries could not be written; they will be sent once more');
      });
      if (!deps.guard) await guard.close();
      else await agents.close();
    },
  };
}
