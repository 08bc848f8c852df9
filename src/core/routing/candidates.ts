// Candidates: the three units a case most likely belongs to, each with how sure that is and one sentence of reason.
import type { Candidate, Rival, UnitRef } from '../case.ts';
import type { CategoryRule, City, Unit } from '../city.ts';
import { once } from '../text/lexicon.ts';
import { type Duty, dutyFor, type Found } from './table.ts';

export interface Asked {
  /** Best first. */
  readonly categories: readonly Rival[];
  /** How sure the level 1 is, where a model said so. */
  readonly label?: { readonly name: string; readonly confidence: number };
  readonly division?: string;
  /** How sure the division is. */
  readonly placeConfidence?: number;
  /** The table in force on this day, YYYY-MM-DD. */
  readonly day: string;
  /** Units that must not be named: those complained about, those that gave it back. */
  readonly without: readonly string[];
}

export interface Ranked {
  /** Best first, at most three. */
  readonly candidates: readonly Candidate[];
  readonly wantsPlace: boolean;
}

const MOST = 3;
/** Less likely than this is no candidate. */
const LEAST = 0.03;

interface Pile {
  readonly duty: Duty;
  readonly best: number;
  readonly sum: number;
  readonly name: string;
  /** Another row would hold if the place were known. */
  readonly unplaced: boolean;
}

/** Categories that have none below them, by level 1: what is unsure within a level 1 is spread over these. */
const leaves = once((categories: readonly CategoryRule[]): ReadonlyMap<string, readonly CategoryRule[]> => {
  const byTop = new Map<string, CategoryRule[]>();
  for (const rule of categories) {
    if (categories.some((one) => one.code !== rule.code && one.code.startsWith(rule.code))) continue;
    byTop.set(rule.level1, [...(byTop.get(rule.level1) ?? []), rule]);
  }
  return byTop;
});

interface Share {
  readonly found: Found;
  readonly share: number;
}

const MOST_KEPT = 4_096;
/** Worked out once a level 1, division and day: dozens of look-ups, and the same ones for message after message. */
const spreads = once((_: City): Map<string, readonly Share[]> => new Map());

/** What of a level 1 is whose, as if every category below it were equally likely. */
function spread(level1: string, { division, day }: Asked, city: City): readonly Share[] {
  const kept = spreads(city);
  const key = `${day} ${division ?? ''} ${level1}`;
  const before = kept.get(key);
  if (before) return before;
  const below = leaves(city.categories).get(level1) ?? [];
  const byUnit = new Map<string, Share>();
  for (const { code } of below) {
    const found = dutyFor(code, division, day, city);
    const unit = found.duty?.unit.code ?? '';
    byUnit.set(unit, { found, share: (byUnit.get(unit)?.share ?? 0) + 1 / below.length });
  }
  if (kept.size >= MOST_KEPT) kept.clear();
  const shares = [...byUnit.values()];
  kept.set(key, shares);
  return shares;
}

/** Confidence adds up: two rival categories of one unit make that unit surer than either. */
export function candidatesFor(asked: Asked, city: City): Ranked {
  const piles = new Map<string, Pile>();
  let wantsPlace = false;
  const add = ({ duty, wantsPlace: wants }: Found, name: string, weight: number): void => {
    wantsPlace ||= wants;
    if (!duty || weight <= 0) return;
    const worth = weight * (duty.byPlace ? (asked.placeConfidence ?? 1) : 1);
    const pile = piles.get(duty.unit.code);
    const leads = !pile || worth > pile.best;
    piles.set(duty.unit.code, {
      duty: leads ? duty : pile.duty,
      name: leads ? name : pile.name,
      unplaced: leads ? wants : pile.unplaced,
      best: Math.max(pile?.best ?? 0, worth),
      sum: (pile?.sum ?? 0) + worth,
    });
  };
  // A level 1 is what lies below it: counted there, or beside its own children it would count twice.
  for (const { code, name, path, confidence } of asked.categories)
    if (path.length > 1) add(dutyFor(code, asked.division, asked.day, city), name, confidence);
  for (const { level1, left } of leftovers(asked)) {
    for (const { found, share } of spread(level1, asked, city)) add(found, level1, left * share);
  }
  const ranked = [...piles.values()]
    .filter(({ duty, sum }) => sum >= LEAST && !asked.without.includes(duty.unit.code))
    .sort((a, b) => b.sum - a.sum || (a.duty.unit.code < b.duty.unit.code ? -1 : 1));
  return { candidates: ranked.slice(0, MOST).map((pile) => candidateOf(pile, asked, city)), wantsPlace };
}

/** What a level 1 has beyond the rivals named below it: it lies somewhere there, nobody knows where. */
function leftovers({ categories, label }: Asked): { level1: string; left: number }[] {
  const tops = new Map<string, { named: number; whole: number }>();
  for (const { level1, path, confidence } of categories) {
    const top = tops.get(level1) ?? { named: 0, whole: level1 === label?.name ? label.confidence : 0 };
    const isTop = path.length <= 1;
    tops.set(level1, {
      named: top.named + (isTop ? 0 : confidence),
      whole: Math.max(top.whole, isTop ? confidence : 0),
    });
  }
  return [...tops].map(([level1, { named, whole }]) => ({ level1, left: Math.max(0, whole - named) }));
}

function candidateOf(pile: Pile, asked: Asked, city: City): Candidate {
  const { duty, sum } = pile;
  const coUnits = duty.coUnits.filter(({ code }) => !asked.without.includes(code)).map(ref);
  const confidence = Math.round(Math.min(1, sum) * 100) / 100;
  return {
    unit: ref(duty.unit),
    ...(coUnits.length > 0 ? { coUnits } : {}),
    confidence,
    reason: reasonOf(pile, asked, city),
  };
}

const divisionNames = once(
  (divisions: City['divisions']): ReadonlyMap<string, string> =>
    new Map(divisions.toReversed().map(({ code, name }) => [code, name])),
);

/** One plain sentence for an operator. */
function reasonOf({ duty, name, best, sum, unplaced }: Pile, asked: Asked, city: City): string {
  const what = best < sum / 2 ? `诉求属于“${name}”等类` : `诉求属于“${name}”类`;
  const place = asked.division === undefined ? undefined : divisionNames(city.divisions).get(asked.division);
  const where = duty.byPlace && place ? `，地点在${place}` : '';
  const whole = unplaced && place === undefined ? '，没有说清地点' : '';
  const helping = duty.coUnits.map((unit) => unit.name).join('、');
  const who = helping === '' ? `归${duty.unit.name}办理` : `由${duty.unit.name}主办、${helping}协办`;
  return `${what}${where}${whole}，按${duty.rule.from}起的派单目录${who}。`;
}

const ref = ({ code, name }: Unit): UnitRef => ({ code, name });
