// Schedule: what becomes of a delivery after an attempt. Pure: time and chance are arguments.

/** How an attempt ended: an answer, or why there was none. */
export type Outcome =
  | { readonly status: number; readonly retryAfter?: string }
  | { readonly error: { readonly code: string; readonly message: string } };

export type Verdict =
  | { readonly what: 'delivered' }
  /** Try again at `at`. `hold`: nothing to this endpoint before that time. `slow`: it cannot keep up. All epoch ms. */
  | {
      readonly what: 'again';
      readonly at: number;
      readonly hold?: number;
      readonly slow: boolean;
      readonly reason: string;
    }
  | { readonly what: 'dead'; readonly reason: string }
  /** 410 Gone: the endpoint itself is finished; the event waits for the day it is enabled again. */
  | { readonly what: 'gone'; readonly reason: string };

export interface Attempt {
  readonly outcome: Outcome;
  /** Number of this attempt, from 1. */
  readonly number: number;
  /** Seconds before attempt n; its length is the number of attempts. */
  readonly schedule: readonly number[];
  readonly now: number;
  readonly random: () => number;
}

/** Answers that will not change by themselves: the event is too large, of the wrong type or not understood. */
const HOPELESS = new Set([413, 415, 422]);
const HOPELESS_TRIES = 3;
/** No answer in time, or not even a connection. */
const TOO_LATE = /^(timeout|UND_ERR_CONNECT_TIMEOUT)\b/;
const OVERLOADED = new Set([429, 502, 503, 504]);
const LONGEST_HOLD_MS = 24 * 3_600_000;
/** Spread after Retry-After: up to a fifth, never more than this, so that many clients do not return at one instant. */
const WIDEST_SPREAD_MS = 5_000;

export function decide({ outcome, number, schedule, now, random }: Attempt): Verdict {
  const reason = describe(outcome);
  const status = 'status' in outcome ? outcome.status : undefined;
  if (status !== undefined && status >= 200 && status < 300) return { what: 'delivered' };
  if (status === 410) return { what: 'gone', reason };
  if ('error' in outcome && outcome.error.code === 'address_refused') return { what: 'dead', reason };
  if (status !== undefined && HOPELESS.has(status) && number >= HOPELESS_TRIES) return { what: 'dead', reason };
  const next = schedule[number];
  if (next === undefined) return { what: 'dead', reason: `${reason}; ${number} attempts` };
  const planned = now + next * 1_000 * (0.8 + 0.4 * random());
  const slow = status === undefined ? TOO_LATE.test(reason) : OVERLOADED.has(status);
  const asked = 'retryAfter' in outcome ? retryAfterMs(outcome.retryAfter, now) : undefined;
  if (asked === undefined) return { what: 'again', at: planned, slow, reason };
  const hold = now + asked + Math.min(WIDEST_SPREAD_MS, 0.2 * asked) * random();
  return { what: 'again', at: Math.max(planned, hold), hold, slow, reason };
}

/** Milliseconds a Retry-After header asks for (RFC 9110: seconds or a date), at most a day; undefined when it is neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text)) * 1_000, LONGEST_HOLD_MS);
  const date = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), LONGEST_HOLD_MS);
}

/** One line for the delivery log: the status, or the code and message of the failure. */
/** A reason as everybody may read it in the log: what follows the code may name addresses of somebody's inner network. */
export const briefly = (reason: string): string => reason.replace(/^([a-z][a-z0-9_]*): .*$/s, '$1');

export function describe(outcome: Outcome): string {
  if ('error' in outcome) return `${outcome.error.code}: ${outcome.error.message}`.slice(0, 300);
  return `HTTP ${outcome.status}`;
}
