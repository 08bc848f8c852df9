// Step route: which units handle the case, by category and place; unsure, a person decides; never the unit complained about, nor one below it.
import type { Candidate, Proposal, Routing, UnitRef } from '../case.ts';
import type { City, Unit } from '../city.ts';
import { dateOf } from '../clock.ts';
import type { Draft, Given, KnownCase } from '../draft.ts';
import { candidatesFor, type Ranked } from '../routing/candidates.ts';
import { directory } from '../routing/table.ts';
import { accused } from '../text/accused.ts';

/** Below it a name would only mislead. */
const WORTH_ASKING = 0.2;

/** Flag of a case that waits at the desk for a person to choose its unit. */
export const UNROUTED = 'unrouted';

export function route(draft: Draft, given: Given): Draft {
  const { city, now } = given;
  if (draft.noted !== undefined) return draft;
  if (draft.relation.to === 'same') return taken(followed(draft, draft.relation.other, city), given);
  const { blamed, barred, above } = blame(draft.kind, draft.words.full, city);
  const known = { ...draft, barred: [...new Set([...draft.barred, ...barred])] };
  const table = dateOf(now, city.utcOffsetMinutes);
  const ranked = rank(known, table, city);
  const routing: Routing = { table, candidates: [...ranked.candidates] };
  const routed = { ...known, ...(ranked.candidates.length > 0 ? { routing } : {}) };
  const leading = blamed ? undefined : leadOf(known, city);
  if (leading) return { ...routed, unit: leading, led: true };
  const at = blamed ? above : fallback(city, known.barred);
  if (blamed) return { ...routed, ...(at ? { unit: ref(at) } : { flags: [...routed.flags, UNROUTED] }) };
  const [best] = ranked.candidates;
  if (draft.divert === undefined && best && isSure(best, city))
    return { ...routed, unit: best.unit, ...(best.coUnits ? { coUnits: best.coUnits } : {}) };
  const elsewhere = ranked.candidates.filter(({ unit }) => unit.code !== city.fallbackUnit);
  return unsure({ ...routed, ...(at ? { unit: ref(at) } : {}) }, { ...ranked, candidates: elsewhere });
}

/** What the table gives to the desk itself is for a person too. */
const isSure = ({ unit, confidence }: Candidate, city: City): boolean =>
  confidence >= city.routeFrom && unit.code !== city.fallbackUnit;

function rank(draft: Draft, day: string, city: City): Ranked {
  const { categories, label, place, barred } = draft;
  const at = place?.division ? { division: place.division, placeConfidence: place.confidence } : {};
  return candidatesFor({ categories, ...(label ? { label } : {}), ...at, day, without: barred }, city);
}

/** Danger is first seen by a person at the desk, whoever will handle it: that needs no question of its own. */
function unsure(draft: Draft, { candidates, wantsPlace }: Ranked): Draft {
  if (draft.divert !== undefined) return draft;
  const flags = [...draft.flags, UNROUTED, ...(wantsPlace ? ['no_division'] : [])];
  // What is answered at once is nobody's work any more.
  if (draft.answer !== undefined) return { ...draft, flags: flags.filter((flag) => flag !== UNROUTED) };
  const asks =
    routeProposal(candidates, wantsPlace ? UNPLACED : UNSURE) ?? (draft.proposals.length === 0 ? NOBODY : undefined);
  return { ...draft, flags, proposals: asks ? [...draft.proposals, asks] : draft.proposals };
}

const UNPLACED = '没有说清地点，派给谁要请您定';
const UNSURE = '把握不够，派给谁要请您定';
/** So that it stands in the list of what waits for a person; another question about the case does that as well. */
const NOBODY = {
  type: 'review',
  reason: '派单目录里找不到合适的单位，派给谁要请您定。',
  value: { step: 'route' },
} as const;

/** Accepted, it gives the case to the first candidate; another one is assigned directly. */
export function routeProposal(
  candidates: readonly Candidate[],
  why: string,
): Pick<Proposal, 'type' | 'reason' | 'value'> | undefined {
  const [best] = candidates;
  if (!best || best.confidence < WORTH_ASKING) return undefined;
  const { unit, coUnits, confidence } = best;
  const reason = `${why}：最像${unit.name}（${Math.round(confidence * 100)}%）。`;
  return { type: 'route', reason, value: { unit, ...(coUnits ? { coUnits } : {}), candidates } };
}

