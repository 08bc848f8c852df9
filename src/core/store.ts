// The store port: what the house asks of any database. SQLite, memory and, later, Postgres keep the same promises (test/contract/store.ts).
import type { ApiKey, AuditEntry, AuditLine } from './access.ts';
import type { CallBook } from './call-book.ts';
import type { Case, Said } from './case.ts';
import type {
  Delivery,
  DeliveryState,
  Endpoint,
  HaltedLane,
  Keeping,
  OutgoingRow,
  OutgoingState,
  Parcel,
} from './delivery.ts';
import type { Fingerprint, Known } from './draft.ts';
import type { LogEntry, NewEvent } from './event.ts';
import type { MatterFacts } from './heat.ts';
import type { Matter, NewMatter } from './matter.ts';
import type { Message, SenderKey } from './message.ts';
import type { Claim, ClaimAsk, Joining, Party, PartyView } from './party.ts';
import type { RatedRow } from './rating.ts';
import type { Receipt } from './receipt.ts';
import type { Ruling, RulingLine } from './ruling.ts';
import type { RatingCell, RatingQuery } from './satisfaction.ts';

/** What one waiting message asks the store. Plain values: the store makes the blind indexes. */
export interface Ask {
  readonly account: string;
  readonly externalId: string;
  readonly contentHash: string;
  /** Proved sender keys: cases of the same person. */
  readonly proved: readonly SenderKey[];
  /** Merely stated keys (a typed phone number): hints only. */
  readonly stated: readonly SenderKey[];
  readonly cited?: { readonly caseNo: string; readonly queryCode?: string };
  readonly claim?: ClaimAsk;
  /** Files that came alone (epoch ms, by when they were sent), and the one this is about. */
  readonly waiting?: { readonly since: number; readonly until: number; readonly ref?: string };
  readonly tenant: string;
  /** The words say that something is not done, or not any more: the person's finished cases are recalled too. */
  readonly again?: boolean;
  /** The words rate a result: those of the same person are recalled. */
  readonly rates?: boolean;
  /** Absent when relating is off. */
  readonly fingerprint?: Fingerprint;
  /** Oldest and newest first-message time (epoch ms) a related case may have; without `until` any that came since. */
  readonly since: number;
  readonly until?: number;
}

export interface Recall {
  readonly known: readonly Known[];
  /** Position of the log this was read at; `write` refuses as stale when a rival message was committed after it. */
  readonly watermark: number;
}

/** What the door decided about one message; written whole or not at all. */
export interface Decision {
  readonly ask: Ask;
  /** Absent for a repeat: nothing new is stored. */
  readonly message?: Message;
  /** Masked words, kept for relating and search. */
  readonly masked: string;
  readonly receipt: Receipt;
  /** A new case, with its query code in the clear (the store keeps hash and sealed copy). `said` is sealed. */
  readonly open?: { readonly case: Case; readonly queryCode: string; readonly firstAt: number };
  /** A message added to an existing case, which moves on by one version. Refused as stale when `expectVersion` is not the stored one. */
  readonly follow?: {
    readonly no: string;
    readonly lastAt: number;
    readonly urges: boolean;
    readonly expectVersion: number;
    /** Keep no key of the sender with the case: it hides who stands in it, and a code proves one message, not an account. */
    readonly unnamed?: true;
    /** The citizen has the finished case dealt with once more (重办); without a due time when no rule or calendar gives one. */
    readonly reopen?: { readonly dueAt?: string; readonly noCalendar?: true };
    /** What the new words change in the case: a danger told in a follow-up, a complaint about the unit that holds it. */
    readonly set?: Partial<Pick<Case, 'status' | 'urgency' | 'divert' | 'unit' | 'coUnits' | 'barred' | 'rating'>>;
  };
  /** The matter the new case belongs to: opened with it, or grown by it. */
  readonly matter?: {
    readonly id: string;
    readonly open?: NewMatter;
    readonly at: string;
    /** The matter's urgency rises to this; it never falls by itself. */
    readonly urgency?: Case['urgency'];
    /** Its sender is known to stand in the matter already: one reporter, not two. */
    readonly again?: boolean;
  };
  /** Another key was said to be theirs; a code for one was wrong; keys turned out to be one person's. */
  readonly claim?: Claim;
  readonly tried?: string;
  /** The message is a file alone: when it was sent, and when a person shall look if no words came (epoch ms). */
  readonly waits?: { readonly at: number; readonly due: number };
  /** Files that came alone go into the case; refused as stale when one is there no more. Without a message they have the receipt too. */
  readonly adopt?: readonly string[];
  readonly join?: Joining;
  /** For the figures: one row for each result of a case, the last rating of it. */
  readonly rate?: RatedRow;
  readonly events: readonly NewEvent[];
  /** Blobs the message refers to: from pending, or from quarantine, to kept, under the case's key. */
  readonly blobs: readonly string[];
}

