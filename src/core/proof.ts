// Proof: how channels tell a caller from a stranger: equal without telling how far, signed times, and the refusals that are counted.
import { createHash, timingSafeEqual } from 'node:crypto';
import { GatewayError } from './errors.ts';

export const DEFAULT_SKEW_SECONDS = 300;

/** Compares secrets and signatures in a time that tells nothing about where they differ. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** 403, counted as `bad_signature`: who calls is not who they say. Nothing was stored. */
export function badSignature(what = 'the signature'): GatewayError {
  return new GatewayError({
    code: 'bad_signature',
    message: `${what} is wrong or missing`,
    retryable: false,
    status: 403,
    advice: 'Compare the secrets in channels.yaml with those on the platform.',
  });
}

/**
 * Throws 403 `stale_time` when a signed time (epoch seconds) lies further from now (epoch ms) than the tolerance: what was
 * recorded is not played back later. 0 switches it off; a time that is no number is refused unless it is off.
 */
export function checkTime(signedSeconds: number, now: number, maxSkewSeconds = DEFAULT_SKEW_SECONDS): void {
  if (maxSkewSeconds === 0 || Math.abs(now / 1000 - signedSeconds) <= maxSkewSeconds) return;
  throw new GatewayError({
    code: 'stale_time',
    message: `the signed time is more than ${maxSkewSeconds} s from now`,
    retryable: false,
    status: 403,
    advice: 'See that the clock of this machine is right; maxSkewSeconds of the account sets the tolerance.',
  });
}

/** What a stopped account answers: the platform comes again. */
export function accountClosed(): GatewayError {
  const why = { message: 'this account is closed', retryable: true, retryAfter: 5 };
  return new GatewayError({ code: 'closed', ...why });
}

/** A block's field that cannot be used; the account's name is put before it. */
export function badBlock(field: string, problem: string): GatewayError {
  const advice = `Correct ${field} of this account in channels.yaml.`;
  return new GatewayError({ code: 'bad_settings', message: `${field} ${problem}`, retryable: false, field, advice });
}
