// Deps: all that the API routes ask of the house.
import type { Accepted } from '../core/channel.ts';
import type { Heat, MatterFacts } from '../core/heat.ts';
import type { Message } from '../core/message.ts';
import type { Mint } from '../core/mint.ts';
import type { Endpoint, Store } from '../core/store.ts';
import type { Settings } from '../settings.ts';
import type { Keyring } from './keyring.ts';
import type { Limits } from './limits.ts';
import type { Metrics } from './metrics.ts';

export type ApiStore = Pick<
  Store,
  | 'findCase'
  | 'findCases'
  | 'caseBelow'
  | 'lookup'
  | 'messagesOf'
  | 'recall'
  | 'outgoingOf'
  | 'settleOutgoing'
  | 'findMatter'
  | 'change'
  | 'moveMatter'
  | 'moveMatters'
  | 'putKey'
  | 'keys'
  | 'keyByHash'
  | 'audit'
  | 'auditTrail'
  | 'quarantined'
  | 'findQuarantined'
  | 'releaseQuarantined'
  | 'getBlob'
  | 'calls'
  | 'findCall'
  | 'callHours'
  | 'ratingCells'
  | 'probe'
  | 'partyOf'
  | 'findParty'
  | 'splitParty'
>;

/** An endpoint as far as its reports go. `madeBy` is the key that had the secret made which signed. */
export type Caller = Pick<Endpoint, 'id' | 'unit' | 'tenant' | 'createdAt'> & { readonly madeBy: string };

/** A matter on the board of those that grow. */
export interface BoardEntry extends Heat {
  readonly matter: MatterFacts['matter'];
  readonly hot: boolean;
  readonly words: readonly string[];
  readonly storm: boolean;
  readonly barred: readonly string[];
}

export interface ApiDeps {
  /** Matters that grow, hottest first. */
  readonly board: () => Promise<readonly BoardEntry[]>;
  readonly store: ApiStore;
  readonly settings: Settings;
  /** The ones handed to `openFront`. */
  readonly keyring: Keyring;
  readonly metrics: Metrics;
  /** Shared with the citizens' pages, so that wrong look-ups count together. */
  readonly limits: Limits;
  readonly mint: Pick<Mint, 'ulid'>;
  /** `n` random bytes fit for secrets. */
  readonly random: (n: number) => Uint8Array;
  readonly now: () => number;
  /** Takes in a message kept already, from quarantine or split off from another; rejects with `refused_again`. */
  readonly retake: (message: Message) => Promise<Accepted>;
  /** Whose secret signed these raw bytes; throws 401. Without it there are no signed callbacks. */
  readonly caller?: (
    endpoint: string,
    headers: Readonly<Record<string, string | undefined>>,
    body: Uint8Array,
  ) => Caller;
  /** Wakes the followers of the log after a decision is committed. */
  readonly committed?: () => void;
  /** Told which fields a person put right in a case. */
  readonly corrected?: (fields: readonly string[]) => void;
  /** What the table of duties sent to units that gave it back, counted. */
  readonly returns?: () => Promise<
    readonly {
      readonly category: string;
      readonly division?: string;
      readonly unit: string;
      readonly suggested?: string;
      readonly count: number;
      readonly last: string;
    }[]
  >;
  /** Free bytes under the data folder; measured here when absent. */
  readonly freeBytes?: () => Promise<number>;
}
