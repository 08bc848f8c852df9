// Deliver: one attempt to hand one event to one endpoint, signed, and what follows from how it ended.
import type { Log } from '../core/channel.ts';
import type { NewEvent } from '../core/event.ts';
import type { Delivery, DeliveryState, Endpoint, Store } from '../core/store.ts';
import type { Turn } from './circuit.ts';
import type { Clock } from './clock.ts';
import type { Enclose } from './enclose.ts';
import type { EndpointRun, Item, Lane } from './run.ts';
import { decide, describe, type Outcome, type Verdict } from './schedule.ts';
import type { Answer, Outgoing } from './send.ts';
import { type Signer, sign } from './sign.ts';
import { parks } from './terms.ts';

/** Sends one request; rejects when there was no complete answer. */
export type Sender = (out: Outgoing) => Promise<Answer>;

export type Notice = 'delivery.exhausted' | 'delivery.recovered' | 'lane.blocked';

export interface Counters {
  delivered: number;
  failed: number;
  dead: number;
}

export interface DeliverDeps {
  readonly store: Pick<Store, 'readLog'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly send: Sender;
  readonly schedule: readonly number[];
  readonly timeoutMs: number;
  readonly agentName: string;
  readonly counters: Counters;
  record(run: EndpointRun, row: Delivery, frees: boolean): void;
  later(run: EndpointRun, lane: Lane, at: number): void;
  /** The first of this lane is given up and the endpoint wants the rest of it to stand still. */
  park(run: EndpointRun, lane: Lane): void;
  /** Nothing is left of a lane that stood still: what is parked there may follow. */
  passed(run: EndpointRun, lane: string): void;
  /** An attempt ended; `first`: the first of its event. */
  ended(run: EndpointRun, success: boolean, turn: Turn, first: boolean): void;
  /** What whoever watches is told. */
  announce(endpoint: Endpoint, type: Notice, data: NewEvent['data']): void;
  /** The endpoint said 410. */
  disable(run: EndpointRun, reason: string): void;
  abandoned(): boolean;
  /** The body with what the endpoint was granted besides; the thin one where that is nothing. */
  readonly enclose: Enclose;
}

/** What an endpoint gets and when: `webhook-*` of Standard Webhooks, then unsigned hints that repeat the body. */
export function webhookHeaders(of: {
  readonly id: string;
  readonly type: string;
  readonly seq: number;
  readonly attempt: number;
  readonly endpoint: string;
  readonly signers: readonly Signer[];
  readonly body: string;
  readonly now: number;
  readonly agentName: string;
  readonly traceparent?: string | undefined;
  /** Id of the replay that sends it again. */
  readonly replay?: string | undefined;
}): Record<string, string> {
  const timestamp = Math.floor(of.now / 1_000);
  return {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': of.agentName,
    'webhook-id': of.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': sign(of.signers, of.id, timestamp, of.body),
    'webhook-event-type': of.type,
    'webhook-sequence': String(of.seq).padStart(20, '0'),
    'webhook-attempt': String(of.attempt),
    'webhook-endpoint-id': of.endpoint,
    ...(of.traceparent === undefined ? {} : { traceparent: of.traceparent }),
    ...(of.replay === undefined ? {} : { 'webhook-replay': of.replay }),
  };
}

/** Bytes of an endpoint's answer that are read; what is longer closes the connection. */
export const ANSWER_BYTES = 16 * 1024;

export function delivering(deps: DeliverDeps) {
  const { clock } = deps;
  return async function attempt(run: EndpointRun, lane: Lane, item: Item): Promise<void> {
    const started = clock.now();
    try {
      const thin = item.body ?? (await bodyOf(deps.store, item));
      const body = thin === undefined ? undefined : await deps.enclose(run, item, thin);
      const outcome = body ? await tryOnce(deps, run, item, body) : MISSING;
      if (deps.abandoned() || run.removed) return;
      item.attempts++;
      const number = item.attempts;
      const now = clock.now();
      const verdict = body
        ? decide({ outcome, number, schedule: deps.schedule, now, random: () => clock.random() })
        : ({ what: 'dead', reason: describe(outcome) } as const);
      settle(deps, run, lane, item, verdict, { outcome, started, now });
    } catch (error) {
      if (deps.abandoned()) return;
      // Reading the log failed: nothing was tried, so nothing counts; the lane waits a moment.
      deps.log.warn({ error: String(error), endpoint: run.endpoint.id, seq: item.seq }, 'an attempt could not begin');
      deps.later(run, lane, clock.now() + 1_000);
    }
  };
}

const MISSING: Outcome = { error: { code: 'event_gone', message: 'the event is no longer in the log' } };

/** Within a JSON text quotes are escaped, so only the member itself is written like this. */
const TRACE = /"traceparent":"(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})"/;

/** One attempt; a kept-alive connection that the other side had closed meanwhile is no failure of the endpoint, so once more at once. */
async function tryOnce(deps: DeliverDeps, run: EndpointRun, item: Item, body: string): Promise<Outcome> {
  const answered = run.seen.successes > 0;
  const first = await request(deps, run, item, body);
  if (!answered) return first; // it has never answered, so no connection to it was ever kept
  return 'staleConnection' in first ? await request(deps, run, item, body) : first;
}

