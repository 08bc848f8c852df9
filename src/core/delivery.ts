// Delivery: where events and replies go and what became of each, as the store keeps it for the followers of the log.
import type { Purpose } from './channel.ts';

/** `whsec_…` or `whsk_…`. `until` (epoch ms) ends an old one; `by` is the key that had it made, without it `createdBy`. */
export interface EndpointSecret {
  readonly secret: string;
  readonly until?: number;
  readonly by?: string;
}

export interface Endpoint {
  readonly id: string; // ep_ + ULID
  readonly url: string;
  readonly description?: string;
  readonly tenant?: string;
  /** Unit whose cases alone are delivered. */
  readonly unit?: string;
  readonly types?: readonly string[];
  readonly state: 'pending' | 'enabled' | 'disabled';
  readonly disabledReason?: string;
  /** Live secrets, newest first; sealed at rest. */
  readonly secrets: readonly EndpointSecret[];
  readonly createdBy: string;
  readonly createdAt: string;
  /** Every log entry up to here has a delivery row or did not match. */
  readonly cursor: number;
  /** Settings the feed adds later; kept as they are. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** `parked`: waits in the store behind a dead letter of its case, until a person redrives or skips that one. */
export type DeliveryState = 'pending' | 'parked' | 'delivered' | 'dead' | 'skipped';

/** Nothing more is owed for such a row. */
export const isSettled = (state: DeliveryState): boolean => state === 'delivered' || state === 'skipped';

/** A lane in which something is dead that was not passed, or parked behind what was. */
export interface HaltedLane {
  readonly lane: string;
  readonly dead: boolean;
  readonly parked: boolean;
}

/** What a follower of the log keeps beside it: a consumer's place, a replay's progress. Holds no personal data. */
export interface Keeping {
  readonly id: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The whole body of one event for one endpoint that was granted words. Kept sealed with its case until it is delivered. */
export interface Parcel {
  readonly endpoint: string;
  readonly seq: number;
  readonly caseNo: string;
  readonly body: string;
}

/** One event for one endpoint. Written when its first attempt ends, or when it must wait behind an earlier one of its case. */
export interface Delivery {
  readonly endpoint: string;
  readonly seq: number;
  readonly eventId: string;
  readonly type: string;
  readonly lane: string; // subject of the event: one case, in order
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly nextAt?: number; // epoch ms
  readonly lastAt?: number;
  readonly lastStatus?: number;
  readonly lastError?: string;
  readonly ms?: number;
  /** Of a dead letter: the rest of its lane went on without it, so it holds nothing up. */
  readonly passed?: true;
}

/**
 * `sending`: an attempt is under way. `unknown`: it may have arrived, and the platform takes no id by which to ask again.
 * `waiting`: for the citizen's next word, since the platform lets nobody write now.
 */
export type OutgoingState = 'pending' | 'sending' | 'sent' | 'unknown' | 'failed' | 'waiting';

/** One message to a citizen. No words and no address: both lie sealed with the case. Times are epoch ms. */
export interface OutgoingRow {
  readonly id: string; // out_ + ULID
  readonly caseNo: string;
  readonly purpose: Purpose;
  /** The outgoing message, or the citizen's own that the receipt or result is about. */
  readonly messageId: string;
  readonly account: string;
  readonly state: OutgoingState;
  readonly attempts: number;
  readonly nextAt?: number;
  readonly at: number;
  readonly lastAt?: number;
  /** A code: why it waits or failed; `other_channel` when it went by another than the citizen used. */
  readonly why?: string;
}
