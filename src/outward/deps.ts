// What the outward queue asks of the house.
import type { Log, Opened } from '../core/channel.ts';
import type { City } from '../core/city.ts';
import type { Store } from '../core/store.ts';

export interface OutwardDeps {
  readonly store: Pick<
    Store,
    | 'readLog'
    | 'head'
    | 'recall'
    | 'findCase'
    | 'messagesOf'
    | 'queueOutgoing'
    | 'outgoingCursor'
    | 'settleOutgoing'
    | 'dueOutgoing'
    | 'interruptedOutgoing'
    | 'outgoingOf'
    | 'wakeOutgoing'
    | 'findClaim'
    | 'partyOf'
  >;
  /** Accounts by name; read anew at every turn. */
  readonly channels: ReadonlyMap<string, Opened>;
  readonly city: () => City;
  readonly publicUrl: string;
  readonly now: () => number;
  readonly ulid: () => string;
  readonly log: Log;
  /** Wakes the other followers after an event was written. */
  readonly committed: () => void;
  /** Runs `task` in so many ms; the answer takes it back. */
  readonly after: (ms: number, task: () => void) => () => void;
}
