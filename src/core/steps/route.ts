// Step route: which unit handles the case, by category and place; never the unit complained about, nor one below it.
import type { City, Unit } from '../city.ts';
import type { Draft, Given, KnownCase } from '../draft.ts';
import { accused } from '../text/accused.ts';
import { once } from '../text/lexicon.ts';

interface Directory {
  readonly byCode: ReadonlyMap<string, Unit>;
  /** Units directly below a unit. */
  readonly below: ReadonlyMap<string, readonly string[]>;
}

const directory = once((units: readonly Unit[]): Directory => {
  const below = new Map<string, string[]>();
  for (const { code, superior } of units) {
    if (superior !== undefined) below.set(superior, [...(below.get(superior) ?? []), code]);
  }
  return { byCode: new Map(units.map((unit) => [unit.code, unit])), below };
});

export function route(draft: Draft, { city }: Given): Draft {
  if (draft.noted !== undefined) return draft;
  if (draft.relation.to === 'same') return followed(draft, draft.relation.other, city);
  const { blamed, barred, above } = blame(draft.kind, draft.words.full, city);
  const chosen = blamed ? above : pick(draft, city);
  const routed = { ...draft, barred: [...draft.barred, ...barred] };
  const unit = chosen ?? fallback(city, barred);
  const unplaced = chosen === undefined && !blamed && needsPlace(draft, city);
  const flags = unplaced ? [...draft.flags, 'no_division'] : draft.flags;
  if (unit === undefined) return { ...routed, flags };
  return { ...routed, flags, unit: { code: unit.code, name: unit.name } };
}

/** Added words may complain about the very unit that holds the case: then it goes to the one above, and out of sight. */
function followed(draft: Draft, other: KnownCase, city: City): Draft {
  const kind = draft.kind === 'report' ? 'report' : 'complaint';
  const { blamed, barred, above } = blame(kind, draft.words.full, city);
  if (!blamed) return draft;
  const all = [...new Set([...(other.barred ?? []), ...barred])];
  const unit = other.unit && all.includes(other.unit.code) ? (above ?? fallback(city, all)) : undefined;
  return { ...draft, barred: all, ...(unit ? { unit: { code: unit.code, name: unit.name } } : {}) };
}

export interface Blame {
  /** The words complain about a unit or its staff. */
  readonly blamed: boolean;
  /** That unit and all below it. */
  readonly barred: readonly string[];
  /** The first unit above it that is not barred itself. */
  readonly above?: Unit;
}

/** Only complaints and reports blame anybody; `text` is normalised. */
export function blame(kind: Draft['kind'], text: string, city: City): Blame {
  const accusing = kind === 'complaint' || kind === 'report';
  const blamed = accusing ? accused(text, city) : [];
  const barred = [...new Set(blamed.flatMap((code) => withBelow(code, city)))];
  const above = superiorOf(blamed, barred, city);
  return { blamed: blamed.length > 0, barred, ...(above ? { above } : {}) };
}

/** The longest handle wins (the finer duty), then the deeper division, then the order of the file. */
function pick(draft: Draft, city: City): Unit | undefined {
  // Danger is first seen by a person at the desk, whoever will handle it.
  if (draft.divert !== undefined) return undefined;
  const code = draft.categories[0]?.code ?? '';
  const here = draft.place?.division;
  let best: Unit | undefined;
  let weight = -1;
  for (const unit of city.units) {
    if (unit.division !== undefined && !(here ?? '').startsWith(trim(unit.division))) continue;
    const handle = longestHandle(unit, code);
    if (handle === 0) continue;
    const worth = handle * 100 + (unit.division === undefined ? 0 : trim(unit.division).length);
    if (worth > weight) [best, weight] = [unit, worth];
  }
  return best;
}

function longestHandle(unit: Unit, code: string): number {
  let longest = 0;
  for (const handle of unit.handles) if (code.startsWith(handle) && handle.length > longest) longest = handle.length;
  return longest;
}

/** Somebody would handle this, if only we knew where it is. */
function needsPlace(draft: Draft, city: City): boolean {
  const code = draft.categories[0]?.code ?? '';
  return (
    draft.divert === undefined &&
    city.units.some((unit) => unit.division !== undefined && longestHandle(unit, code) > 0)
  );
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

const trim = (division: string): string => division.replace(/(?:00)+$/, '');
