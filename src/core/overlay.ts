// Overlay: what earlier riders of the same batch have just decided, laid over what the store recalled before any of them.
import type { Rating } from './case.ts';
import {
  type Draft,
  type Known,
  type KnownCase,
  type KnownMatter,
  type KnownResult,
  type KnownWaiting,
  waitingOf,
} from './draft.ts';
import type { SenderKey } from './message.ts';
import { Near } from './near.ts';
import { type KnownClaim, MOST_TRIES } from './party.ts';
import type { Receipt } from './receipt.ts';
import { OPEN_STATUS } from './status.ts';
import type { Ask, Decision } from './store.ts';

export interface Overlay {
  /** What this rider may know: the store's answer, corrected and completed by the riders before it. */
  over(ask: Ask, known: Known): Known;
  add(draft: Draft, decision: Decision): void;
}

const MOST_MINE = 20;

const isOpen = ({ status }: KnownCase): boolean => OPEN_STATUS.includes(status);
const onceEach = (all: readonly KnownCase[]): KnownCase[] => [...new Map(all.map((c) => [c.no, c])).values()];

const deliveryKey = (ask: Ask): string => `${ask.account}\n${ask.externalId}`;
const senderKey = (ask: Ask, key: SenderKey): string => `${ask.tenant}\n${key.kind}\n${key.scope}\n${key.value}`;