/** `stale`: a rival came in between; recall and decide again. `taken`: a minted case number exists; mint again. */
export type Written =
  | { readonly ok: true; readonly head: number }
  | { readonly ok: false; readonly why: 'stale' | 'taken' };

/** A message no transaction would take; kept as received for a person, outside any case. */
export interface Quarantined {
  readonly id: string;
  readonly account: string;
  readonly receivedAt: string;
  readonly error: string;
  readonly message: Message;
}

export interface CaseQuery {
  readonly tenant?: string;
  readonly unit?: string;
  readonly status?: string;
  readonly kind?: string;
  readonly category?: string;
  readonly matter?: string;
  readonly hasProposals?: boolean;
  /** Case number to start after; lists run newest first. */
  readonly after?: string;
  /** Last case to look at; down to the oldest when left out, however few match. */
  readonly downTo?: string;
  readonly limit: number;
}

/** A change to one case decided by a person or a unit: the case after it, its events and the audit line, in one transaction. */
export interface Change {
  readonly case: Case;
  readonly expectVersion: number;
  readonly events: readonly NewEvent[];
  readonly audit: AuditEntry;
  /** Makes the change idempotent: a second one with the same key does nothing and answers `repeated`. */
  readonly idempotencyKey?: string;
  /** What was asked under that key, whole: the same key with anything else does nothing and answers `reused`. */
  readonly asked?: string;
  /** Words to seal with the case: an outgoing message, and a note of the house. */
  readonly message?: Message;
  readonly note?: Message;
  /** What the person said with it about pairs of cases; kept with the actor and time of `audit`. */
  readonly rulings?: readonly Ruling[];
  /** What was decided holds for matters of just these sizes: whoever joined or left one in between makes it stale. */
  readonly expectSizes?: readonly SizeOf[];
}

export interface SizeOf {
  readonly id: string;
  readonly size: number;
}

/** A case's way to another matter (an existing one or a new one) with the change that records it. */
export interface Move {
  readonly change: Change;
  readonly to: { readonly id: string; readonly open?: NewMatter };
}

/** `stale`: the case has moved on, or a matter is not of the size that was expected. `repeated` and `reused`: the idempotency key is known, with this or with another content. */
export type Changed = 'ok' | 'stale' | 'repeated' | 'reused';

export interface LogQuery {
  readonly after: number;
  /** Last position to look at; the whole log when left out, however few entries match. */
  readonly upTo?: number;
  readonly limit: number;
  readonly types?: readonly string[];
  /** Case number, or the id of what else the events are about. */
  readonly subject?: string;
  readonly tenant?: string;
  readonly unit?: string;
}

export interface StoreStats {
  readonly messages: number;
  readonly cases: number;
  readonly matters: number;
  readonly events: number;
  readonly quarantined: number;
  readonly bytes: number;
}

/**
 * Everything rejects with GatewayError: `disk_full` and `read_only` (retryable, 503), `busy` (retryable), `store_in_use`
 * (another process holds the file), `corrupt`. What was not committed was not stored.
 */
export interface Store extends CallBook {
  readonly kind: string;
  /** Random name of this data set; changes on restore, so that old cursors are refused. */
  readonly epoch: string;

  recall(asks: readonly Ask[]): Promise<Recall>;
  /** One transaction, durable when it resolves. Any failure leaves nothing. */
  write(decisions: readonly Decision[], watermark: number): Promise<Written>;
  /** Its attachments, still pending, are kept with it, until a written message names them or it is forgotten. */
  quarantine(item: Quarantined): Promise<void>;
  /** Newest first; of those that come after `after` in this order, which need not lie there any more. */
  quarantined(limit: number, after?: Pick<Quarantined, 'receivedAt' | 'id'>): Promise<Quarantined[]>;
  findQuarantined(id: string): Promise<Quarantined | undefined>;
  /** Lets go of one whose message was taken in after all, with what is left of its attachments; false when there is none. */
  releaseQuarantined(id: string): Promise<boolean>;

