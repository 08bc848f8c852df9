// Parties: keys that were proved to be one person's. Blind on the outside, sealed within, gone with the last case that knows them.
import type { SenderKey } from '../../core/message.ts';
import type { Joining, Party, PartyKey } from '../../core/party.ts';
import type { Direct } from '../direct.ts';
import { isIdle, LEAST_KEYS, MOST_PARTY_CASES, oldestFirst, roomFor, survivorOf } from '../kinship.ts';
import { unseal } from '../vault.ts';
import { senderBlind } from './blinds.ts';
import type { Claims } from './claims.ts';
import type { Ground } from './ground.ts';
import { type DataKey, openEnvelope, type Seals, sealJson } from './seals.ts';
import type { Witness } from './witness.ts';

export interface Parties extends Pick<Direct, 'partyOf' | 'findParty' | 'splitParty'> {
  of(blind: Buffer, tenant: string): string | undefined;
  keysOf(party: string): Buffer[];
  /** These keys and all others of the parties they stand in, in any tenant, each once. */
  kin(blinds: readonly Buffer[]): Buffer[];
  /** Both inside a transaction. */
  join(join: Joining, tenant: string): void;
  /** The case lost its senders; `blinds` are those it had. */
  forget(blinds: readonly Buffer[]): void;
  /** Parties that no case knows and that got no key since: inside a transaction. Answers how many. */
  forgetBefore(before: number, limit: number): number;
}

interface KeyRow {
  readonly blind: Buffer;
  readonly sealed: Buffer;
}

const place = (id: string): string => `party_key:${id}`;
const nameOf = (blind: Buffer): string => `pk_${blind.toString('hex').slice(0, 24)}`;

function statements({ db }: Ground) {
  return {
    any: db.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM parties)').pluck(),
    of: db.prepare<[Buffer, string], string>('SELECT party FROM party_keys WHERE blind = ? AND tenant = ?').pluck(),
    party: db.prepare<[string], { tenant: string; vault: number }>('SELECT tenant, vault FROM parties WHERE id = ?'),
    keys: db.prepare<[string], KeyRow>('SELECT blind, sealed FROM party_keys WHERE party = ?'),
    blinds: db.prepare<[string], Buffer>('SELECT blind FROM party_keys WHERE party = ?').pluck(),
    found: db.prepare('INSERT INTO parties (id, tenant, vault) VALUES (?, ?, ?)'),
    put: db.prepare('INSERT INTO party_keys (blind, tenant, party, sealed) VALUES (?, ?, ?, ?)'),
    dropKey: db.prepare('DELETE FROM party_keys WHERE blind = ? AND party = ?'),
    dropKeys: db.prepare('DELETE FROM party_keys WHERE party = ?'),
    dropParty: db.prepare('DELETE FROM parties WHERE id = ?'),
    holders: db.prepare<[Buffer], string>('SELECT party FROM party_keys WHERE blind = ?').pluck(),
    known: db.prepare<[Buffer], number>('SELECT 1 FROM sender_keys WHERE blind = ? LIMIT 1').pluck(),
    unknown: db
      .prepare<[], string>(
        `SELECT id FROM parties WHERE NOT EXISTS
         (SELECT 1 FROM party_keys k JOIN sender_keys s ON s.blind = k.blind WHERE k.party = parties.id)`,
      )
      .pluck(),
    senders: db.prepare<[number], Buffer>('SELECT blind FROM sender_keys WHERE case_id = ? AND proved = 1').pluck(),
    remember: db.prepare('INSERT INTO sender_keys (blind, case_id, proved) VALUES (?, ?, 1) ON CONFLICT DO NOTHING'),
    first: db.prepare<[string, string], { case_id: number; id: number; vault: number; sealed: Buffer }>(
      `SELECT c.id AS case_id, m.id, m.vault, m.sealed FROM cases c JOIN messages m ON m.case_id = c.id
       WHERE c.no = ? AND c.tenant = ? AND c.erased = 0 ORDER BY m.id LIMIT 1`,
    ),
    shown: db.prepare<[string], { id: number; tenant: string }>(
      `SELECT id, tenant FROM cases WHERE no = ? AND erased = 0 AND secret = 0 AND anonymous = 0 AND kind <> 'report'`,
    ),
    cases: db.prepare<[string, string], string>(
      `SELECT DISTINCT c.no FROM party_keys p JOIN sender_keys k ON k.blind = p.blind AND k.proved = 1
       JOIN cases c ON c.id = k.case_id
       WHERE p.party = ? AND c.tenant = ? AND c.erased = 0 AND c.secret = 0 AND c.anonymous = 0 AND c.kind <> 'report'
       ORDER BY c.id DESC LIMIT ${MOST_PARTY_CASES}`,
    ),
  };
}

