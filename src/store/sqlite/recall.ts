// Recall: what the store knows that bears on each waiting message, read before anything is decided.
import type { Known, KnownCase } from '../../core/draft.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Ask } from '../../core/store.ts';
import { MOST_ALIKE, MOST_MINE, MOST_STATED, POSTINGS, Shared } from '../candidates.ts';
import type { Direct } from '../direct.ts';
import { type Blinds, queryHash } from './blinds.ts';
import type { Ground } from './ground.ts';
import { KNOWN_COLUMNS, KNOWN_FROM, type KnownRow, knownCase, OPEN_LIST } from './known.ts';
import { openEnvelope, type Seals } from './seals.ts';

/** Candidates looked at before giving up, when most of them are too old or erased. */
const MOST_LOADED = 160;

interface Delivered {
  readonly id: number;
  readonly content: Buffer;
  readonly vault: number;
}

function statements({ db }: Ground) {
  return {
    delivered: db.prepare<[Buffer], Delivered>('SELECT id, content, vault FROM messages WHERE delivery = ?'),
    sealed: db.prepare<[number], Buffer>('SELECT sealed FROM messages WHERE id = ?').pluck(),
    mine: db.prepare<[Buffer, string], KnownRow>(
      `SELECT ${KNOWN_COLUMNS} FROM sender_keys k CROSS JOIN cases c ON c.id = k.case_id
       LEFT JOIN matters m ON m.id = c.matter
       WHERE k.blind = ? AND k.proved = 1 AND c.tenant = ? AND c.erased = 0 AND c.status IN (${OPEN_LIST})
       ORDER BY k.case_id DESC LIMIT ${MOST_MINE}`,
    ),
    hinted: db.prepare<[Buffer, string], { id: number; no: string; proved: number }>(
      `SELECT c.id, c.no, k.proved FROM sender_keys k JOIN cases c ON c.id = k.case_id
       WHERE k.blind = ? AND c.tenant = ? AND c.erased = 0 AND c.secret = 0 AND c.anonymous = 0
       ORDER BY k.case_id DESC LIMIT ${MOST_STATED}`,
    ),
    byNo: db.prepare<[string, string], KnownRow & { query_hash: Buffer | null }>(
      `SELECT ${KNOWN_COLUMNS}, c.query_hash FROM ${KNOWN_FROM} WHERE c.no = ? AND c.tenant = ? AND c.erased = 0`,
    ),
    byId: db.prepare<[number, string, number], KnownRow>(
      `SELECT ${KNOWN_COLUMNS} FROM ${KNOWN_FROM} WHERE c.id = ? AND c.tenant = ? AND c.opened_at >= ? AND c.erased = 0`,
    ),
    owns: db
      .prepare<[Buffer, number], number>('SELECT proved FROM sender_keys WHERE blind = ? AND case_id = ?')
      .pluck(),
    postings: db
      .prepare<[number], number>(`SELECT case_id FROM sketches WHERE hash = ? ORDER BY case_id DESC LIMIT ${POSTINGS}`)
      .pluck(),
  };
}

export function openRecall(ground: Ground, seals: Seals, blindsOf: (ask: Ask) => Blinds): Pick<Direct, 'recall'> {
  const sql = statements(ground);

  function firstReceipt(row: Delivered): Receipt | undefined {
    const key = seals.find(row.vault);
    const sealed = sql.sealed.get(row.id);
    return key && sealed ? openEnvelope(key.key, sealed, row.id).receipt : undefined;
  }

  function mine(blinds: Blinds, tenant: string): Map<number, KnownCase> {
    const rows = blinds.proved.flatMap((blind) => sql.mine.all(blind, tenant));
    if (blinds.proved.length > 1) rows.sort((a, b) => b.id - a.id);
    return new Map(rows.map((row) => [row.id, knownCase(row)] as const));
  }

  /** Either side merely stated: a hint, never a proof. Who was kept secret or anonymous is not hinted at. */
  function stated(blinds: Blinds, tenant: string, own: ReadonlyMap<number, KnownCase>): string[] {
    const found = new Map<number, string>();
    for (const blind of blinds.stated) for (const row of sql.hinted.all(blind, tenant)) found.set(row.id, row.no);
    for (const blind of blinds.proved)
      for (const row of sql.hinted.all(blind, tenant)) if (row.proved === 0) found.set(row.id, row.no);
    const others = [...found].filter(([id]) => !own.has(id)).sort((a, b) => b[0] - a[0]);
    return others.slice(0, MOST_STATED).map(([, no]) => no);
  }

  function cited(ask: Ask, blinds: Blinds): KnownCase | undefined {
    if (!ask.cited) return undefined;
    const { caseNo, queryCode } = ask.cited;
    const row = sql.byNo.get(caseNo, ask.tenant);
    if (!row) return undefined;
    const byCode = queryCode !== undefined && row.query_hash?.equals(queryHash(ground.keyring, caseNo, queryCode));
    const proved = byCode || blinds.proved.some((blind) => sql.owns.get(blind, row.id) === 1);
    return proved ? knownCase(row) : undefined;
  }

  function alike(ask: Ask, blinds: Blinds): KnownCase[] {
    const shared = new Shared();
    for (const posting of blinds.postings) {
      const ids = sql.postings.all(posting);
      if (ids.length > 0) shared.add(posting, ids);
    }
    const found: KnownCase[] = [];
    for (const id of shared.ranked().slice(0, MOST_LOADED)) {
      const row = sql.byId.get(id, ask.tenant, ask.since);
      if (row) found.push(knownCase(row));
      if (found.length === MOST_ALIKE) break;
    }
    return found;
  }

  function one(ask: Ask): Known {
    const blinds = blindsOf(ask);
    const before = sql.delivered.all(blinds.delivery);
    const same = before.find((row) => row.content.equals(blinds.content));
    const first = same ? firstReceipt(same) : undefined;
    if (first) return { first, keyReused: false, mine: [], alike: [], stated: [] };
    const own = mine(blinds, ask.tenant);
    const reference = cited(ask, blinds);
    return {
      keyReused: before.length > 0,
      mine: [...own.values()].slice(0, MOST_MINE),
      ...(reference ? { cited: reference } : {}),
      alike: alike(ask, blinds),
      stated: stated(blinds, ask.tenant, own),
    };
  }

  return { recall: (asks) => ({ known: asks.map(one), watermark: ground.head }) };
}
