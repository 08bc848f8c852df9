// The tables of the SQLite store: the schema of record, from which drizzle-kit writes the migrations. Nothing personal stands outside a `sealed` column.
import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

const bytes = (name: string) => blob(name, { mode: 'buffer' });

export { erasedMessages } from './tables-erased.ts';
export { grams, matters, rulings } from './tables-matters.ts';

/** Small facts about the data set itself: its epoch, the wrapped blind secret, whether it was closed properly. */
export const meta = sqliteTable('meta', {
  key: text().primaryKey(),
  value: bytes('value').notNull(),
});

/** One data key each, wrapped by the master key. Erasure sets `wrapped` to null: what it sealed is noise from then on. */
export const vaults = sqliteTable('vaults', {
  id: integer().primaryKey(),
  wrapped: bytes('wrapped'),
  generation: integer().notNull(),
});

export const cases = sqliteTable(
  'cases',
  {
    id: integer().primaryKey(),
    no: text().notNull(),
    tenant: text().notNull(),
    level: text().notNull(),
    version: integer().notNull(),
    status: text().notNull(),
    kind: text().notNull(),
    category: text().notNull(),
    urgency: text().notNull(),
    division: text(),
    unit: text(),
    unitName: text('unit_name'),
    /** JSON array of `UnitRef`; null when empty. */
    coUnits: text('co_units'),
    /** JSON array of unit codes; null when empty. */
    barred: text(),
    secret: integer().notNull(),
    anonymous: integer().notNull(),
    /** Epoch ms: when its first message was sent, when its last one was. */
    openedAt: integer('opened_at').notNull(),
    lastAt: integer('last_at').notNull(),
    dueAt: integer('due_at'),
    updatedAt: text('updated_at').notNull(),
    messages: integer().notNull(),
    urged: integer().notNull(),
    matter: text(),
    proposed: integer().notNull(),
    masked: text().notNull(),
    exact: text(),
    /** JSON array of the posting numbers, so that erasure finds them without an index. */
    postings: text(),
    vault: integer().notNull(),
    queryHash: bytes('query_hash'),
    /** Null while what was said is what the first message says. */
    sealed: bytes('sealed'),
    /** The sender gave an id of his own; it lies in the seal. */
    named: integer().notNull(),
    erased: integer().notNull(),
    /** The non-personal rest, as JSON of `Case`. */
    doc: text().notNull(),
  },
  (t) => [
    uniqueIndex('cases_no').on(t.no),
    index('cases_matter').on(t.matter, t.id),
    index('cases_unit').on(t.unit, t.id),
    // Few cases have helpers: who helps is found here without their rows.
    index('cases_helped').on(t.id, t.coUnits).where(sql`co_units is not null`),
    index('cases_proposed').on(t.id).where(sql`proposed = 1`),
    // Finds what retention asks for without walking the table; the condition is that of `expired`, word by word.
    index('cases_settled')
      .on(t.lastAt, t.updatedAt)
      .where(sql`erased = 0 and status in ('answered', 'done', 'closed', 'rejected')`),
  ],
);

export const messages = sqliteTable(
  'messages',
  {
    id: integer().primaryKey(),
    /** Blind index of account and external id. */
    delivery: bytes('delivery').notNull(),
    /** Blind index of the content hash: tells a retry from a reused id. */
    content: bytes('content').notNull(),
    caseId: integer('case_id'),
    vault: integer().notNull(),
    at: integer().notNull(),
    tenant: text().notNull(),
    level: text().notNull(),
    sealed: bytes('sealed').notNull(),
  },
  (t) => [
    uniqueIndex('messages_delivery').on(t.delivery, t.content),
    index('messages_case').on(t.caseId).where(sql`case_id is not null`),
    index('messages_loose').on(t.at).where(sql`case_id is null`),
  ],
);

/** WITHOUT ROWID in the migration. Finds a person's cases by a blind key. */
export const senderKeys = sqliteTable(
  'sender_keys',
  {
    blind: bytes('blind').notNull(),
    caseId: integer('case_id').notNull(),
    proved: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.blind, t.caseId] }), index('sender_keys_case').on(t.caseId)],
);

/** One person as far as they proved it; what names them lies sealed in `party_keys`. */
export const parties = sqliteTable('parties', {
  id: text().primaryKey(),
  tenant: text().notNull(),
  vault: integer().notNull(),
});

/** WITHOUT ROWID in the migration. `blind` is that of `sender_keys`: which cases a key has is read there. */
export const partyKeys = sqliteTable(
  'party_keys',
  {
    blind: bytes('blind').notNull(),
    tenant: text().notNull(),
    party: text().notNull(),
    sealed: bytes('sealed').notNull(),
  },
  (t) => [primaryKey({ columns: [t.blind, t.tenant] }), index('party_keys_party').on(t.party)],
);

/** Keys that somebody stated, with the code that was sent there; unproved ones stay as hints. */
export const claims = sqliteTable(
  'claims',
  {
    id: text().primaryKey(),
    tenant: text().notNull(),
    claimant: bytes('claimant').notNull(),
    target: bytes('target').notNull(),
    at: integer().notNull(),
    until: integer().notNull(),
    tries: integer().notNull(),
    settled: integer().notNull(),
    vault: integer().notNull(),
    sealed: bytes('sealed').notNull(),
  },
  (t) => [
    index('claims_claimant').on(t.claimant, t.at),
    index('claims_target').on(t.target, t.at),
    index('claims_at').on(t.at),
  ],
);

/** WITHOUT ROWID in the migration. Files that came alone, by the blind of each proved key; empty for who proved nothing. */
export const waiting = sqliteTable(
  'waiting',
  {
    blind: bytes('blind').notNull(),
    ref: text().notNull(),
    message: integer().notNull(),
    at: integer().notNull(),
    due: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.blind, t.ref] }),
    index('waiting_ref').on(t.ref),
    index('waiting_message').on(t.message),
    index('waiting_due').on(t.due),
  ],
);

