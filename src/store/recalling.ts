// Recalling: what bears on one waiting message, put together from the few look-ups every store can make.
import type { Known, KnownCase, KnownResult } from '../core/draft.ts';
import type { KnownClaim } from '../core/party.ts';
import type { Receipt } from '../core/receipt.ts';
import { OPEN_STATUS } from '../core/status.ts';
import type { Ask } from '../core/store.ts';
import { LEAST_SHARED, MOST_ALIKE, MOST_MINE, MOST_STATED, mostShared } from './candidates.ts';

/** Candidates looked at before giving up, when most of them are too old or erased. */
const MOST_LOADED = 24;
const MOST_APART = 8;
/** Cases looked at of a matter that was told apart. */
export const RIVALS = 2;

/** A case with the number that says how new it is: a greater one was opened later. */
export interface Numbered {
  readonly id: number;
  readonly known: KnownCase;
}

export interface Hint {
  readonly id: number;
  readonly no: string;
  /** This sender key was proved in that case. */
  readonly proved: boolean;
  readonly matter?: string;
}

/** What a store looks up for one ask; `S` is how it names a sender key. */
export interface Lookups<S> {
  readonly proved: readonly S[];
  readonly stated: readonly S[];
  readonly postings: readonly number[];
  /** Whether the external id was used before, and the receipt of the very same delivery. */
  delivered(): { readonly used: boolean; readonly first?: Receipt };
  /** Open cases in which this key was proved, newest first, at most MOST_MINE. */
  mine(sender: S): readonly Numbered[];
  /** The same of finished ones. */
  finished(sender: S): readonly Numbered[];
  /** Cases with this key that are neither secret nor anonymous, newest first, at most MOST_STATED. */
  hinted(sender: S): readonly Hint[];
  byNo(no: string): Numbered | undefined;
  /** How it went with a case, and what its citizen said of that. */
  result(id: number): Omit<KnownResult, 'known'>;
  /** The query code belongs to the case. */
  opens(no: string, queryCode: string): boolean;
  /** This key was proved in the case. */
  owns(sender: S, id: number): boolean;
  /** The party this key belongs to, and all its keys. */
  party(sender: S): string | undefined;
  keysOf(party: string): readonly S[];
  /** What bears on the claim the ask speaks of. */
  claim(): KnownClaim | undefined;
  /** Files that came alone, as the ask wants them. */
  waiting(): Known['waiting'];
  /** Ids of cases posted under a number, newest first, at most POSTINGS. */
  posted(posting: number): readonly number[];
  /** The case, when its first message is not older than the ask's `since`. */
  byId(id: number): KnownCase | undefined;
  /** The first cases of a matter, of any age and state, at most RIVALS. */
  ofMatter(matter: string): readonly KnownCase[];
}

export function recallOne<S>(ask: Ask, look: Lookups<S>): Known {
  const { used, first } = look.delivered();
  if (first) return { first, keyReused: false, mine: [], alike: [], stated: [] };
  const kin = kinOf(look);
  const own = mine(look, kin.keys);
  const near = alike(look);
  const mineToo = own.size < MOST_MINE ? [] : ownAmong(near, own, look, kin.keys);
  const hints = stated(look, own);
  const reference = cited(ask, look, kin.keys);
  const claim = ask.claim && look.claim();
  const waiting = ask.waiting && look.waiting();
  return {
    keyReused: used,
    mine: [...[...own.values()].slice(0, MOST_MINE), ...mineToo],
    ...(kin.party === undefined ? {} : { party: kin.party }),
    ...(claim ? { claim } : {}),
    ...(waiting && waiting.length > 0 ? { waiting } : {}),
    ...(ask.again ? { finished: finished(look, kin.keys) } : {}),
    ...(ask.rates ? { results: results(ask, look, kin.keys, reference) } : {}),
    ...(reference ? { cited: reference } : {}),
    alike: [...near.map(({ known }) => known), ...rivals(near, look)],
    stated: hints.map(({ no }) => no),
    ...(hints.some(({ matter }) => matter) ? { statedIn: hints.flatMap(({ matter }) => matter ?? []) } : {}),
  };
}

/** The other keys of the same person. */
function kinOf<S>(look: Lookups<S>): { readonly party?: string; readonly keys: readonly S[] } {
  const parties = new Set(look.proved.flatMap((sender) => look.party(sender) ?? []));
  const [party] = parties;
  return party === undefined ? { keys: [] } : { party, keys: [...parties].flatMap((id) => look.keysOf(id)) };
}

/** What a person kept hidden on one channel stays hidden from their others. */
const isShared = (known: KnownCase): boolean => !known.secret && !known.anonymous && known.kind !== 'report';

