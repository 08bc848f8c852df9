// Write: a batch of decisions in one transaction. Stale, taken or broken: nothing of it stays.
import Database from 'better-sqlite3';
import type { RatedRow } from '../../core/rating.ts';
import type { Ask, Decision, Written } from '../../core/store.ts';
import { isExact } from '../candidates.ts';
import type { Direct } from '../direct.ts';
import { tokensOf } from '../recent.ts';
import { eventless } from '../refusals.ts';
import { type Blinds, namesOf, queryHash } from './blinds.ts';
import type { BlobKeeper } from './blobs.ts';
import { OPEN_COLUMNS, openValues } from './case-rows.ts';
import type { Claims } from './claims.ts';
import { type Follower, Refused } from './follow.ts';
import { type Posted, packed } from './grams.ts';
import type { Ground } from './ground.ts';
import type { Append } from './log.ts';
import type { MatterRows } from './matters.ts';
import type { Parties } from './parties.ts';
import {
  type CaseSecret,
  casePlace,
  type DataKey,
  type Envelope,
  messagePlace,
  type Seals,
  sealJson,
} from './seals.ts';
import type { Waiting } from './waiting.ts';

export interface WriteParts {
  readonly ground: Ground;
  readonly seals: Seals;
  readonly blindsOf: (ask: Ask) => Blinds;
  readonly append: Append;
  readonly matters: MatterRows;
  readonly keepBlobs: BlobKeeper;
  readonly follow: Follower;
  readonly parties: Parties;
  readonly claims: Claims;
  readonly waiting: Waiting;
  readonly rate: (row: RatedRow) => void;
}

const INSERT_CASE = `INSERT INTO cases (id, no, tenant, level, opened_at, last_at, urged, masked, exact, postings, vault,
  query_hash, sealed, erased, ${OPEN_COLUMNS.join(', ')}) VALUES (${Array(14 + OPEN_COLUMNS.length)
    .fill('?')
    .join(', ')})`;

const MATTER = OPEN_COLUMNS.indexOf('matter');