export function openParties(ground: Ground, seals: Seals, claims: Claims, witness: Witness): Parties {
  const { keyring } = ground;
  const sql = statements(ground);
  sql.cases.pluck();
  // Most houses know no party for a long time: they pay nothing for the look-up.
  let some = sql.any.get() === 1;

  function opened(key: DataKey, { blind, sealed }: KeyRow): PartyKey {
    const id = nameOf(blind);
    const kept: Omit<PartyKey, 'id'> = JSON.parse(unseal(key.key, sealed, place(id)).toString('utf8'));
    return { id, ...kept };
  }

  function findParty(id: string): Party | undefined {
    const row = sql.party.get(id);
    const key = row && seals.find(row.vault);
    if (!row || !key) return undefined;
    return { id, tenant: row.tenant, keys: oldestFirst(sql.keys.all(id).map((one) => opened(key, one))) };
  }

  function put(key: DataKey, id: string, tenant: string, blind: Buffer, { id: _name, ...kept }: PartyKey): void {
    sql.put.run(blind, tenant, id, sealJson(key.key, kept, place(nameOf(blind))));
  }

  function end(id: string): void {
    const row = sql.party.get(id);
    sql.dropKeys.run(id);
    sql.dropParty.run(id);
    if (row) seals.destroy(row.vault);
  }

  /** A party whose keys no case knows, or with one key left, is over. */
  function endIfOver(id: string): void {
    const blinds = sql.blinds.all(id);
    if (blinds.length < LEAST_KEYS || !blinds.some((blind) => sql.known.get(blind))) end(id);
  }

  /** Whoever opened the case, as far as they proved it; the case's own key stands for it from now on. */
  function openers(no: string, tenant: string): SenderKey[] {
    const row = sql.first.get(no, tenant);
    const key = row && seals.find(row.vault);
    if (!row || !key) return [];
    sql.remember.run(senderBlind(keyring, { kind: 'case', scope: '', value: no, proved: true }), row.case_id);
    return openEnvelope(key.key, row.sealed, row.id).message.sender.keys.filter((one) => one.proved);
  }

  function adopt(from: string, key: DataKey, to: string, tenant: string): void {
    const row = sql.party.get(from);
    const old = row && seals.find(row.vault);
    for (const one of old ? sql.keys.all(from) : []) {
      if (!old) break;
      const kept = opened(old, one);
      sql.dropKey.run(one.blind, from);
      put(key, to, tenant, one.blind, kept);
    }
    end(from);
  }

  function join(joining: Joining, tenant: string): void {
    const { how, at, caseNo, claim } = joining;
    const all = [...joining.keys, ...(caseNo === undefined ? [] : openers(caseNo, tenant))];
    const keys = new Map(all.map((key) => [senderBlind(keyring, key).toString('hex'), key]));
    const parties = new Set([...keys.keys()].flatMap((hex) => sql.of.get(Buffer.from(hex, 'hex'), tenant) ?? []));
    const id = survivorOf(joining, [...parties]);
    const row = sql.party.get(id);
    const key = row ? seals.find(row.vault) : seals.create();
    if (!key) return;
    if (!row) sql.found.run(id, tenant, key.vault);
    for (const other of parties) if (other !== id) adopt(other, key, id, tenant);
    let room = roomFor(sql.blinds.all(id).length);
    for (const [hex, { kind, scope, value }] of keys) {
      const blind = Buffer.from(hex, 'hex');
      if (room === 0 || sql.of.get(blind, tenant) !== undefined) continue;
      put(key, id, tenant, blind, { id: '', kind, scope, value, how, at });
      room -= 1;
    }
    if (claim !== undefined) claims.settle(claim);
    const detail = { how, keys: sql.blinds.all(id).length };
    witness({ at, actor: 'citizen', action: 'party.join', subject: id, detail });
    some = true;
  }

  return {
    of: (blind, tenant) => (some ? sql.of.get(blind, tenant) : undefined),
    keysOf: (party) => sql.blinds.all(party),
    kin(blinds) {
      const known = some ? new Set(blinds.flatMap((blind) => sql.holders.all(blind))) : [];
      const all = [...blinds, ...[...known].flatMap((party) => sql.blinds.all(party))];
      return [...new Map(all.map((blind) => [blind.toString('hex'), blind])).values()];
    },
    join,
    forget(blinds) {
      const lost = blinds.filter((blind) => !sql.known.get(blind));
      claims.forget(lost);
      const touched = new Set(blinds.flatMap((blind) => sql.holders.all(blind)));
      for (const blind of lost) for (const party of sql.holders.all(blind)) sql.dropKey.run(blind, party);
      for (const party of touched) endIfOver(party);
    },
    forgetBefore(before, limit) {
      const over = sql.unknown.all().filter((id) => isIdle(findParty(id), before));
      const gone = over.slice(0, limit);
      for (const id of gone) end(id);
      return gone.length;
    },
    partyOf(no) {
      const row = sql.shown.get(no);
      if (!row) return { cases: [], stated: [] };
      const blinds = sql.senders.all(row.id);
      const id = blinds.map((blind) => sql.of.get(blind, row.tenant)).find((one) => one !== undefined);
      const party = id === undefined ? undefined : findParty(id);
      const cases = id === undefined ? [] : sql.cases.all(id, row.tenant);
      return { ...(party ? { party } : {}), cases, stated: claims.statedBy(blinds, row.tenant) };
    },
    findParty,
    splitParty(id, names, audit) {
      const gone = sql.blinds.all(id).filter((blind) => names.includes(nameOf(blind)));
      if (gone.length === 0) return false;
      ground.commit(() => {
        for (const blind of gone) sql.dropKey.run(blind, id);
        endIfOver(id);
        witness(audit);
      });
      return true;
    },
  };
}