  /** `said` is present only when asked for: opening the seal is a deliberate act. */
  findCase(no: string, options?: { said?: boolean }): Promise<Case | undefined>;
  findCases(query: CaseQuery): Promise<Case[]>;
  /** The case some `places` below another in the list of all, or below its beginning; undefined when it ends before. */
  caseBelow(no: string | undefined, places: number): Promise<string | undefined>;
  /** The case when number and query code belong together; one answer for every wrong pair. */
  lookup(no: string, queryCode: string): Promise<Case | undefined>;
  messagesOf(no: string): Promise<Message[]>;
  findMatter(id: string): Promise<Matter | undefined>;
  /** Matters of two cases or more to which one came since `since` (epoch ms), the latest first. */
  growing(query: { readonly since: number; readonly limit: number; readonly tenant?: string }): Promise<string[]>;
  /** What its heat is reckoned from, without erased cases. */
  matterFacts(id: string): Promise<MatterFacts | undefined>;
  /** How many cases were opened since (epoch ms), by the clock of the house. */
  openedSince(since: number): Promise<number>;
  change(change: Change): Promise<Changed>;
  /** Moves a case to another matter (an existing one or a new one) with the change that records it. */
  moveMatter(change: Change, to: Move['to']): Promise<Changed>;
  /** Several moves and one more line of the trail in one transaction: all of it, or nothing. The first one's key counts. */
  moveMatters(moves: readonly Move[], audit: AuditEntry): Promise<Changed>;
  /** What people said about pairs of cases that are not erased, by the numbers of both; of those that come after `after`. */
  rulings(query: { readonly after?: Ruling['cases']; readonly limit: number }): Promise<RulingLine[]>;
  erase(no: string, audit: AuditEntry, event: NewEvent): Promise<boolean>;
  /** Numbers of cases that are settled, not erased, and were last touched before `before` (epoch ms); oldest first. */
  expired(before: number, limit: number): Promise<string[]>;
  /**
   * Forgets messages that opened no case, quarantined ones, records of calls and of codes sent out, from before `before` (epoch ms), as
   * `erase` does a case: rows, keys and attachments. A hundred a call, oldest first; 0 when nothing is left.
   */
  forgetLoose(before: number): Promise<number>;

  head(): Promise<number>;
  readLog(query: LogQuery): Promise<LogEntry[]>;
  /** Last position whose entry is older than `time` (epoch ms); the floor when all of them are younger. */
  positionAt(time: number): Promise<number>;
  /** The position before the first entry that is still kept; 0 while nothing was trimmed. */
  floor(): Promise<number>;
  /** Lets go of at most `limit` entries up to a position, oldest first, never of the last one, and counts them. */
  trimLog(upTo: number, limit: number): Promise<number>;
  /** Events that no case transaction carries (endpoint and delivery events). */
  append(events: readonly NewEvent[]): Promise<void>;

  putEndpoint(endpoint: Endpoint): Promise<void>;
  endpoints(): Promise<Endpoint[]>;
  deleteEndpoint(id: string): Promise<boolean>;
  /** Kept, with its line of the audit trail, until `settle` marks it delivered or skipped. False when its case was erased. */
  keepParcel(parcel: Parcel, audit: AuditEntry): Promise<boolean>;
  parcel(endpoint: string, seq: number): Promise<string | undefined>;
  /** Lets go of all that is enclosed for an endpoint. */
  dropParcels(endpoint: string): Promise<void>;
  /** Upserts delivery rows and moves cursors in one transaction. */
  settle(
    rows: readonly Delivery[],
    cursors: readonly { readonly endpoint: string; readonly cursor: number }[],
  ): Promise<void>;
  /** Pending rows of one endpoint, oldest first. */
  pending(endpoint: string, limit: number): Promise<Delivery[]>;
  /** Smallest position that is still to be sent to an endpoint: pending, parked, or dead with others parked behind it. */
  owed(endpoint: string): Promise<number | undefined>;
  deliveries(query: {
    readonly endpoint: string;
    readonly state?: DeliveryState;
    readonly before?: number;
    readonly limit: number;
  }): Promise<Delivery[]>;
  /** Lanes of one endpoint with dead letters that were not passed, or with rows parked behind one. */
  halted(endpoint: string): Promise<HaltedLane[]>;
  /** Dead rows that were not passed and parked rows of one lane, oldest first. */
  haltedIn(endpoint: string, lane: string, limit: number): Promise<Delivery[]>;
  /** Keeps, or with null lets go of, what a follower notes under (kind, id). Durable when it resolves. */
  keep(kind: string, id: string, value: Keeping['value'] | null): Promise<void>;
  /** All that is kept of one kind, by id. */
  keepings(kind: string): Promise<Keeping[]>;

