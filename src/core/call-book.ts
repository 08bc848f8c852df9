// Call book 话务簿: the part of the store port that keeps what exchanges told of calls, and sums it up.
import type { CallHour } from './call-figures.ts';
import type { CallFact, CallOutcome, FoldedCall } from './call-record.ts';

/** A call as it stands. `party` is the citizen's number in digits, gone once it was erased. */
export interface StoredCall extends FoldedCall {
  /** `call_` + 32 hex digits: the exchange's own id may tell who called. */
  readonly id: string;
  readonly account: string;
  readonly tenant: string;
  readonly party?: string;
}

export interface CallQuery {
  readonly from?: number;
  /** Not included. */
  readonly to?: number;
  readonly tenant?: string;
  readonly outcome?: CallOutcome;
  /** Only who gave up and has reached nobody since: whoever called again and was answered, or was called back, is left out. */
  readonly owed?: boolean;
  readonly after?: { readonly at: number; readonly id: string };
  readonly limit: number;
}

export interface CallBook {
  /**
   * Writes down what was told, all of it or nothing, each call merged with what is known of it. Answers for each fact
   * whether it changed anything: a repeat does not. A call that was erased stays so.
   */
  putCalls(account: string, tenant: string, facts: readonly CallFact[]): Promise<boolean[]>;
  /** Newest first. Opens the seal of each for its number. */
  calls(query: CallQuery): Promise<StoredCall[]>;
  findCall(id: string): Promise<StoredCall | undefined>;
  /** Incoming calls by the hour in which they began, hours without any left out, in the order of time. */
  callHours(query: Pick<CallQuery, 'from' | 'to' | 'tenant'>): Promise<CallHour[]>;
}