function push<T>(map: Map<string | number, T[]>, key: string | number, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

export function overlay(): Overlay {
  const deliveries = new Map<string | number, { contentHash: string; receipt: Receipt }[]>();
  const mine = new Map<string | number, string[]>();
  /** Known cases that took a follow-up: a key that showed number and code is its owner's from then on. */
  const followed = new Map<string | number, string[]>();
  const stated = new Map<string | number, string[]>();
  /** Cases by the keys proved with them: who merely states one of these later may be the same person. */
  const shown = new Map<string | number, string[]>();
  /** Cases of a party that may be told by it, and how many claims a key made. */
  const kin = new Map<string | number, string[]>();
  const claims = new Map<string, number>();
  /** Wrong codes typed in for a claim, and claims that are settled. */
  const tried = new Map<string, number>();
  const settled = new Set<string>();
  const partyOf = new WeakMap<Ask, string>();
  const waiting = new Map<string | number, (KnownWaiting & { at: number })[]>();
  const taken = new Set<string>();
  /** By tenant: one tenant's words are never another's matter. */
  const alike = new Map<string, Near>();
  const cases = new Map<string, KnownCase>();
  const matters = new Map<string, KnownMatter>();
  /** Changes to cases the store knows: a follow-up earlier in this batch. */
  const versions = new Map<string, Pick<KnownCase, 'version' | 'lastAt'> & Partial<KnownCase>>();

  const ratings = new Map<string, Rating>();

  const latest = (c: KnownCase): KnownCase => {
    const changed = versions.get(c.no);
    const matter = matters.get(c.matter.id);
    if (!changed && !matter) return c;
    return { ...c, ...changed, matter: matter && matter.size > c.matter.size ? matter : c.matter };
  };
  const rated = ({ known, ...rest }: KnownResult): KnownResult => {
    const rating = ratings.get(known.no);
    return { known: latest(known), ...rest, ...(rating ? { rating } : {}) };
  };
  const fresh = (numbers: Iterable<string>): KnownCase[] =>
    [...new Set(numbers)].flatMap((no) => {
      const c = cases.get(no);
      return c ? [c] : [];
    });

  /** What lies in the store, and what came earlier in this batch; what a rider before took is gone. */
  const lonely = (
    ask: Ask,
    { since, until }: NonNullable<Ask['waiting']>,
    known: Known,
  ): NonNullable<Known['waiting']> => {
    const own = ask.proved.flatMap((k) => waiting.get(senderKey(ask, k)) ?? []);
    const near = own.filter(({ at }) => at >= since && at <= until);
    const all = new Map([...(known.waiting ?? []), ...near].map((one) => [one.id, one]));
    return [...all.values()].filter(({ id }) => !taken.has(id));
  };

  /** A code is guessed a few times, however many guesses come at once; and it opens once. */
  const claimed = ({ recent, open }: KnownClaim, more: number): KnownClaim => {
    const tries = open ? open.tries + (tried.get(open.id) ?? 0) : 0;
    const isOver = open === undefined || tries >= MOST_TRIES || settled.has(open.id);
    return { recent: recent + more, ...(isOver ? {} : { open: { ...open, tries } }) };
  };

  /** Of one person, by a key that one of the two merely stated; what the store hints at comes after. */
  const hinted = (ask: Ask, { stated: more }: Known): string[] => {
    const by = (map: typeof stated, keys: readonly SenderKey[]) =>
      keys.flatMap((k) => map.get(senderKey(ask, k)) ?? []);
    return [...new Set([...by(stated, [...ask.stated, ...ask.proved]), ...by(shown, ask.stated), ...more])];
  };
  return {
    over(ask, known) {
      const before = deliveries.get(deliveryKey(ask));
      const first = known.first ?? before?.find((d) => d.contentHash === ask.contentHash)?.receipt;
      const { party, claim } = known;
      if (party !== undefined) partyOf.set(ask, party);
      const own = fresh([
        ...ask.proved.flatMap((k) => mine.get(senderKey(ask, k)) ?? []),
        ...(party === undefined ? [] : (kin.get(party) ?? [])),
      ]);
      const asked = ask.claim?.target ? [...ask.proved, ask.claim.target] : [];
      const more = Math.max(0, ...asked.map((k) => claims.get(senderKey(ask, k)) ?? 0));
      const near = ask.fingerprint ? fresh(alike.get(ask.tenant)?.find(ask.fingerprint) ?? []) : [];
      const theirs = fresh(ask.proved.flatMap((k) => followed.get(senderKey(ask, k)) ?? []));
      const cited = known.cited;
      // What a rider before had dealt with once more is open, though the store still calls it finished.
      const ended = known.finished?.map(latest);
      const reopened = ended?.filter(isOpen) ?? [];
      return {
        ...(first ? { first } : {}),
        keyReused: known.keyReused || before !== undefined,
        mine: onceEach([...own, ...known.mine, ...theirs, ...reopened].map(latest)).slice(0, MOST_MINE),
        ...(party === undefined ? {} : { party }),
        ...(ask.waiting ? { waiting: lonely(ask, ask.waiting, known) } : {}),
        ...(claim ? { claim: claimed(claim, more) } : {}),
        ...(known.results ? { results: known.results.map(rated) } : {}),
        ...(ended ? { finished: ended.filter((c) => !isOpen(c)) } : {}),
        ...(cited ? { cited: latest(cited) } : {}),
        alike: [...near, ...known.alike].map(latest),
        stated: hinted(ask, known),
      };
    },
    add(draft, decision) {
      for (const id of decision.adopt ?? []) taken.add(id);
      if (decision.tried !== undefined) tried.set(decision.tried, (tried.get(decision.tried) ?? 0) + 1);
      if (decision.join?.claim !== undefined) settled.add(decision.join.claim);
      if (!decision.message) return;
      const { ask } = decision;
      push(deliveries, deliveryKey(ask), { contentHash: ask.contentHash, receipt: decision.receipt });
      if (decision.claim)
        for (const k of [decision.claim.claimant, decision.claim.target])
          claims.set(senderKey(ask, k), (claims.get(senderKey(ask, k)) ?? 0) + 1);
      const { message, waits } = decision;
      if (waits) {
        for (const k of ask.proved) push(waiting, senderKey(ask, k), { ...waitingOf(message), at: waits.at });
      }
      if (decision.follow) {
        const { no, expectVersion, reopen, set, unnamed } = decision.follow;
        const { relation } = draft;
        const other = relation.to === 'same' ? relation.other : undefined;
        if (other && !unnamed) {
          if (!cases.has(no)) cases.set(no, other);
          for (const key of ask.proved) push(followed, senderKey(ask, key), no);
        }
        if (set?.rating) ratings.set(no, set.rating);
        versions.set(no, {
          ...versions.get(no),
          version: expectVersion + 1,
          // Like the store: what was said earlier and comes later moves nothing back.
          lastAt: Math.max(other?.lastAt ?? 0, decision.follow.lastAt),
          ...(reopen ? { status: 'reopened' as const } : {}),
          ...(set?.status ? { status: set.status } : {}),
          ...(set?.unit ? { unit: set.unit } : {}),
          ...(set?.coUnits ? { coUnits: set.coUnits } : {}),
          ...(set?.barred ? { barred: set.barred } : {}),
        });
      }
      if (!decision.open) return;
      const c = asKnown(draft, decision, matters);
      if (!c) return;
      cases.set(c.no, c);
      for (const key of ask.proved) push(mine, senderKey(ask, key), c.no);
      const party = partyOf.get(ask);
      if (party !== undefined && !c.secret && !c.anonymous && c.kind !== 'report') push(kin, party, c.no);
      // Who hides is not hinted at.
      if (!c.secret && !c.anonymous) {
        for (const key of ask.stated) push(stated, senderKey(ask, key), c.no);
        for (const key of ask.proved) push(shown, senderKey(ask, key), c.no);
      }
      if (!ask.fingerprint) return;
      const words = alike.get(ask.tenant) ?? new Near();
      alike.set(ask.tenant, words);
      words.add(ask.fingerprint, c.no);
    },
  };
}

function asKnown(draft: Draft, decision: Decision, matters: Map<string, KnownMatter>): KnownCase | undefined {
  const opened = decision.open?.case;
  const matter = decision.matter;
  if (!opened || !matter || !decision.open) return undefined;
  const joined = draft.relation.to === 'joined' ? draft.relation.other.matter : undefined;
  const before = matters.get(matter.id) ?? joined;
  const reporters = (before?.reporters ?? before?.size ?? 0) + (matter.again ? 0 : 1);
  const now = { ...before, id: matter.id, size: (before?.size ?? 0) + 1, reporters, ...raised(matter, before) };
  matters.set(matter.id, now);
  return {
    no: opened.no,
    kind: opened.kind,
    status: opened.status,
    secret: opened.secret,
    anonymous: opened.anonymous,
    category: opened.category[0]?.code ?? '',
    ...(opened.division ? { division: opened.division } : {}),
    ...(opened.unit ? { unit: opened.unit } : {}),
    ...(opened.coUnits.length > 0 ? { coUnits: opened.coUnits } : {}),
    masked: draft.words.masked,
    exact: draft.fingerprint.exact,
    openedAt: decision.open.firstAt,
    lastAt: decision.open.firstAt,
    version: opened.version,
    matter: now,
    barred: opened.barred,
  };
}

const raised = ({ open, urgency }: NonNullable<Decision['matter']>, before: KnownMatter | undefined) => {
  const now = urgency ?? before?.urgency ?? open?.urgency;
  return now === undefined ? {} : { urgency: now };
};
