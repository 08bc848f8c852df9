// Lane: the shapes a run holds its events in: one event on its way, and those of one case in order.
import type { LogEntry } from '../core/event.ts';

/** One event on its way to one endpoint. `body` is dropped while it waits for another try and read again from the log. */
export interface Item {
  readonly seq: number;
  readonly eventId: string;
  readonly type: string;
  readonly lane: string;
  body: string | undefined;
  /** When it was committed, epoch ms; unknown for a row taken up again until its body is read. */
  time?: number;
  /** `delivery.late` was told. */
  late?: true;
  /** It lay in the dead letters, and a person had it sent again. */
  dead?: true;
  /** The replay that sends it again. */
  replay?: string;
  attempts: number;
  /** Its row, or its first one, is in the ledger: the cursor may pass it. */
  recorded: boolean;
}

/** The events of one case, in order. Only the first is ever tried. */
export interface Lane {
  readonly key: string;
  readonly items: Item[];
  state: 'ready' | 'busy' | 'waiting';
  /** When `waiting`: epoch ms of the next try. */
  at: number;
}

/** Which events must stay in order; a case's by default. */
export type LaneRule = (entry: Pick<LogEntry, 'subject' | 'id'>) => string;

/** Taken from the log: what must be sent, what waits behind a failed one, what is parked behind a dead letter. */
export interface Taken {
  readonly waiting: readonly Item[];
  readonly parked: readonly Item[];
}

/** Why an event is sent once more: the replay, and whether it lay dead. */
export interface Again {
  readonly replay?: string;
  readonly dead?: boolean;
}

/** Attempts at one endpoint since the gateway started; times are epoch ms. */
export interface Tried {
  successes: number;
  failures: number;
  lastSuccessAt?: number;
  lastFailureAt?: number;
  lastError?: string;
}
