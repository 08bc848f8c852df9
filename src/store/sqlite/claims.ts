// Claims: keys that somebody said are theirs, each with its code, sealed; tries are counted, and unproved ones stay as hints.
import type { SenderKey } from '../../core/message.ts';
import type { Claim, ClaimAsk, KnownClaim, PartyView } from '../../core/party.ts';
import { toRfc3339 } from '../../core/time.ts';
import type { Direct } from '../direct.ts';
import { CLAIMS_WINDOW_MS, isOver } from '../kinship.ts';
import { unseal } from '../vault.ts';
import { senderBlind } from './blinds.ts';
import type { Ground } from './ground.ts';
import { type Seals, sealJson } from './seals.ts';

interface Row {
  readonly id: string;
  readonly until: number;
  readonly tries: number;
  readonly settled: number;
  readonly vault: number;
  readonly sealed: Buffer;
}

export interface Claims extends Pick<Direct, 'findClaim'> {
  /** What a message that speaks of a claim may know; `proved` are the blinds of its sender. */
  known(ask: ClaimAsk, proved: readonly Buffer[], tenant: string): KnownClaim;
  /** The three below are called inside a transaction. */
  open(claim: Claim): void;
  tried(id: string): void;
  settle(id: string): void;
  /** Of these keys nobody knows a case any more. */
  forget(claimants: readonly Buffer[]): void;
  forgetBefore(before: number, limit: number): number;
  statedBy(claimants: readonly Buffer[], tenant: string): PartyView['stated'];
}

const place = (id: string): string => `claim:${id}`;
const CHINA_MINUTES = 480;

export function openClaims(ground: Ground, seals: Seals): Claims {
  const { db, keyring } = ground;
  const columns = 'id, until, tries, settled, vault, sealed';
  const insert = db.prepare(
    `INSERT INTO claims (id, tenant, claimant, target, at, until, tries, settled, vault, sealed)
     VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?)`,
  );
  const find = db.prepare<[string], Row>(`SELECT ${columns} FROM claims WHERE id = ?`);
  const newest = db.prepare<[Buffer, string], Row>(
    `SELECT ${columns} FROM claims WHERE claimant = ? AND tenant = ? ORDER BY at DESC, id DESC LIMIT 1`,
  );
  const byClaimant = db.prepare<[Buffer, number], number>('SELECT count(*) FROM claims WHERE claimant = ? AND at > ?');
  const byTarget = db.prepare<[Buffer, number], number>('SELECT count(*) FROM claims WHERE target = ? AND at > ?');
  const unproved = db.prepare<[Buffer, string], Row>(
    `SELECT ${columns} FROM claims WHERE claimant = ? AND tenant = ? AND settled = 0 ORDER BY at DESC LIMIT 20`,
  );
  const tried = db.prepare('UPDATE claims SET tries = tries + 1 WHERE id = ?');
  const settle = db.prepare('UPDATE claims SET settled = 1 WHERE id = ?');
  const of = db.prepare<[Buffer], { id: string; vault: number }>('SELECT id, vault FROM claims WHERE claimant = ?');
  const old = db.prepare<[number, number], { id: string; vault: number }>(
    'SELECT id, vault FROM claims WHERE at < ? ORDER BY at LIMIT ?',
  );
  const drop = db.prepare('DELETE FROM claims WHERE id = ?');
  byClaimant.pluck();
  byTarget.pluck();

  function opened(row: Row): Claim | undefined {
    const key = seals.find(row.vault);
    if (!key) return undefined;
    const claim: Claim = JSON.parse(unseal(key.key, row.sealed, place(row.id)).toString('utf8'));
    return claim;
  }

  function living(row: Row | undefined): Claim | undefined {
    return row && !isOver({ ...row, settled: row.settled === 1 }, ground.now()) ? opened(row) : undefined;
  }

  function remove(rows: readonly { readonly id: string; readonly vault: number }[]): void {
    for (const { id, vault } of rows) {
      drop.run(id);
      seals.destroy(vault);
    }
  }

  const count = (statement: typeof byClaimant, blind: Buffer, since: number): number =>
    statement.get(blind, since) ?? 0;

  return {
    known({ target, code }, proved, tenant) {
      const since = ground.now() - CLAIMS_WINDOW_MS;
      const made = proved.map((blind) => count(byClaimant, blind, since));
      const recent = Math.max(0, ...made, target ? count(byTarget, senderBlind(keyring, target), since) : 0);
      if (code === undefined) return { recent };
      for (const blind of proved) {
        const row = newest.get(blind, tenant);
        const claim = living(row);
        if (!row || !claim) continue;
        const { id, target: of } = claim;
        return { recent, open: { id, target: of, isRight: claim.code === code, tries: row.tries } };
      }
      return { recent };
    },
    open(claim) {
      const { vault, key } = seals.create();
      const blind = (one: SenderKey): Buffer => senderBlind(keyring, one);
      const sealed = sealJson(key, claim, place(claim.id));
      const { id, tenant, claimant, target, at, until } = claim;
      insert.run(id, tenant, blind(claimant), blind(target), at, until, vault, sealed);
    },
    tried: (id) => void tried.run(id),
    settle: (id) => void settle.run(id),
    forget(claimants) {
      for (const blind of claimants) remove(of.all(blind));
    },
    forgetBefore(before, limit) {
      const rows = old.all(before, limit);
      remove(rows);
      return rows.length;
    },
    statedBy(claimants, tenant) {
      return claimants
        .flatMap((blind) => unproved.all(blind, tenant))
        .flatMap((row) => opened(row) ?? [])
        .map(({ target, at }) => ({ kind: target.kind, value: target.value, at: toRfc3339(at, CHINA_MINUTES) }));
    },
    findClaim: (id) => living(find.get(id)),
  };
}
