// Parties and claims in memory: keys that were proved to be one person's, and those that were only stated.
import type { SenderKey } from '../../core/message.ts';
import type { Joining, KnownClaim, Party, PartyKey, PartyView } from '../../core/party.ts';
import { caseKey } from '../../core/party.ts';
import type { Ask, Decision } from '../../core/store.ts';
import { toRfc3339 } from '../../core/time.ts';
import type { Direct } from '../direct.ts';
import {
  CLAIMS_WINDOW_MS,
  isOver,
  LEAST_KEYS,
  MOST_PARTY_CASES,
  oldestFirst,
  roomFor,
  survivorOf,
} from '../kinship.ts';
import { type ClaimRow, copy, type Ground } from './ground.ts';
import { senderName } from './names.ts';
import { witness } from './trail.ts';

const CHINA_MINUTES = 480;
const named = (name: string, tenant: string): string => JSON.stringify([tenant, name]);

export const partyOfKey = (ground: Ground, name: string, tenant: string): string | undefined =>
  ground.partyKeys.get(named(name, tenant))?.party;

export const keysOfParty = (ground: Ground, party: string): string[] =>
  ground.partyKeys
    .values()
    .filter((row) => row.party === party)
    .map((row) => row.name);

/** These keys and all others of the parties they stand in, in any tenant. */
export function kinOf(ground: Ground, names: readonly string[]): Set<string> {
  const rows = ground.partyKeys.values();
  const parties = new Set(rows.filter((row) => names.includes(row.name)).map((row) => row.party));
  return new Set([...names, ...rows.filter((row) => parties.has(row.party)).map((row) => row.name)]);
}

const living = (ground: Ground, row: ClaimRow | undefined): ClaimRow | undefined =>
  row && !isOver({ ...row, until: row.claim.until }, ground.now()) ? row : undefined;

export function knownClaim(ground: Ground, { claim: asked, proved, tenant }: Ask): KnownClaim | undefined {
  if (!asked) return undefined;
  const since = ground.now() - CLAIMS_WINDOW_MS;
  const rows = ground.claims.values().filter(({ claim }) => claim.at > since);
  const names = proved.map(senderName);
  const made = names.map((name) => rows.filter(({ claim }) => senderName(claim.claimant) === name).length);
  const target = asked.target && senderName(asked.target);
  const recent = Math.max(0, ...made, rows.filter(({ claim }) => senderName(claim.target) === target).length);
  if (asked.code === undefined) return { recent };
  const newest = (name: string) =>
    ground.claims
      .values()
      .filter(({ claim }) => claim.tenant === tenant && senderName(claim.claimant) === name)
      .sort((a, b) => b.claim.at - a.claim.at || (a.claim.id < b.claim.id ? 1 : -1))[0];
  const open = names.map((name) => living(ground, newest(name))).find((row) => row !== undefined);
  if (!open) return { recent };
  const { id, target: of, code } = open.claim;
  return { recent, open: { id, target: of, isRight: code === asked.code, tries: open.tries } };
}

/** What a decision says of claims and parties; call inside a deed. */
export function settleKin(ground: Ground, { claim, tried, join: joining, ask }: Decision): void {
  if (claim) ground.claims.set(claim.id, { claim: copy(claim), tries: 0, settled: false });
  const row = tried === undefined ? undefined : ground.claims.get(tried);
  if (row) ground.claims.set(row.claim.id, { ...row, tries: row.tries + 1 });
  if (joining) join(ground, joining, ask.tenant);
}

/** Whoever opened the case, as far as they proved it; the case's own key stands for it from now on. */
function openers(ground: Ground, no: string, tenant: string): SenderKey[] {
  const row = ground.cases.get(no);
  if (!row || row.erased || row.open.tenant !== tenant) return [];
  const name = senderName(caseKey(no));
  ground.senders.add(name, row.id);
  ground.provedSenders.add(name, row.id);
  ground.cases.set(no, { ...row, senders: [...new Set([...row.senders, name])] });
  return row.messages[0]?.sender.keys.filter((key) => key.proved) ?? [];
}

function join(ground: Ground, joining: Joining, tenant: string): void {
  const { how, at, caseNo, claim } = joining;
  const all = [...joining.keys, ...(caseNo === undefined ? [] : openers(ground, caseNo, tenant))];
  const parties = [...new Set(all.flatMap((key) => partyOfKey(ground, senderName(key), tenant) ?? []))];
  const party = survivorOf(joining, parties);
  for (const [place, row] of ground.partyKeys.entries())
    if (parties.includes(row.party)) ground.partyKeys.set(place, { ...row, party });
  let room = roomFor(keysOfParty(ground, party).length);
  for (const { kind, scope, value, proved: _proved } of all) {
    const name = senderName({ kind, scope, value, proved: true });
    if (room === 0 || ground.partyKeys.has(named(name, tenant))) continue;
    const id = `pk_${Buffer.from(name).toString('hex').slice(-24)}`;
    ground.partyKeys.set(named(name, tenant), { name, party, tenant, key: { id, kind, scope, value, how, at } });
    room -= 1;
  }
  const row = claim === undefined ? undefined : ground.claims.get(claim);
  if (row) ground.claims.set(row.claim.id, { ...row, settled: true });
  const detail = { how, keys: keysOfParty(ground, party).length };
  witness(ground, { at, actor: 'citizen', action: 'party.join', subject: party, detail });
}

