// Recall: what the store knows that bears on each waiting message, read before anything is decided.
import type { Case } from '../../core/case.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Ask } from '../../core/store.ts';
import { isExact, MOST_MINE, MOST_STATED, POSTINGS } from '../candidates.ts';
import type { Direct } from '../direct.ts';
import { type Lookups, type Numbered, RIVALS, recallOne } from '../recalling.ts';
import { GONE } from '../remains.ts';
import { type Blinds, queryHash } from './blinds.ts';
import type { Claims } from './claims.ts';
import type { Ground } from './ground.ts';
import { FINISHED_LIST, KNOWN_COLUMNS, KNOWN_FROM, type KnownRow, knownCase, OPEN_LIST } from './known.ts';
import type { Recalled } from './lately.ts';
import type { Parties } from './parties.ts';
import { openEnvelope, type Seals } from './seals.ts';
import type { Waiting } from './waiting.ts';

interface Delivered {
  readonly id: number;
  readonly content: Buffer;
  readonly vault: number;
}

function statements({ db }: Ground) {
  const own = (statuses: string) =>
    db.prepare<[Buffer, string], KnownRow>(
      `SELECT ${KNOWN_COLUMNS} FROM sender_keys k CROSS JOIN cases c ON c.id = k.case_id
       LEFT JOIN matters m ON m.id = c.matter
       WHERE k.blind = ? AND k.proved = 1 AND c.tenant = ? AND c.erased = 0 AND c.status IN (${statuses})
       ORDER BY k.case_id DESC LIMIT ${MOST_MINE}`,
    );
  return {
    delivered: db.prepare<[Buffer], Delivered>('SELECT id, content, vault FROM messages WHERE delivery = ?'),
    erased: db
      .prepare<[Buffer, Buffer], number>('SELECT 1 FROM erased_messages WHERE delivery = ? AND content = ?')
      .pluck(),
    sealed: db.prepare<[number], Buffer>('SELECT sealed FROM messages WHERE id = ?').pluck(),
    mine: own(OPEN_LIST),
    finished: own(FINISHED_LIST),
    hinted: db.prepare<[Buffer, string], { id: number; no: string; proved: number; matter: string | null }>(
      `SELECT c.id, c.no, k.proved, c.matter FROM sender_keys k JOIN cases c ON c.id = k.case_id
       WHERE k.blind = ? AND c.tenant = ? AND c.erased = 0 AND c.secret = 0 AND c.anonymous = 0
       ORDER BY k.case_id DESC LIMIT ${MOST_STATED}`,
    ),
    byNo: db.prepare<[string, string], KnownRow & { query_hash: Buffer | null }>(
      `SELECT ${KNOWN_COLUMNS}, c.query_hash FROM ${KNOWN_FROM} WHERE c.no = ? AND c.tenant = ? AND c.erased = 0`,
    ),
    byId: db.prepare<[number], KnownRow>(`SELECT ${KNOWN_COLUMNS} FROM ${KNOWN_FROM} WHERE c.id = ? AND c.erased = 0`),
    ofMatter: db.prepare<[string, string], KnownRow>(
      `SELECT ${KNOWN_COLUMNS} FROM ${KNOWN_FROM} WHERE c.matter = ? AND c.tenant = ? AND c.erased = 0
       ORDER BY c.id LIMIT ${RIVALS}`,
    ),
    owns: db
      .prepare<[Buffer, number], number>('SELECT proved FROM sender_keys WHERE blind = ? AND case_id = ?')
      .pluck(),
    doc: db.prepare<[number], string>('SELECT doc FROM cases WHERE id = ?').pluck(),
    postings: db
      .prepare<[number], number>(`SELECT case_id FROM sketches WHERE hash = ? ORDER BY case_id DESC LIMIT ${POSTINGS}`)
      .pluck(),
  };
}

export interface RecallParts {
  readonly ground: Ground;
  readonly seals: Seals;
  readonly blindsOf: (ask: Ask) => Blinds;
  readonly parties: Parties;
  readonly claims: Claims;
  readonly waiting: Waiting;
}

export function openRecall(parts: RecallParts): Pick<Direct, 'recall'> {
  const { ground, seals, blindsOf, parties, claims, waiting } = parts;
  const sql = statements(ground);

  function firstReceipt(row: Delivered): Receipt | undefined {
    const key = seals.find(row.vault);
    const sealed = sql.sealed.get(row.id);
    return key && sealed ? openEnvelope(key.key, sealed, row.id).receipt : undefined;
  }

  const isGone = (delivery: Buffer, content: Buffer): Receipt | undefined =>
    sql.erased.get(delivery, content) === undefined ? undefined : GONE;

  /** Kept only where the matter's size can be followed. */
  function load(id: number): Recalled | undefined {
    const row = sql.byId.get(id);
    if (!row) return undefined;
    const recalled = { tenant: row.tenant, known: knownCase(row) };
    if (row.matter !== null) ground.lately.keep(id, recalled);
    return recalled;
  }

  const numbered = (row: KnownRow): Numbered => ({ id: row.id, known: knownCase(row) });

  function lookupsOf(ask: Ask): Lookups<Buffer> {
    const { tenant, since, until = Number.POSITIVE_INFINITY } = ask;
    const { delivery, content, proved, stated, postings } = blindsOf(ask);
    return {
      ...{ proved, stated, postings },
      delivered() {
        const before = sql.delivered.all(delivery);
        const same = before.find((row) => row.content.equals(content));
        const first = same ? firstReceipt(same) : isGone(delivery, content);
        return { used: before.length > 0, ...(first ? { first } : {}) };
      },
      mine: (blind) => sql.mine.all(blind, tenant).map(numbered),
      finished: (blind) => sql.finished.all(blind, tenant).map(numbered),
      hinted: (blind) =>
        sql.hinted.all(blind, tenant).map(({ matter, ...row }) => ({
          ...{ id: row.id, no: row.no, proved: row.proved === 1 },
          ...(matter === null ? {} : { matter }),
        })),
      byNo(no) {
        const row = sql.byNo.get(no, tenant);
        return row && numbered(row);
      },
      result(id) {
        const { handling, rating }: Pick<Case, 'handling' | 'rating'> = JSON.parse(sql.doc.get(id) ?? '{}');
        return { ...(handling ? { handling } : {}), ...(rating ? { rating } : {}) };
      },
      opens(no, queryCode) {
        const hash = sql.byNo.get(no, tenant)?.query_hash;
        return hash?.equals(queryHash(ground.keyring, no, queryCode)) === true;
      },
      owns: (blind, id) => sql.owns.get(blind, id) === 1,
      party: (blind) => parties.of(blind, tenant),
      keysOf: parties.keysOf,
      claim: () => ask.claim && claims.known(ask.claim, proved, tenant),
      waiting: () => (ask.waiting ? waiting.known(ask.waiting, proved) : undefined),
      posted: (posting) => (isExact(posting) ? sql.postings.all(posting) : ground.grams.posted(posting, POSTINGS)),
      byId(id) {
        const kept = ground.lately.find(id) ?? load(id);
        if (!kept || kept.tenant !== tenant) return undefined;
        const { openedAt } = kept.known;
        return openedAt >= since && openedAt <= until ? kept.known : undefined;
      },
      ofMatter: (matter) => sql.ofMatter.all(matter, tenant).map(knownCase),
    };
  }

  return {
    recall(asks) {
      ground.grams.load();
      const known = ground.read(() => asks.map((ask) => recallOne(ask, lookupsOf(ask))));
      return { known, watermark: ground.head };
    },
  };
}
