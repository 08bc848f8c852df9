// Table: the duties of the units (派单目录) as rows with dates: who has a category in a place on a day.
import type { City, RouteRule, Unit } from '../city.ts';
import { once } from '../text/lexicon.ts';

/** In a row: the unit that answers for the division the place lies in (属地). */
export const LOCAL = 'local';

export interface Duty {
  readonly rule: RouteRule;
  readonly unit: Unit;
  readonly coUnits: readonly Unit[];
  /** Holds for one area only, so it is as sure as the place is. */
  readonly byPlace: boolean;
}

export interface Found {
  readonly duty?: Duty;
  /** A row would hold here if only the place were known. */
  readonly wantsPlace: boolean;
}

interface Directory {
  readonly byCode: ReadonlyMap<string, Unit>;
  /** Units that answer for a division, by its code without the empty end; the first one of the file. */
  readonly byDivision: ReadonlyMap<string, Unit>;
  /** Units directly below a unit. */
  readonly below: ReadonlyMap<string, readonly string[]>;
}

export const directory = once((units: readonly Unit[]): Directory => {
  const below = new Map<string, string[]>();
  const byDivision = new Map<string, Unit>();
  for (const unit of units) {
    const { code, superior, division } = unit;
    if (superior !== undefined) below.set(superior, [...(below.get(superior) ?? []), code]);
    if (division !== undefined && !byDivision.has(trim(division))) byDivision.set(trim(division), unit);
  }
  return { byCode: new Map(units.map((unit) => [unit.code, unit])), byDivision, below };
});

/** Rows by the category code they name. */
const rows = once((routes: readonly RouteRule[]): ReadonlyMap<string, readonly RouteRule[]> => {
  const byCode = new Map<string, RouteRule[]>();
  for (const rule of routes) for (const code of rule.categories) byCode.set(code, [...(byCode.get(code) ?? []), rule]);
  return byCode;
});

/** Is the row in force on that day? Both ends belong to it. */
export const inForce = ({ from, until }: RouteRule, day: string): boolean =>
  from <= day && (until === undefined || day <= until);

/** The finest category decides, then the smallest area: a row of a division before 属地, that before the whole city. */
export function dutyFor(category: string, division: string | undefined, day: string, city: City): Found {
  const byCode = rows(city.routes);
  let wantsPlace = false;
  for (let end = category.length; end > 0; end--) {
    const found = nearest(byCode.get(category.slice(0, end)) ?? [], division, day, city);
    wantsPlace ||= found.wantsPlace;
    if (found.duty) return { ...found, wantsPlace };
  }
  return { wantsPlace };
}

function nearest(rules: readonly RouteRule[], division: string | undefined, day: string, city: City): Found {
  const { byCode } = directory(city.units);
  const here = division === undefined ? undefined : unitOf(division, city);
  const meant = (code: string): Unit | undefined => (code === LOCAL ? here : byCode.get(code));
  let duty: Duty | undefined;
  let depth = -1;
  let wantsPlace = false;
  for (const rule of rules) {
    if (!inForce(rule, day)) continue;
    const byPlace = rule.division !== undefined || rule.unit === LOCAL;
    if (byPlace && division === undefined) wantsPlace = true;
    const inside = rule.division === undefined || (division ?? '').startsWith(trim(rule.division));
    const unit = meant(rule.unit);
    const deep = rule.division === undefined ? (byPlace ? 1 : 0) : 1 + trim(rule.division).length;
    if (!inside || unit === undefined || deep <= depth) continue;
    const helping = rule.coUnits.flatMap((code) => meant(code) ?? []).filter(({ code }) => code !== unit.code);
    [duty, depth] = [{ rule, unit, coUnits: [...new Set(helping)], byPlace }, deep];
  }
  return { ...(duty ? { duty } : {}), wantsPlace };
}

/** The unit that answers for a division, or for the smallest one above it that has a unit. */
function unitOf(division: string, city: City): Unit | undefined {
  const { byDivision } = directory(city.units);
  for (let end = division.length; end > 2; end--) {
    const unit = byDivision.get(division.slice(0, end));
    if (unit) return unit;
  }
  return undefined;
}

export const trim = (division: string): string => division.replace(/(?:00)+$/, '');