/** A case that was answered without a unit needs one when it is to be dealt with after all: the sure one, or the desk. */
function taken(draft: Draft, { city, now }: Given): Draft {
  const { relation } = draft;
  if (relation.to !== 'same' || !relation.reopens || relation.other.unit || draft.unit) return draft;
  const [best] = rank(draft, dateOf(now, city.utcOffsetMinutes), city).candidates;
  if (best && isSure(best, city)) return { ...draft, unit: best.unit };
  const desk = fallback(city, draft.barred);
  return desk ? { ...draft, unit: ref(desk) } : draft;
}

/** Added words may complain about a unit that holds the case: then it goes to the one above, and out of sight. */
function followed(draft: Draft, other: KnownCase, city: City): Draft {
  const kind = draft.kind === 'report' ? 'report' : 'complaint';
  const { blamed, barred, above } = blame(kind, draft.words.full, city);
  if (!blamed) return draft;
  const all = [...new Set([...(other.barred ?? []), ...barred])];
  const unit = other.unit && all.includes(other.unit.code) ? (above ?? fallback(city, all)) : undefined;
  const helping = other.coUnits?.filter(({ code }) => !all.includes(code) && code !== unit?.code);
  return { ...draft, barred: all, ...(unit ? { unit: ref(unit) } : {}), ...(helping ? { coUnits: helping } : {}) };
}

export interface Blame {
  /** The words complain about a unit or its staff. */
  readonly blamed: boolean;
  /** That unit and all below it. */
  readonly barred: readonly string[];
  /** The first unit above it that is not barred itself. */
  readonly above?: Unit;
}

/** Praise and questions blame nobody; what asks for help does where it tells a deed. `text` is normalised. */
export function blame(kind: Draft['kind'], text: string, city: City): Blame {
  const complains = kind === 'complaint' || kind === 'report';
  const blamed = complains || kind === 'help' || kind === 'other' ? accused(text, city, complains) : [];
  const barred = [...new Set(blamed.flatMap((code) => withBelow(code, city)))];
  const above = superiorOf(blamed, barred, city);
  return { blamed: blamed.length > 0, barred, ...(above ? { above } : {}) };
}

/** A matter is dispatched once: who reports it later goes to the unit that has it. Of hidden cases nothing shows, also not this. */
function leadOf({ relation, message, kind, divert, barred }: Draft, city: City): UnitRef | undefined {
  if (relation.to !== 'joined' || divert !== undefined) return undefined;
  const { unit, status, matter, ...other } = relation.other;
  if (unit === undefined || matter.id === '' || status === 'triage' || unit.code === city.fallbackUnit)
    return undefined;
  const hidden = other.kind === 'report' || other.secret || kind === 'report' || message.sender.secret;
  return hidden || barred.includes(unit.code) ? undefined : unit;
}

function withBelow(code: string, city: City): string[] {
  const { below } = directory(city.units);
  const all = [code];
  for (const one of all) for (const child of below.get(one) ?? []) if (!all.includes(child)) all.push(child);
  return all;
}

function superiorOf(blamed: readonly string[], barred: readonly string[], city: City): Unit | undefined {
  const { byCode } = directory(city.units);
  for (const code of blamed) {
    let unit = byCode.get(code);
    for (let steps = 0; unit !== undefined && steps < city.units.length; steps++) {
      unit = unit.superior === undefined ? undefined : byCode.get(unit.superior);
      if (unit !== undefined && !barred.includes(unit.code)) return unit;
    }
  }
  return undefined;
}

/** The hotline's own desk, unless it is the one complained about: then nobody, and a person must assign. */
export function fallback(city: City, barred: readonly string[]): Unit | undefined {
  return barred.includes(city.fallbackUnit) ? undefined : directory(city.units).byCode.get(city.fallbackUnit);
}

const ref = ({ code, name }: Unit): UnitRef => ({ code, name });