function statements({ db }: Ground) {
  return {
    message: db.prepare(
      'INSERT INTO messages (id, delivery, content, case_id, vault, at, tenant, level, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    case: db.prepare(INSERT_CASE),
    exact: db.prepare('INSERT INTO sketches (hash, case_id) VALUES (?, ?)'),
    grams: db.prepare('INSERT INTO grams (id, hashes) VALUES (?, ?)'),
    sender: db.prepare(
      `INSERT INTO sender_keys (blind, case_id, proved) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET proved = max(proved, excluded.proved)`,
    ),
  };
}

export function openWriter(parts: WriteParts): Pick<Direct, 'write'> {
  const { ground, seals, matters } = parts;
  const sql = statements(ground);

  /** Numbers of words go in one row at the end of a table: each in a place of its own would touch thirty pages a case. */
  function post(postings: readonly number[], id: number): Posted {
    const hashes = postings.filter((posting) => !isExact(posting));
    for (const posting of postings) if (isExact(posting)) sql.exact.run(posting, id);
    if (hashes.length > 0) sql.grams.run(id, packed(hashes));
    return { id, hashes };
  }

  function rememberSender(blinds: Blinds, caseId: number): void {
    for (const blind of blinds.stated) sql.sender.run(blind, caseId, 0);
    for (const blind of blinds.proved) sql.sender.run(blind, caseId, 1);
  }

  function openCase(
    decision: Decision,
    blinds: Blinds,
    key: DataKey,
  ): { id: number; secret: CaseSecret; posted: Posted } {
    const { open, ask } = decision;
    if (!open) throw new Error('no case to open');
    const c = open.case;
    const id = ground.next('case');
    const secret: CaseSecret = {
      ...(c.said ? { said: c.said } : {}),
      queryCode: open.queryCode,
      ...(c.externalId === undefined ? {} : { externalId: c.externalId }),
    };
    const sealed = decision.message ? null : sealJson(key.key, secret, casePlace(c.no));
    const hash = queryHash(ground.keyring, c.no, open.queryCode);
    const exactly = blinds.postings.filter(isExact);
    const postings = exactly.length > 0 ? JSON.stringify(exactly) : null;
    const exact = ask.fingerprint?.exact ?? null;
    const own = [
      id,
      c.no,
      c.tenant,
      c.level,
      open.firstAt,
      open.firstAt,
      0,
      decision.masked,
      exact,
      postings,
      key.vault,
    ];
    const values = decision.matter ? openValues(c).with(MATTER, decision.matter.id) : openValues(c);
    sql.case.run(...own, hash, sealed, 0, ...values);
    if (decision.matter) matters.grow(decision.matter, c.tenant);
    rememberSender(blinds, id);
    return { id, secret, posted: post(blinds.postings, id) };
  }

  function putMessage(
    decision: Decision,
    blinds: Blinds,
    key: DataKey,
    caseId: number | null,
    opened?: CaseSecret,
  ): void {
    const { message } = decision;
    if (!message) return;
    if (decision.events.length === 0) throw eventless(message.id);
    const id = ground.next('message');
    const envelope: Envelope = { message, receipt: decision.receipt, ...(opened ? { opened } : {}) };
    const sealed = sealJson(key.key, envelope, messagePlace(id));
    const at = Date.parse(message.receivedAt);
    sql.message.run(id, blinds.delivery, blinds.content, caseId, key.vault, at, message.tenant, message.level, sealed);
  }

  /** Answers the numbers under which a new case is found, for when it is committed. */
  function one(decision: Decision, blinds: Blinds): Posted[] {
    const fresh: Posted[] = [];
    const { adopt = [], receipt } = decision;
    if (decision.open) {
      const key = seals.create();
      const { id, secret, posted } = openCase(decision, blinds, key);
      fresh.push(posted);
      putMessage(decision, blinds, key, id, secret);
      parts.keepBlobs(decision.blobs, key);
      parts.waiting.adopt(adopt, { caseId: id, key, more: 0 }, decision.message ? undefined : receipt);
    } else if (decision.follow) {
      const { id, key } = parts.follow(decision.follow, decision.message);
      if (!decision.follow.unnamed) rememberSender(blinds, id);
      putMessage(decision, blinds, key, id);
      parts.keepBlobs(decision.blobs, key);
      parts.waiting.adopt(adopt, { caseId: id, key, more: adopt.length });
    } else if (decision.message) {
      const key = seals.create();
      putMessage(decision, blinds, key, null);
      parts.keepBlobs(decision.blobs, key);
      if (decision.waits) parts.waiting.put(ground.last('message'), decision.message.id, decision.waits, blinds.proved);
    }
    settleKin(decision);
    if (decision.rate) parts.rate(decision.rate);
    parts.append(decision.events);
    return fresh;
  }

  function settleKin({ claim, tried, join, ask }: Decision): void {
    if (claim) parts.claims.open(claim);
    if (tried !== undefined) parts.claims.tried(tried);
    if (join) parts.parties.join(join, ask.tenant);
  }

  /** Messages of one person are rivals of each other, whichever of their keys they come by. */
  function namesWith(blinds: Blinds, { tenant }: Ask) {
    const names = namesOf(blinds);
    const kin = blinds.proved.flatMap((blind) => parts.parties.of(blind, tenant) ?? []);
    return { ...names, proved: [...names.proved, ...kin] };
  }

  function write(decisions: readonly Decision[], watermark: number): Written {
    const work = decisions.filter((d) => d.message || d.open || d.follow || d.events.length > 0);
    if (work.length === 0) return { ok: true, head: ground.head };
    const riders = work.map((decision) => {
      const blinds = parts.blindsOf(decision.ask);
      return {
        decision,
        blinds,
        tokens: tokensOf({ ...namesWith(blinds, decision.ask), matter: decision.matter?.id }),
      };
    });
    if (ground.head !== watermark && riders.some((r) => ground.recent.rivals(watermark, r.tokens))) return STALE;
    try {
      const fresh = ground.commit(() => riders.flatMap(({ decision, blinds }) => one(decision, blinds)));
      ground.grams.add(fresh);
    } catch (error) {
      return refusalOf(error);
    }
    for (const { tokens } of riders) ground.recent.note(ground.head, tokens);
    return { ok: true, head: ground.head };
  }

  return { write };
}

const STALE: Written = { ok: false, why: 'stale' };

function refusalOf(error: unknown): Written {
  if (error instanceof Refused) return STALE;
  if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
  if (error.message.includes('cases.no')) return { ok: false, why: 'taken' };
  throw error;
}
