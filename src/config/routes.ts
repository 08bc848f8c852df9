// Routes: the table of duties in units.yaml, one row a group of categories, with the dates it holds and the checks on all of it.
import Type, { type Static } from 'typebox';
import type { CategoryRule, Division, RouteRule, Unit } from '../core/city.ts';
import { LOCAL } from '../core/routing/table.ts';
import type { Ledger } from './problems.ts';
import { CategoryCode, Code, DivisionCode, IsoDate, isDate, strict, Words, wordsOf } from './shapes.ts';

const FILE = 'units.yaml';
/** A day after every other, for a row without end. */
const EVER = '9999-12-31';

/** `unit` and `with` may be `local`: whoever answers for the division of the place. */
export const Routes = Type.Array(
  strict({
    category: Type.Union([CategoryCode, Words]),
    division: Type.Optional(DivisionCode),
    unit: Code,
    with: Type.Optional(Words),
    from: IsoDate,
    until: Type.Optional(IsoDate),
  }),
);
export type Routes = Static<typeof Routes>;

export const routesOf = (routes: Routes): RouteRule[] =>
  routes.map(({ category, with: helping, ...rest }) => ({
    ...rest,
    categories: wordsOf(category),
    coUnits: wordsOf(helping),
  }));

export interface Around {
  readonly units: readonly Unit[];
  readonly categories: readonly CategoryRule[];
  readonly divisions: readonly Division[];
}

export function checkRoutes(routes: readonly RouteRule[], around: Around, ledger: Ledger): void {
  for (const [index, route] of routes.entries()) checkRow(route, `/routes/${index}`, around, ledger);
  checkOverlaps(routes, ledger);
  checkCover(routes, around.categories, ledger);
}

function checkRow(route: RouteRule, at: string, { units, categories, divisions }: Around, ledger: Ledger): void {
  const codes = new Set(units.map(({ code }) => code));
  const name = (code: string, field: string) => {
    if (code === LOCAL || codes.has(code)) return;
    ledger.add(FILE, `${at}/${field}`, `there is no unit ${code}`, 'use the code of a unit above, or local');
  };
  name(route.unit, 'unit');
  for (const code of route.coUnits) name(code, 'with');
  if (route.unit === LOCAL && !units.some(({ division }) => division !== undefined))
    ledger.add(FILE, `${at}/unit`, 'no unit has a division, so nobody is local', 'give the districts their division');
  for (const code of route.categories)
    if (!categories.some((one) => one.code.startsWith(code)))
      ledger.add(FILE, `${at}/category`, `no category starts with ${code}`, 'use a code of catalogue.yaml');
  if (route.division !== undefined && !divisions.some(({ code }) => code === route.division))
    ledger.add(FILE, `${at}/division`, `${route.division} is not in places.yaml`, 'add it or correct the code');
  for (const [field, day] of [['from', route.from] as const, ['until', route.until] as const])
    if (day !== undefined && !isDate(day)) ledger.add(FILE, `${at}/${field}`, `${day} is no date`, 'YYYY-MM-DD');
  if (route.until !== undefined && route.until < route.from)
    ledger.add(FILE, `${at}/until`, 'ends before it begins', 'swap the dates');
}

/** Two rows for one category in one area on one day: which of them holds, nobody could say. */
function checkOverlaps(routes: readonly RouteRule[], ledger: Ledger): void {
  const taken = new Map<string, { readonly route: RouteRule; readonly index: number }[]>();
  for (const [index, route] of routes.entries()) {
    const area = route.division ?? (route.unit === LOCAL ? LOCAL : '');
    for (const code of route.categories) {
      const key = `${code} ${area}`;
      const rivals = taken.get(key) ?? [];
      const rival = rivals.find(
        (one) => one.route.from <= (route.until ?? EVER) && route.from <= (one.route.until ?? EVER),
      );
      taken.set(key, [...rivals, { route, index }]);
      if (!rival) continue;
      const line = ledger.lineOf(FILE, `/routes/${rival.index}`);
      const other = `row ${rival.index}${line === undefined ? '' : ` (line ${line})`}`;
      ledger.add(
        FILE,
        `/routes/${index}/from`,
        `category ${code} overlaps with ${other} from ${route.from > rival.route.from ? route.from : rival.route.from}`,
        'end the older row the day before the newer one begins',
      );
    }
  }
}

/** Whatever a citizen speaks of is somebody's: each category that has none below it is named by a row, on whatever day. */
function checkCover(routes: readonly RouteRule[], categories: readonly CategoryRule[], ledger: Ledger): void {
  const handled = new Set(routes.flatMap((route) => route.categories));
  const isHandled = (code: string): boolean => {
    for (let end = 1; end <= code.length; end++) if (handled.has(code.slice(0, end))) return true;
    return false;
  };
  const orphans = categories.filter(
    ({ code }) => !isHandled(code) && !categories.some((one) => one.code !== code && one.code.startsWith(code)),
  );
  for (const { code, name } of orphans)
    ledger.add(FILE, '/routes', `nobody handles category ${code} ${name}`, 'add it to a row, or to one of the desk');
}
