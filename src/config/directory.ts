// Directory: units.yaml and places.yaml, who handles what and where, with the checks that need both.
import Type, { type Static } from 'typebox';
import type { Division, Unit } from '../core/city.ts';
import { Level } from '../core/message.ts';
import type { Ledger } from './problems.ts';
import { Routes } from './routes.ts';
import { Code, DivisionCode, strict, Words, wordsOf } from './shapes.ts';

export const Units = strict({
  fallback: Code,
  units: Type.Array(
    strict({
      code: Code,
      name: Type.String({ minLength: 1 }),
      aliases: Type.Optional(Words),
      level: Level,
      division: Type.Optional(DivisionCode),
      superior: Type.Optional(Code),
      staff: Type.Optional(Words),
    }),
    { minItems: 1 },
  ),
  /** Below this confidence no case is sent to a unit by itself. */
  confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  routes: Routes,
});
export type Units = Static<typeof Units>;

/** `within`: the divisions inside, code to `name alias alias…`. */
export const Places = strict({
  divisions: Type.Array(
    strict({
      code: DivisionCode,
      name: Type.String({ minLength: 2 }),
      aliases: Type.Optional(Words),
      parent: Type.Optional(DivisionCode),
      landmarks: Type.Optional(Words),
      within: Type.Optional(Type.Record(DivisionCode, Type.String({ minLength: 2 }))),
    }),
  ),
});
export type Places = Static<typeof Places>;

export const unitsOf = ({ units }: Units): Unit[] =>
  units.map((unit) => ({ ...unit, aliases: wordsOf(unit.aliases), staff: wordsOf(unit.staff) }));

export function divisionsOf({ divisions }: Places): Division[] {
  return divisions.flatMap(({ within = {}, ...division }) => [
    { ...division, aliases: wordsOf(division.aliases), landmarks: wordsOf(division.landmarks) },
    ...Object.entries(within).map(([code, names]) => {
      const [name = names, ...aliases] = wordsOf(names);
      return { code, name, aliases, parent: division.code };
    }),
  ]);
}

export function checkUnits(
  units: readonly Unit[],
  fallback: string,
  divisions: readonly Division[],
  ledger: Ledger,
): void {
  const file = 'units.yaml';
  const byCode = new Map<string, Unit>();
  const places = new Set(divisions.map((division) => division.code));
  for (const [index, unit] of units.entries()) {
    const at = `/units/${index}`;
    if (byCode.has(unit.code))
      ledger.add(file, `${at}/code`, `unit ${unit.code} appears twice`, 'give each unit a code of its own');
    byCode.set(unit.code, unit);
    if (unit.division !== undefined && !places.has(unit.division)) {
      ledger.add(
        file,
        `${at}/division`,
        `${unit.division} is not in places.yaml`,
        'add the division or correct the code',
      );
    }
  }
  if (!byCode.has(fallback))
    ledger.add(file, '/fallback', `there is no unit ${fallback}`, 'name the desk that takes what no rule routes');
  for (const [index, unit] of units.entries()) checkSuperior(unit, `/units/${index}/superior`, byCode, ledger);
}

function checkSuperior(unit: Unit, at: string, byCode: ReadonlyMap<string, Unit>, ledger: Ledger): void {
  if (unit.superior === undefined) return;
  if (!byCode.has(unit.superior)) {
    ledger.add('units.yaml', at, `there is no unit ${unit.superior}`, 'use the code of the unit above it');
    return;
  }
  let above = byCode.get(unit.superior);
  for (let steps = 0; above !== undefined && steps <= byCode.size; steps++) {
    if (above.code === unit.code) {
      ledger.add('units.yaml', at, `${unit.code} is its own superior in a circle`, 'the highest unit has no superior');
      return;
    }
    above = above.superior === undefined ? undefined : byCode.get(above.superior);
  }
}

export function checkPlaces(divisions: readonly Division[], ledger: Ledger): void {
  const file = 'places.yaml';
  const codes = new Set<string>();
  for (const [index, { code }] of divisions.entries()) {
    if (codes.has(code)) ledger.add(file, `/divisions/${index}`, `division ${code} appears twice`, 'each code once');
    codes.add(code);
  }
  for (const [index, { parent }] of divisions.entries()) {
    if (parent === undefined || codes.has(parent)) continue;
    ledger.add(file, `/divisions/${index}/parent`, `there is no division ${parent}`, 'add it or correct the code');
  }
}
