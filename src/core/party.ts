// Party 来访人: one person, as far as they proved it: keys of several channels that belong together. Nobody is joined by name.
import type { SenderKey } from './message.ts';

/** `code`: typed in here what was sent there. `case`: showed number and query code of a case that was opened by this key. */
export type Proof = 'code' | 'case';

export interface PartyKey {
  /** pk_ and a part of the key's blind index: names it without telling it. */
  readonly id: string;
  readonly kind: string;
  readonly scope: string;
  readonly value: string;
  readonly how: Proof;
  readonly at: string; // RFC 3339
}

export interface Party {
  readonly id: string; // par_ + ULID
  readonly tenant: string;
  /** Oldest first. */
  readonly keys: readonly PartyKey[];
}

/** A case that nobody proved a key for (a web form) belongs to its party by this key: only its code opens it. */
export const caseKey = (no: string): SenderKey => ({ kind: 'case', scope: '', value: no, proved: true });

/** More keys than one person has: a counter in a service hall, or a code that was passed round. */
export const MOST_KEYS = 16;

/**
 * Somebody says that another key is theirs too: a code went there, and whoever types it in proves it. What was never
 * proved stays as a hint for operators. Times are epoch ms.
 */
export interface Claim {
  readonly id: string; // that of the message that made it
  readonly tenant: string;
  readonly claimant: SenderKey;
  readonly target: SenderKey;
  readonly code: string;
  readonly at: number;
  readonly until: number;
}

/** What a message asks of the claims, for `recall`. */
export interface ClaimAsk {
  readonly target?: SenderKey;
  readonly code?: string;
}

/** What the store knows of them. */
export interface KnownClaim {
  /** The claimant's last one that is neither over nor settled. */
  readonly open?: {
    readonly id: string;
    readonly target: SenderKey;
    readonly isRight: boolean;
    /** Wrong codes typed in for it so far. */
    readonly tries: number;
  };
  /** Of the last 24 hours, by this claimant or to this target. */
  readonly recent: number;
}

/** Keys that turn out to be one person's. The keys of the case's first message join them, where a case is named. */
export interface Joining {
  /** The party's id, should none of the keys have one yet. */
  readonly party: string;
  readonly keys: readonly SenderKey[];
  readonly how: Proof;
  readonly at: string;
  readonly caseNo?: string;
  /** The claim that is settled by it. */
  readonly claim?: string;
}

/** What operators see beside a case. */
export interface PartyView {
  readonly party?: Party;
  /** Cases of the party's keys, newest first; never secret, anonymous or informing ones. */
  readonly cases: readonly string[];
  /** Keys its sender stated and never proved. */
  readonly stated: readonly { readonly kind: string; readonly value: string; readonly at: string }[];
}

/** How often a wrong code may be typed in before another has to be asked for. */
export const MOST_TRIES = 5;
export const MOST_CLAIMS_A_DAY = 5;
export const CLAIM_MINUTES = 15;
