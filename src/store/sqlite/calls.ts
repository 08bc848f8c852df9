// Calls: one row a call with its times and how it ended; everything told of it, numbers above all, sealed beside it.
import type { CallQuery, StoredCall } from '../../core/call-book.ts';
import { type CallHour, SOON_MS } from '../../core/call-figures.ts';
import { type CallFact, type CallOutcome, foldCall, mergeFacts, partyOf } from '../../core/call-record.ts';
import { callBlind, callName, mergeEach, same } from '../calls.ts';
import type { Direct } from '../direct.ts';
import { unseal } from '../vault.ts';
import { deliveryBlind, senderBlind } from './blinds.ts';
import type { Ground } from './ground.ts';
import { type Seals, sealJson } from './seals.ts';

interface Row {
  readonly id: Buffer;
  readonly account: string;
  readonly tenant: string;
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly outcome: CallOutcome;
  readonly wait_ms: number | null;
  readonly talk_ms: number | null;
  readonly ended_at: number | null;
  readonly vault: number;
  readonly sealed: Buffer | null;
}

const place = (id: Buffer): string => `call:${id.toString('hex')}`;

const PUT = `INSERT INTO calls (id, account, tenant, at, direction, outcome, wait_ms, talk_ms, ended_at, party, vault, sealed)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at,
  direction = excluded.direction, outcome = excluded.outcome, wait_ms = excluded.wait_ms, talk_ms = excluded.talk_ms,
  ended_at = excluded.ended_at, party = excluded.party, sealed = excluded.sealed`;

/** Nobody has spoken to this caller since: neither did they get through, nor were they called back. */
const OWED = `outcome = 'abandoned' AND direction = 'in' AND party IS NOT NULL AND NOT EXISTS (SELECT 1 FROM calls later
  WHERE later.party = calls.party AND later.at > calls.at AND later.outcome = 'answered' AND later.tenant = calls.tenant)`;

/** A name kept after an erasure, so that what is told of the call later opens no row again: no call of the book. */
export const ERASED = 'erased';
const TOLD = `outcome <> '${ERASED}'`;

const count = (outcome: string): string => `sum(outcome = '${outcome}') AS ${outcome}`;
const HOURS = `SELECT at - at % 3600000 AS at, ${['answered', 'abandoned', 'failed', 'menu', 'open'].map(count).join(', ')},
  sum(outcome = 'answered' AND wait_ms IS NOT NULL AND wait_ms <= ${SOON_MS}) AS soon,
  sum(outcome = 'answered' AND wait_ms IS NOT NULL) AS waited,
  sum(CASE WHEN outcome = 'answered' THEN coalesce(wait_ms, 0) ELSE 0 END) AS waitMs,
  max(CASE WHEN outcome = 'answered' THEN coalesce(wait_ms, 0) ELSE 0 END) AS longestMs,
  sum(outcome = 'abandoned' AND wait_ms IS NOT NULL) AS gaveUp,
  sum(CASE WHEN outcome = 'abandoned' THEN coalesce(wait_ms, 0) ELSE 0 END) AS gaveUpMs,
  sum(talk_ms IS NOT NULL) AS talked, sum(coalesce(talk_ms, 0)) AS talkMs
  FROM calls WHERE direction = 'in' AND ${TOLD} AND at >= ? AND at < ?`;

type Calls = Pick<Direct, 'putCalls' | 'calls' | 'findCall' | 'callHours'>;

export function openCalls(ground: Ground, seals: Seals): Calls {
  const { db, keyring } = ground;
  const find = db.prepare<[Buffer], Row>('SELECT * FROM calls WHERE id = ?');
  const findTold = db.prepare<[Buffer], Row>(`SELECT * FROM calls WHERE id = ? AND ${TOLD}`);
  const put = db.prepare(PUT);

  function factsOf(row: Row): CallFact[] {
    const key = row.sealed === null ? undefined : seals.find(row.vault);
    if (!key || row.sealed === null) return [];
    const kept: { readonly facts: CallFact[] } = JSON.parse(unseal(key.key, row.sealed, place(row.id)).toString());
    return kept.facts;
  }

  /** Whether anything changed. Of an erased call nothing is taken any more. */
  function merge(account: string, tenant: string, call: string, told: readonly CallFact[]): boolean {
    const id = deliveryBlind(keyring, account, call);
    const row = find.get(id);
    if (row?.sealed === null || (!row && told.every(({ adds }) => adds))) return false;
    const kept = row ? factsOf(row) : [];
    const facts = mergeFacts(kept, told);
    if (row && same(kept, facts)) return false;
    const key = (row && seals.find(row.vault)) ?? seals.create();
    const { at, direction, outcome, waitMs = null, talkMs = null, endedAt = null } = foldCall(facts, ground.now());
    const value = partyOf(facts);
    const party = value === undefined ? null : senderBlind(keyring, { kind: 'phone', scope: '', value, proved: true });
    const sealed = sealJson(key.key, { call, facts }, place(id));
    put.run(id, account, tenant, at, direction, outcome, waitMs, talkMs, endedAt, party, key.vault, sealed);
    return true;
  }

  function storedOf(row: Row): StoredCall {
    const { account, tenant, at, direction, outcome } = row;
    const party = partyOf(factsOf(row));
    return {
      ...{ id: callName(row.id), account, tenant, at, direction, outcome },
      ...(row.wait_ms === null ? {} : { waitMs: row.wait_ms }),
      ...(row.talk_ms === null ? {} : { talkMs: row.talk_ms }),
      ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
      ...(party === undefined ? {} : { party }),
    };
  }

  function calls({ from, to, tenant, outcome, owed, after, limit }: CallQuery): StoredCall[] {
    const wanted: [string, ...(string | number | Buffer)[]][] = [[TOLD]];
    if (from !== undefined) wanted.push(['at >= ?', from]);
    if (to !== undefined) wanted.push(['at < ?', to]);
    if (tenant !== undefined) wanted.push(['tenant = ?', tenant]);
    if (outcome !== undefined) wanted.push(['outcome = ?', outcome]);
    if (owed) wanted.push([OWED]);
    const last = after && callBlind(after.id);
    if (after && last) wanted.push(['(at, id) < (?, ?)', after.at, last]);
    const where = `WHERE ${wanted.map(([words]) => words).join(' AND ')}`;
    const select = ground.prepared<unknown[], Row>(`SELECT * FROM calls ${where} ORDER BY at DESC, id DESC LIMIT ?`);
    return select.all(...wanted.flatMap(([, ...values]) => values), limit).map(storedOf);
  }

  return {
    putCalls: (account, tenant, facts) =>
      ground.commit(() => mergeEach(facts, (call, told) => merge(account, tenant, call, told))),
    calls,
    findCall(name) {
      const id = callBlind(name);
      const row = id && findTold.get(id);
      return row ? storedOf(row) : undefined;
    },
    callHours({ from = 0, to = Number.MAX_SAFE_INTEGER, tenant }) {
      const [words, values] = tenant === undefined ? ['', []] : [' AND tenant = ?', [tenant]];
      const hours = ground.prepared<unknown[], CallHour>(`${HOURS}${words} GROUP BY 1 ORDER BY 1`);
      return hours.all(from, to, ...values);
    },
  };
}