/** WITHOUT ROWID in the migration. Which cases have exactly these words, by their hash; likeness is found by `grams`. */
export const sketches = sqliteTable(
  'sketches',
  {
    hash: integer().notNull(),
    caseId: integer('case_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.hash, t.caseId] })],
);

export const log = sqliteTable(
  'log',
  {
    seq: integer().primaryKey(),
    id: text().notNull(),
    type: text().notNull(),
    subject: text().notNull(),
    /** Epoch ms of the commit, never decreasing. */
    time: integer().notNull(),
    tenant: text().notNull(),
    unit: text(),
    /** JSON arrays of unit codes; null when empty. */
    coUnits: text('co_units'),
    barred: text(),
    body: text('body').notNull(),
  },
  (t) => [index('log_subject').on(t.subject)],
);

export const quarantine = sqliteTable('quarantine', {
  id: text().primaryKey(),
  account: text().notNull(),
  receivedAt: text('received_at').notNull(),
  vault: integer().notNull(),
  sealed: bytes('sealed').notNull(),
});

/** What an account keeps between runs (cursors, tokens), each sealed under a key of its own. */
export const cells = sqliteTable(
  'cells',
  {
    account: text().notNull(),
    name: text().notNull(),
    vault: integer().notNull(),
    sealed: bytes('sealed').notNull(),
  },
  (t) => [primaryKey({ columns: [t.account, t.name] })],
);

/** What goes out to citizens: which message, how it stands. No words and no address; both lie sealed with the case. */
export const outgoing = sqliteTable(
  'outgoing',
  {
    id: text().primaryKey(),
    caseNo: text('case_no').notNull(),
    purpose: text().notNull(),
    /** Of the outgoing message, or of the one the receipt is for. */
    messageId: text('message_id').notNull(),
    account: text().notNull(),
    state: text().notNull(),
    attempts: integer().notNull(),
    nextAt: integer('next_at'),
    at: integer().notNull(),
    lastAt: integer('last_at'),
    why: text(),
    /** Blind index of the citizen's proved key on that account: what waits is found by their next word. */
    person: bytes('person'),
  },
  (t) => [
    index('outgoing_case').on(t.caseNo),
    index('outgoing_due').on(t.nextAt).where(sql`state = 'pending'`),
    index('outgoing_waiting').on(t.person).where(sql`state = 'waiting'`),
  ],
);

/** What exchanges told of calls. The numbers and the exchange's own ids lie in the seal; figures need neither. */
export const calls = sqliteTable(
  'calls',
  {
    /** Blind index of account and the exchange's id: that of the message the same call became. */
    id: bytes('id').primaryKey(),
    account: text().notNull(),
    tenant: text().notNull(),
    at: integer().notNull(),
    direction: text().notNull(),
    outcome: text().notNull(),
    waitMs: integer('wait_ms'),
    talkMs: integer('talk_ms'),
    endedAt: integer('ended_at'),
    /** Blind index of the citizen's number. */
    party: bytes('party'),
    vault: integer().notNull(),
    /** Null once erased. */
    sealed: bytes('sealed'),
  },
  (t) => [index('calls_at').on(t.at, t.id), index('calls_party').on(t.party, t.at).where(sql`party is not null`)],
);

/** How results were rated, for the figures: codes and times. It outlives what was said with it. */
export const ratings = sqliteTable(
  'ratings',
  {
    caseNo: text('case_no').notNull(),
    round: integer().notNull(),
    tenant: text().notNull(),
    at: integer().notNull(),
    score: integer().notNull(),
    unit: text(),
    category: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.caseNo, t.round] }), index('ratings_at').on(t.at)],
);

export const keys = sqliteTable(
  'keys',
  {
    id: text().primaryKey(),
    hash: text().notNull(),
    doc: text().notNull(),
  },
  (t) => [uniqueIndex('keys_hash').on(t.hash)],
);

export const audit = sqliteTable(
  'audit',
  {
    id: integer().primaryKey(),
    at: text().notNull(),
    actor: text().notNull(),
    action: text().notNull(),
    subject: text().notNull(),
    reason: text(),
    detail: text(),
  },
  (t) => [index('audit_subject').on(t.subject)],
);

/** Bytes sealed under a key of their own; that key is wrapped by the master key while pending, by the case's once kept. */
export const blobs = sqliteTable(
  'blobs',
  {
    id: integer().primaryKey(),
    ref: text().notNull(),
    /** Null while pending. */
    vault: integer(),
    wrapped: bytes('wrapped').notNull(),
    size: integer().notNull(),
    at: integer().notNull(),
    sealed: bytes('sealed').notNull(),
  },
  (t) => [
    uniqueIndex('blobs_ref').on(t.ref),
    index('blobs_pending').on(t.at).where(sql`vault is null`),
    index('blobs_vault').on(t.vault).where(sql`vault is not null`),
  ],
);

export const chunks = sqliteTable(
  'chunks',
  {
    id: integer().primaryKey(),
    blob: integer().notNull(),
    n: integer().notNull(),
    sealed: bytes('sealed').notNull(),
  },
  (t) => [uniqueIndex('chunks_blob').on(t.blob, t.n)],
);

/** WITHOUT ROWID in the migration. Blind index of an idempotency key → done, with the blind of what was asked. */
export const idempotency = sqliteTable(
  'idempotency',
  {
    key: bytes('key').primaryKey(),
    at: integer().notNull(),
    /** Null for keys marked before it was kept, and where nothing was told. */
    asked: bytes('asked'),
  },
  (t) => [index('idempotency_at').on(t.at)],
);