function mine<S>(look: Lookups<S>, kin: readonly S[]): Map<number, KnownCase> {
  const found = look.proved.flatMap((sender) => look.mine(sender));
  const direct = new Set(found.map(({ id }) => id));
  for (const sender of kin)
    found.push(...look.mine(sender).filter(({ id, known }) => !direct.has(id) && isShared(known)));
  if (look.proved.length > 1 || kin.length > 0) found.sort((a, b) => b.id - a.id);
  return new Map(found.map(({ id, known }) => [id, known] as const));
}

function finished<S>(look: Lookups<S>, kin: readonly S[]): KnownCase[] {
  const own = look.proved.flatMap((sender) => look.finished(sender));
  const theirs = kin.flatMap((sender) => look.finished(sender).filter(({ known }) => isShared(known)));
  const all = new Map([...theirs, ...own].map(({ id, known }) => [id, known] as const));
  return [...all]
    .sort((a, b) => b[0] - a[0])
    .slice(0, MOST_MINE)
    .map(([, known]) => known);
}

const MOST_RESULTS = 5;

/** The cited case, open or not, or the person's own that are finished or being called back about. */
function results<S>(ask: Ask, look: Lookups<S>, kin: readonly S[], reference: KnownCase | undefined): KnownResult[] {
  if (ask.cited) {
    const id = reference && look.byNo(reference.no)?.id;
    return reference && id !== undefined ? [{ known: reference, ...look.result(id) }] : [];
  }
  const ended = (sender: S): Numbered[] => [
    ...look.finished(sender),
    ...look.mine(sender).filter(({ known }) => known.status === 'follow_up'),
  ];
  const theirs = kin.flatMap(ended).filter(({ known }) => isShared(known));
  const all = new Map([...theirs, ...look.proved.flatMap(ended)].map(({ id, known }) => [id, known] as const));
  return [...all]
    .sort((a, b) => b[0] - a[0])
    .slice(0, MOST_RESULTS)
    .map(([id, known]) => ({ known, ...look.result(id) }));
}

/** Whose cases are many is still known by each of them: what is said once more follows up the one it is about. */
function ownAmong<S>(
  near: readonly Numbered[],
  own: ReadonlyMap<number, KnownCase>,
  look: Lookups<S>,
  kin: readonly S[],
): KnownCase[] {
  const theirs = ({ id, known }: Numbered): boolean =>
    look.proved.some((sender) => look.owns(sender, id)) ||
    (isShared(known) && kin.some((sender) => look.owns(sender, id)));
  const held = new Set([...own.keys()].slice(0, MOST_MINE));
  return near
    .filter((one) => !held.has(one.id) && OPEN_STATUS.includes(one.known.status) && theirs(one))
    .map(({ known }) => known);
}

/** Either side merely stated: a hint, never a proof. Who was kept secret or anonymous is not hinted at. */
function stated<S>(look: Lookups<S>, own: ReadonlyMap<number, KnownCase>): Hint[] {
  const found = new Map<number, Hint>();
  for (const sender of look.stated) for (const hint of look.hinted(sender)) found.set(hint.id, hint);
  for (const sender of look.proved) for (const hint of look.hinted(sender)) if (!hint.proved) found.set(hint.id, hint);
  const others = [...found.values()].filter(({ id }) => !own.has(id)).sort((a, b) => b.id - a.id);
  return others.slice(0, MOST_STATED);
}

function cited<S>(ask: Ask, look: Lookups<S>, kin: readonly S[]): KnownCase | undefined {
  if (!ask.cited) return undefined;
  const { caseNo, queryCode } = ask.cited;
  const found = look.byNo(caseNo);
  if (!found) return undefined;
  const byCode = queryCode !== undefined && look.opens(caseNo, queryCode);
  const byKey = look.proved.some((sender) => look.owns(sender, found.id));
  const byParty = isShared(found.known) && kin.some((sender) => look.owns(sender, found.id));
  return byCode || byKey || byParty ? found.known : undefined;
}

function alike<S>(look: Lookups<S>): Numbered[] {
  const found: Numbered[] = [];
  // Very short words have few numbers: there one must do.
  const least = Math.min(LEAST_SHARED, Math.max(1, look.postings.length - 2));
  for (const id of mostShared(look.postings, look.posted, { least, most: MOST_LOADED })) {
    const known = look.byId(id);
    if (known) found.push({ id, known });
    if (found.length === MOST_ALIKE) break;
  }
  return found;
}

/** Of matters that people told apart from those found: whoever fits both sides is not to be given to one unasked. */
function rivals<S>(near: readonly Numbered[], look: Lookups<S>): KnownCase[] {
  const here = new Set(near.map(({ known }) => known.matter.id));
  const apart = new Set(near.flatMap(({ known }) => known.matter.apart ?? []));
  return [...apart]
    .filter((id) => !here.has(id))
    .slice(0, MOST_APART)
    .flatMap((id) => look.ofMatter(id));
}