async function request(
  { send, clock, timeoutMs, agentName }: DeliverDeps,
  run: EndpointRun,
  item: Item,
  body: string,
): Promise<Outcome & { staleConnection?: true }> {
  const now = clock.now();
  const headers = webhookHeaders({
    id: item.eventId,
    type: item.type,
    seq: item.seq,
    attempt: item.attempts + 1,
    endpoint: run.endpoint.id,
    signers: run.signers(now),
    body,
    now,
    agentName,
    traceparent: TRACE.exec(body)?.[1],
    replay: item.replay,
  });
  try {
    const answer = await send({ url: run.url, method: 'POST', headers, body, timeoutMs, maxBytes: ANSWER_BYTES });
    const retryAfter = answer.headers['retry-after'];
    return { status: answer.status, ...(retryAfter === undefined ? {} : { retryAfter }) };
  } catch (error) {
    return { error: failureOf(error), ...(isStale(error) ? { staleConnection: true as const } : {}) };
  }
}

function settle(
  deps: DeliverDeps,
  run: EndpointRun,
  lane: Lane,
  item: Item,
  verdict: Verdict,
  { outcome, started, now }: { outcome: Outcome; started: number; now: number },
): void {
  const ok = verdict.what === 'delivered';
  const slow = verdict.what === 'again' && verdict.slow;
  const turn = run.learn(ok, slow, now, ok ? undefined : verdict.reason, isNotice(item.type));
  if (verdict.what === 'again' && verdict.hold !== undefined)
    run.holdUntil = Math.max(run.holdUntil, Math.ceil(verdict.hold));
  deps.ended(run, ok, turn, item.attempts === 1);
  const row = (state: DeliveryState, nextAt?: number): Delivery => ({
    endpoint: run.endpoint.id,
    seq: item.seq,
    eventId: item.eventId,
    type: item.type,
    lane: item.lane,
    state,
    attempts: item.attempts,
    lastAt: now,
    ms: now - started,
    ...('status' in outcome ? { lastStatus: outcome.status } : {}),
    ...(ok ? {} : { lastError: verdict.reason }),
    ...(nextAt === undefined ? {} : { nextAt }),
  });
  item.recorded = true;
  if (verdict.what === 'delivered') {
    deps.counters.delivered++;
    deps.record(run, row('delivered'), true);
    if (item.late || (item.dead && !isNotice(item.type))) deps.announce(run.endpoint, 'delivery.recovered', seen(item));
    finish(deps, run, lane);
  } else if (verdict.what === 'dead') {
    deps.counters.dead++;
    const holds = stands(run, item, outcome);
    deps.record(run, { ...row('dead'), ...(holds ? {} : { passed: true }) }, true);
    exhausted(deps, run.endpoint, item, verdict.reason);
    if (holds) {
      deps.announce(run.endpoint, 'lane.blocked', { ...seen(item), lane: item.lane });
      deps.park(run, lane);
    } else finish(deps, run, lane);
  } else {
    deps.counters.failed++;
    const at = verdict.what === 'again' ? Math.ceil(verdict.at) : now;
    deps.record(run, row('pending', at), false);
    deps.later(run, lane, at);
    if (verdict.what === 'gone') deps.disable(run, verdict.reason);
  }
}

/** A lane that stood still and has nothing more in memory asks for what is parked there. */
function finish(deps: DeliverDeps, run: EndpointRun, lane: Lane): void {
  run.done(lane);
  if (lane.items.length === 0 && run.parkedIn(lane.key) !== undefined) deps.passed(run, lane.key);
}

/** An event that is gone from the log can never be sent, and no case waits for a notice: nothing stands behind either. */
function stands(run: EndpointRun, item: Item, outcome: Outcome): boolean {
  return parks(run.terms) && outcome !== MISSING && !isNotice(item.type);
}

/** It tells of deliveries, endpoints or lanes, not of a case. */
const isNotice = (type: string): boolean => /^(delivery|endpoint|lane)\./.test(type);

const seen = ({ seq, eventId, type, attempts }: Item) => ({ seq, eventId, type, attempts });

/** No event about an event about deliveries: two broken endpoints would write to each other for ever. */
function exhausted(deps: DeliverDeps, endpoint: Endpoint, item: Item, reason: string): void {
  const { seq, eventId, type, attempts } = item;
  deps.log.warn(
    { endpoint: endpoint.id, seq, eventId, type, attempts, reason },
    'an event is given up for an endpoint',
  );
  if (isNotice(type)) return;
  deps.announce(endpoint, 'delivery.exhausted', { endpoint: endpoint.id, seq, eventId, type, attempts, reason });
}

async function bodyOf(store: Pick<Store, 'readLog'>, item: Item): Promise<string | undefined> {
  const [entry] = await store.readLog({ after: item.seq - 1, limit: 1 });
  if (entry?.seq !== item.seq) return undefined;
  item.time ??= entry.time;
  return entry.body;
}

export function failureOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'failed', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'failed';
  return { code, message: error.message };
}

/** The connection closed before any answer, as a kept one does when the receiver had already let go of it. */
function isStale(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return true;
  if (error.code !== 'UND_ERR_SOCKET') return false;
  // A fresh connection that the receiver closes is a failure; one that has served before says nothing about it.
  const socket = 'socket' in error ? error.socket : undefined;
  return typeof socket === 'object' && socket !== null && 'bytesRead' in socket && Number(socket.bytesRead) > 0;
}
