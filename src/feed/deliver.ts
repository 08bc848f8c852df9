// Deliver: one attempt to hand one event to one endpoint, signed, and what follows from how it ended.
import type { Log } from '../core/channel.ts';
import type { NewEvent } from '../core/event.ts';
import type { Delivery, DeliveryState, Endpoint, Store } from '../core/store.ts';
import type { Clock } from './clock.ts';
import type { EndpointRun, Item, Lane } from './run.ts';
import { decide, describe, type Outcome, type Verdict } from './schedule.ts';
import type { Answer, Outgoing } from './send.ts';
import { type Signer, sign } from './sign.ts';

/** Sends one request; rejects when there was no complete answer. */
export type Sender = (out: Outgoing) => Promise<Answer>;

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
  /** `delivery.exhausted`, for whoever watches. */
  announce(endpoint: Endpoint, type: 'delivery.exhausted', data: NewEvent['data']): void;
  /** The endpoint said 410. */
  disable(run: EndpointRun, reason: string): void;
  abandoned(): boolean;
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
  };
}

/** Bytes of an endpoint's answer that are read; what is longer closes the connection. */
export const ANSWER_BYTES = 16 * 1024;

export function delivering(deps: DeliverDeps) {
  const { clock } = deps;
  return async function attempt(run: EndpointRun, lane: Lane, item: Item): Promise<void> {
    const started = clock.now();
    try {
      const body = item.body ?? (await bodyOf(deps.store, item));
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

/** One attempt; a kept-alive connection that the other side had closed meanwhile is no failure of the endpoint, so once more at once. */
async function tryOnce(deps: DeliverDeps, run: EndpointRun, item: Item, body: string): Promise<Outcome> {
  const first = await request(deps, run, item, body);
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
  run.learn(ok, verdict.what === 'again' && verdict.slow, now, ok ? undefined : verdict.reason);
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
    run.done(lane);
  } else if (verdict.what === 'dead') {
    deps.counters.dead++;
    exhausted(deps, run.endpoint, item, verdict.reason);
    deps.record(run, row('dead'), true);
    run.done(lane);
  } else {
    deps.counters.failed++;
    const at = verdict.what === 'again' ? Math.ceil(verdict.at) : now;
    if (verdict.what === 'again' && verdict.hold !== undefined)
      run.holdUntil = Math.max(run.holdUntil, Math.ceil(verdict.hold));
    deps.record(run, row('pending', at), false);
    deps.later(run, lane, at);
    if (verdict.what === 'gone') deps.disable(run, verdict.reason);
  }
}

/** No event about an event about deliveries: two broken endpoints would write to each other for ever. */
function exhausted(deps: DeliverDeps, endpoint: Endpoint, item: Item, reason: string): void {
  const { seq, eventId, type, attempts } = item;
  deps.log.warn(
    { endpoint: endpoint.id, seq, eventId, type, attempts, reason },
    'an event is given up for an endpoint',
  );
  if (/^(delivery|endpoint|lane)\./.test(type)) return;
  deps.announce(endpoint, 'delivery.exhausted', { endpoint: endpoint.id, seq, eventId, type, attempts, reason });
}

async function bodyOf(store: Pick<Store, 'readLog'>, item: Item): Promise<string | undefined> {
  const [entry] = await store.readLog({ after: item.seq - 1, limit: 1 });
  return entry?.seq === item.seq ? entry.body : undefined;
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