  putKey(key: ApiKey): Promise<void>;
  keyByHash(hash: string): Promise<ApiKey | undefined>;
  keys(): Promise<ApiKey[]>;
  audit(entry: AuditEntry): Promise<void>;
  /** Newest first; of the lines whose number is lower than `before`. */
  auditTrail(query: {
    readonly subject?: string;
    readonly before?: number;
    readonly limit: number;
  }): Promise<AuditLine[]>;

  /** Keeps bytes sealed and pending; not committed with a message within an hour, they are swept. */
  putBlob(
    bytes: Uint8Array,
    info: { readonly mediaType: string; readonly name?: string },
  ): Promise<{ ref: string; hash: string; size: number }>;
  getBlob(ref: string): Promise<{ bytes: Uint8Array; mediaType: string; name?: string } | undefined>;
  /** Removes attachments nobody sent, and idempotency keys of changes older than ninety days. Counts the attachments. */
  sweepBlobs(olderThan: number): Promise<number>;

  /** What an account keeps under a name between runs, sealed; undefined when there is nothing. */
  cell(account: string, name: string): Promise<string | undefined>;
  /** Durable when it resolves; without a value the cell is emptied. */
  putCell(account: string, name: string, value: string | undefined): Promise<void>;

  /**
   * Writes down what must go out, each id once (a second time changes nothing), and how far the log was read for it, in one
   * transaction.
   */
  queueOutgoing(rows: readonly OutgoingRow[], cursor: number): Promise<void>;
  /** How far the log was read for what must go out; undefined before the first `queueOutgoing`. */
  outgoingCursor(): Promise<number | undefined>;
  /**
   * The row as it now stands, with the events that tell of it, and the line of the trail where a person did it, in one
   * transaction; `person` finds it again when it waits for their next word.
   */
  settleOutgoing(row: OutgoingRow, events: readonly NewEvent[], person?: SenderKey, audit?: AuditEntry): Promise<void>;
  /** Pending rows whose `nextAt` has come, the longest due first. */
  dueOutgoing(now: number, limit: number): Promise<OutgoingRow[]>;
  /** Rows in state `sending`: after a start, those whose attempt the last process did not live to see. */
  interruptedOutgoing(): Promise<OutgoingRow[]>;
  /** Oldest first. */
  outgoingOf(caseNo: string): Promise<OutgoingRow[]>;
  /** Waiting rows of whoever has one of these keys, or another of the same party, become pending, due `now`; how many they were. */
  wakeOutgoing(keys: readonly SenderKey[], now: number): Promise<number>;

  /** Files that came alone and found no words by `now`, longest first. */
  overdue(now: number, limit: number): Promise<Message[]>;

  /** While its code is good and was not used; undefined afterwards. */
  findClaim(id: string): Promise<Claim | undefined>;
  /** Who a case is from, as far as they proved it, and what else they said of themselves. Nothing for secret and anonymous cases. */
  partyOf(caseNo: string): Promise<PartyView>;
  findParty(id: string): Promise<Party | undefined>;
  /** Takes keys out of a party, which ends when one is left; false when none of them is in it. */
  splitParty(id: string, keys: readonly string[], audit: AuditEntry): Promise<boolean>;

  /** How ratings of a period fall into the scores, by one of three things, in the order of its names. */
  ratingCells(query: RatingQuery): Promise<RatingCell[]>;

  /** Wraps every data key under a new master key; the old one opens nothing afterwards. */
  rotate(newMasterKey: Uint8Array): Promise<number>;
  /** Online copy to `path`, checked (integrity and counts) before it is named final. */
  backup(path: string): Promise<StoreStats>;
  stats(): Promise<StoreStats>;
  /** Can a write commit now? Throws the GatewayError a write would. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

export type { Claim, Delivery, DeliveryState, Endpoint, HaltedLane, Keeping, OutgoingRow, OutgoingState, Parcel, Said };