function endIfOver(ground: Ground, party: string): void {
  const rows = ground.partyKeys.entries().filter(([, row]) => row.party === party);
  if (rows.length >= LEAST_KEYS && rows.some(([, row]) => ground.senders.of(row.name).length > 0)) return;
  for (const [place] of rows) ground.partyKeys.delete(place);
}

/** The case lost its senders; call inside a deed. */
export function forgetKin(ground: Ground, senders: readonly string[]): void {
  const lost = senders.filter((name) => ground.senders.of(name).length === 0);
  for (const { claim } of ground.claims.values())
    if (lost.includes(senderName(claim.claimant))) ground.claims.delete(claim.id);
  const touched = ground.partyKeys.entries().filter(([, row]) => senders.includes(row.name));
  for (const [place, row] of touched) if (lost.includes(row.name)) ground.partyKeys.delete(place);
  for (const party of new Set(touched.map(([, row]) => row.party))) endIfOver(ground, party);
}

/** Parties that no case knows and that got no key since; call inside a deed. */
export function forgetParties(ground: Ground, before: number, limit: number): number {
  const isKept = ({ name, key }: { readonly name: string; readonly key: PartyKey }): boolean =>
    ground.senders.of(name).length > 0 || Date.parse(key.at) >= before;
  const rows = ground.partyKeys.values();
  const kept = new Set(rows.filter(isKept).map(({ party }) => party));
  const over = new Set(rows.map(({ party }) => party).filter((party) => !kept.has(party)));
  const gone = [...over].slice(0, limit);
  for (const [place, { party }] of ground.partyKeys.entries()) if (gone.includes(party)) ground.partyKeys.delete(place);
  return gone.length;
}

/** Call inside a deed. */
export function forgetClaims(ground: Ground, before: number, limit: number): number {
  const old = ground.claims
    .values()
    .filter(({ claim }) => claim.at < before)
    .sort((a, b) => a.claim.at - b.claim.at)
    .slice(0, limit);
  for (const { claim } of old) ground.claims.delete(claim.id);
  return old.length;
}

export function openParties(ground: Ground): Pick<Direct, 'findClaim' | 'partyOf' | 'findParty' | 'splitParty'> {
  function findParty(id: string): Party | undefined {
    const rows = ground.partyKeys.values().filter((row) => row.party === id);
    const [first] = rows;
    const keys: PartyKey[] = rows.map((row) => copy(row.key));
    return first && { id, tenant: first.tenant, keys: oldestFirst(keys) };
  }

  function casesOf(party: string, tenant: string): string[] {
    const ids = new Set(keysOfParty(ground, party).flatMap((name) => ground.provedSenders.of(name)));
    return [...ids]
      .sort((a, b) => b - a)
      .flatMap((id) => ground.caseById(id) ?? [])
      .filter(({ open, erased }) => !erased && open.tenant === tenant && isShown(open))
      .slice(0, MOST_PARTY_CASES)
      .map(({ open }) => open.no);
  }

  return {
    findClaim: (id) => {
      const row = living(ground, ground.claims.get(id));
      return row && copy(row.claim);
    },
    partyOf(no): PartyView {
      const row = ground.cases.get(no);
      if (!row || row.erased || !isShown(row.open)) return { cases: [], stated: [] };
      const { tenant } = row.open;
      const names = row.senders.filter((name) => ground.provedSenders.has(name, row.id));
      const id = names.map((name) => partyOfKey(ground, name, tenant)).find((one) => one !== undefined);
      const party = id === undefined ? undefined : findParty(id);
      const stated = ground.claims
        .values()
        .filter(
          ({ claim, settled }) => !settled && claim.tenant === tenant && names.includes(senderName(claim.claimant)),
        )
        .sort((a, b) => b.claim.at - a.claim.at)
        .map(({ claim: { target, at } }) => ({
          kind: target.kind,
          value: target.value,
          at: toRfc3339(at, CHINA_MINUTES),
        }));
      return { ...(party ? { party } : {}), cases: id === undefined ? [] : casesOf(id, tenant), stated };
    },
    findParty,
    splitParty(id, names, audit) {
      const gone = ground.partyKeys.entries().filter(([, row]) => row.party === id && names.includes(row.key.id));
      if (gone.length === 0) return false;
      ground.commit(() => {
        for (const [place] of gone) ground.partyKeys.delete(place);
        endIfOver(ground, id);
        witness(ground, audit);
      });
      return true;
    },
  };
}

const isShown = (c: { readonly secret: boolean; readonly anonymous: boolean; readonly kind: string }): boolean =>
  !c.secret && !c.anonymous && c.kind !== 'report';
