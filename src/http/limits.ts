// Limits: token buckets with bounded memory, for anonymous intake and for wrong look-ups.
import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { HttpSettings } from '../settings.ts';

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly retryAfter: number };

/** `retryAfter` in seconds. Addresses are as in RouteRequest; an IPv6 network of 64 bits counts as one. */
export interface Limits {
  /** One anonymous message: counts against the address, and against these words from this address. */
  intake(address: string, contentHash: string): Verdict;
  /** May this address try this number? Counts against both at once, so that guesses sent side by side count each. */
  lookup(address: string, caseNo: string): Verdict;
  /** The look-up was right, or got no answer: then it costs nothing. */
  giveLookupBack(address: string, caseNo: string): void;
}

const MINUTE = 60_000;
/** Time in which all wrong look-ups are forgiven. */
const FORGIVEN = 10 * MINUTE;
/**
 * Wrong codes for one number from one address are slowed soon; one address that asks for many numbers, and one number
 * asked for by many addresses, late: a city sits behind one address, and nobody may close another's case by guessing.
 * Of 28^8 codes even the last finds one in some thousand years.
 */
const MANY_NUMBERS = 60;
const MANY_ADDRESSES = 400;
const OK: Verdict = { ok: true };

export function openLimits(settings: HttpSettings['limits'], now: () => number): Limits {
  const addresses = buckets(settings.perAddressPerMinute, MINUTE, now);
  const contents = buckets(settings.sameContentPerMinute, MINUTE, now);
  const tries = buckets(settings.wrongLookups, FORGIVEN, now);
  const seekers = buckets(settings.wrongLookups * MANY_NUMBERS, FORGIVEN, now);
  const numbers = buckets(settings.wrongLookups * MANY_ADDRESSES, FORGIVEN, now);
  const looked = (address: string, caseNo: string): readonly [Buckets, string][] => {
    const from = networkOf(address);
    return [
      [tries, short(`${from}\n${caseNo}`)],
      [seekers, from],
      [numbers, short(caseNo)],
    ];
  };
  return {
    intake(address, contentHash) {
      const from = networkOf(address);
      const same = contents.take(short(`${from}\n${contentHash}`));
      return same.ok ? addresses.take(from) : same;
    },
    lookup(address, caseNo) {
      const taken: [Buckets, string][] = [];
      for (const [bucket, key] of looked(address, caseNo)) {
        const verdict = bucket.take(key);
        if (!verdict.ok) {
          for (const [before, own] of taken) before.giveBack(own); // what is refused costs nothing elsewhere
          return verdict;
        }
        taken.push([bucket, key]);
      }
      return OK;
    },
    giveLookupBack(address, caseNo) {
      for (const [bucket, key] of looked(address, caseNo)) bucket.giveBack(key);
    },
  };
}

interface Buckets {
  take(key: string): Verdict;
  giveBack(key: string): void;
}

/** The oldest are forgotten first: memory is bounded, and who is forgotten merely starts with a full bucket. */
const MOST_BUCKETS = 20_000;

function buckets(capacity: number, period: number, now: () => number): Buckets {
  const held = new Map<string, { level: number; at: number }>();
  const levelOf = (key: string): number => {
    const bucket = held.get(key);
    return bucket ? Math.min(capacity, bucket.level + ((now() - bucket.at) * capacity) / period) : capacity;
  };
  const verdict = (level: number): Verdict =>
    level >= 1 ? OK : { ok: false, retryAfter: Math.max(1, Math.ceil(((1 - level) * period) / capacity / 1000)) };
  return {
    giveBack(key) {
      const bucket = held.get(key);
      // Forgotten or full again means full: nothing to keep.
      if (bucket && levelOf(key) + 1 < capacity) held.set(key, { level: levelOf(key) + 1, at: now() });
      else held.delete(key);
    },
    take(key) {
      const level = levelOf(key);
      held.delete(key);
      held.set(key, { level: level >= 1 ? level - 1 : level, at: now() });
      if (held.size > MOST_BUCKETS) for (const oldest of held.keys()) return drop(held, oldest, verdict(level));
      return verdict(level);
    },
  };
}

function drop(held: Map<string, unknown>, key: string, verdict: Verdict): Verdict {
  held.delete(key);
  return verdict;
}

/** Keys of one length, whatever was sent. */
const short = (text: string): string => createHash('sha256').update(text).digest('base64').slice(0, 22);

/** One IPv6 subscriber owns 64 bits of addresses; an IPv4 address written as IPv6 is that IPv4 address. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':');
}
