// Health: how one endpoint is doing, for its owner and for the operators.
import type { Endpoint } from '../core/store.ts';
import { toRfc3339 } from '../core/time.ts';
import type { EndpointRun } from './run.ts';

export interface Health {
  readonly state: Endpoint['state'];
  readonly reason?: string;
  /** Log entries between what this endpoint has settled and the head. */
  readonly lag: number;
  readonly inflight: number;
  /** Events held for it: in flight, waiting for another try, or waiting behind one. */
  readonly held: number;
  /** Attempts that may run at once now. */
  readonly concurrency: number;
  /** Attempts since the gateway started. */
  readonly successes: number;
  readonly failures: number;
  readonly lastSuccessAt?: string;
  readonly lastFailureAt?: string;
  readonly lastError?: string;
  /** open: it hardly answered, so nothing is sent until nextTry; half: it comes back step by step. */
  readonly circuit: 'closed' | 'open' | 'half';
  readonly nextTry?: string;
  /** Cases that stand still behind a dead letter. */
  readonly parkedCases: number;
  /** Since when it has taken nothing. */
  readonly failingSince?: string;
  /** It asked to be left alone until then (Retry-After). */
  readonly heldUntil?: string;
}

/** Times are epoch ms. */
export interface Seen {
  readonly head: number;
  readonly now: number;
  readonly utcOffsetMinutes: number;
  readonly failingSince: number | undefined;
}

export function healthOf(
  endpoint: Endpoint,
  run: EndpointRun | undefined,
  { head, now, utcOffsetMinutes, failingSince }: Seen,
): Health {
  const { lastSuccessAt, lastFailureAt, lastError, successes = 0, failures = 0 } = run?.seen ?? {};
  const time = (at: number): string => toRfc3339(at, utcOffsetMinutes);
  return {
    state: endpoint.state,
    ...(endpoint.disabledReason === undefined ? {} : { reason: endpoint.disabledReason }),
    lag: Math.max(0, head - (run?.cursor ?? endpoint.cursor)),
    inflight: run?.inflight ?? 0,
    held: run?.held ?? 0,
    concurrency: run?.limit ?? 0,
    circuit: run?.circuit.state ?? 'closed',
    ...(run?.circuit.state === 'open' ? { nextTry: time(run.circuit.until) } : {}),
    parkedCases: run?.parkedLanes ?? 0,
    ...(failingSince === undefined ? {} : { failingSince: time(failingSince) }),
    successes,
    failures,
    ...(lastSuccessAt === undefined ? {} : { lastSuccessAt: time(lastSuccessAt) }),
    ...(lastFailureAt === undefined ? {} : { lastFailureAt: time(lastFailureAt) }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(run && run.holdUntil > now ? { heldUntil: time(run.holdUntil) } : {}),
  };
}

/** One endpoint in the metrics. */
export interface Standing {
  readonly endpoint: string;
  readonly lag: number;
  readonly held: number;
  readonly inflight: number;
  readonly parkedCases: number;
  /** 1 while its circuit is open. */
  readonly open: 0 | 1;
  readonly successes: number;
  readonly failures: number;
}

export function standingOf(runs: Iterable<EndpointRun>, end: number): Standing[] {
  return [...runs].map((run) => ({
    endpoint: run.endpoint.id,
    lag: Math.max(0, end - run.cursor),
    held: run.held,
    inflight: run.inflight,
    parkedCases: run.parkedLanes,
    open: run.circuit.state === 'open' ? 1 : 0,
    successes: run.seen.successes,
    failures: run.seen.failures,
  }));
}
