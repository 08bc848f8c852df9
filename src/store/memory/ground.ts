// Ground: what every part of the memory store stands on: its shelves, the head of the log, and the one way to commit.
import type { ApiKey, AuditEntry } from '../../core/access.ts';
import type { StoredCall } from '../../core/call-book.ts';
import type { CallFact } from '../../core/call-record.ts';
import type { Case, Said } from '../../core/case.ts';
import type { LogEntry } from '../../core/event.ts';
import type { Matter } from '../../core/matter.ts';
import type { Message } from '../../core/message.ts';
import type { Claim, PartyKey } from '../../core/party.ts';
import type { RatedRow } from '../../core/rating.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Delivery, Endpoint, Keeping, OutgoingRow, Parcel, Quarantined } from '../../core/store.ts';
import { Recent } from '../recent.ts';
import { Index, Journal, Shelf } from './journal.ts';

/** A case as it is kept. Rows are replaced, never changed. */
export interface CaseRow {
  readonly id: number;
  /** Without what may name a person. */
  readonly open: Omit<Case, 'said' | 'externalId'>;
  readonly said?: Said;
  readonly externalId?: string;
  /** Undefined once erased, as everything by which the case could be found. */
  readonly queryCode?: string;
  readonly matter?: string;
  readonly masked: string;
  readonly exact: string;
  readonly openedAt: number;
  readonly lastAt: number;
  readonly postings: readonly number[];
  readonly senders: readonly string[];
  readonly messages: readonly Message[];
  readonly blobs: readonly string[];
  readonly erased: boolean;
}

export type MatterRow = Omit<Matter, 'cases'> & {
  /** Epoch ms when the last case came to it. */
  readonly grown: number;
  /** Matters a person told apart from it; follows from the rulings. */
  readonly apart: readonly string[];
};

/** A person's word about the cases of ids `a` < `b`. */
export interface RulingRow {
  readonly a: number;
  readonly b: number;
  readonly same: boolean;
  readonly by: string;
  readonly at: string;
}

/** One message under the name of its delivery. */
export interface Delivered {
  readonly messageId: string;
  readonly contentHash: string;
  readonly receipt?: Receipt;
}

/** `name` is that of its delivery; `at` when it was received. */
export interface LooseRow {
  readonly name: string;
  readonly at: number;
  readonly blobs: readonly string[];
}

export interface BlobRow {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly name?: string;
  readonly at: number;
  readonly pending: boolean;
  /** Id of the one in quarantine it is kept with; a message that is written may take it from there. */
  readonly aside?: string;
}

export interface PartyKeyRow {
  readonly name: string;
  readonly party: string;
  readonly tenant: string;
  readonly key: PartyKey;
}

export interface ClaimRow {
  readonly claim: Claim;
  readonly tries: number;
  readonly settled: boolean;
}

/** A file that came alone. `n` keeps the order of arrival. */
export interface WaitingRow {
  readonly message: Message;
  readonly senders: readonly string[];
  readonly blobs: readonly string[];
  readonly n: number;
  readonly at: number;
  readonly due: number;
}

/** With the name of the citizen's key, by which what waits is found. */
export interface OutgoingKept extends OutgoingRow {
  readonly person?: string;
}

/** All that was told of a call, and what it comes to. */
export interface CallKept {
  readonly facts: readonly CallFact[];
  /** Absent where the case was erased before any exchange told of the call. */
  readonly stored?: StoredCall;
  readonly at: number;
  readonly erased: boolean;
}

export class Ground {
  readonly instance: string;
  readonly recent = new Recent(0);
  readonly #clock: () => number;
  #lastTime = 0;
  readonly #journal = new Journal();

  readonly cases = new Shelf<string, CaseRow>(this.#journal);
  /** Case numbers in the order they were opened; a case's id is its place here. */
  readonly caseNos: string[] = [];
  readonly matters = new Shelf<string, MatterRow>(this.#journal);
  /** Ids of the cases of a matter. */
  readonly members = new Index<string>(this.#journal);
  readonly rulings = new Shelf<string, RulingRow>(this.#journal);
  /** Ids of the cases ruled upon together with one. */
  readonly ruledWith = new Index<number>(this.#journal);
  readonly deliveredAs = new Shelf<string, readonly Delivered[]>(this.#journal);
  /** Deliveries of erased messages by name and content. */
  readonly gone = new Shelf<string, true>(this.#journal);
  readonly senders = new Index<string>(this.#journal);
  readonly provedSenders = new Index<string>(this.#journal);
  readonly postings = new Index<number>(this.#journal);
  /** Trimmed entries leave a hole, so that a position stays the place in this list. */
  readonly log: (LogEntry | undefined)[] = [];
  floor = 0;
  /** Messages that opened no case, by their id. */
  readonly loose = new Shelf<string, LooseRow>(this.#journal);
  /** When a change with this idempotency key was carried out, and what was asked. */
  readonly done = new Shelf<string, { readonly at: number; readonly asked?: string }>(this.#journal);
  readonly quarantine = new Shelf<string, Quarantined>(this.#journal);
  readonly endpoints = new Shelf<string, Endpoint>(this.#journal);
  readonly deliveries = new Shelf<string, Delivery>(this.#journal);
  readonly parcels = new Shelf<string, Parcel>(this.#journal);
  readonly deliverySeqs = new Index<string>(this.#journal);
  readonly pendingSeqs = new Index<string>(this.#journal);
  readonly outgoing = new Shelf<string, OutgoingKept>(this.#journal);
  /** How far a follower has read the log. */
  readonly cursors = new Shelf<string, number>(this.#journal);
  /** By tenant and name of the key. */
  readonly partyKeys = new Shelf<string, PartyKeyRow>(this.#journal);
  readonly waiting = new Shelf<string, WaitingRow>(this.#journal);
  readonly claims = new Shelf<string, ClaimRow>(this.#journal);
  readonly cells = new Shelf<string, string>(this.#journal);
  readonly keepings = new Shelf<string, Keeping & { readonly kind: string }>(this.#journal);
  readonly ratings = new Shelf<string, RatedRow>(this.#journal);
  readonly calls = new Shelf<string, CallKept>(this.#journal);
  readonly keys = new Shelf<string, ApiKey>(this.#journal);
  readonly trail: AuditEntry[] = [];
  /** Of erased cases: how long the trail was; what was written before has lost its reasons. */
  readonly hushed = new Shelf<string, number>(this.#journal);
  readonly blobs = new Shelf<string, BlobRow>(this.#journal);

  constructor(options: { readonly instance: string; readonly now: () => number }) {
    this.instance = options.instance;
    this.#clock = options.now;
  }

  get head(): number {
    return this.log.length;
  }

  now(): number {
    return this.#clock();
  }

  /** Epoch ms, never decreasing along the log. */
  time(): number {
    this.#lastTime = Math.max(this.#lastTime, this.#clock());
    return this.#lastTime;
  }

  commit<T>(work: () => T): T {
    return this.#journal.commit(work);
  }

  push<T>(list: T[], value: T): void {
    this.#journal.push(list, value);
  }

  caseById(id: number): CaseRow | undefined {
    const no = this.caseNos[id - 1];
    return no === undefined ? undefined : this.cases.get(no);
  }
}

/** A copy as a database would give it back: nobody outside holds what is kept here. */
export function copy<T>(value: T): T {
  const copied: T = JSON.parse(JSON.stringify(value));
  return copied;
}
