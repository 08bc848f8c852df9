// Satisfaction 满意率: how ratings of a period fall into the five levels, in all and by unit, category or time.
import type { Score } from './case.ts';
import type { RatedRow } from './rating.ts';

export const RATING_BY = ['unit', 'category', 'day'] as const;
export type RatingBy = (typeof RATING_BY)[number];

export interface RatingQuery {
  /** Epoch ms; `to` is not included. */
  readonly from: number;
  readonly to: number;
  readonly by: RatingBy;
  /** Minutes from UTC by which days are cut. */
  readonly utcOffsetMinutes: number;
  readonly tenant?: string;
  readonly unit?: string;
}

/** `name`: code of the unit or category, or the day (2026-11-24); '' for a case that no unit had. */
export interface RatingCell {
  readonly name: string;
  readonly score: Score;
  readonly count: number;
}

export interface RatingFigures {
  readonly rated: number;
  readonly scores: Readonly<Record<'1' | '2' | '3' | '4' | '5', number>>;
  /** 满意率: (非常满意 + 满意 + 基本满意) ÷ rated, 0 to 1; null where nobody rated. */
  readonly rate: number | null;
  /** Of 5; null where nobody rated. */
  readonly average: number | null;
}

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

export function ratingFigures(cells: readonly RatingCell[]): RatingFigures {
  const scores = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 };
  for (const { score, count } of cells) scores[score] += count;
  const rated = scores[1] + scores[2] + scores[3] + scores[4] + scores[5];
  const points = scores[1] + 2 * scores[2] + 3 * scores[3] + 4 * scores[4] + 5 * scores[5];
  return {
    ...{ rated, scores },
    rate: rated === 0 ? null : round((scores[3] + scores[4] + scores[5]) / rated, 4),
    average: rated === 0 ? null : round(points / rated, 2),
  };
}

/** `month` gathers days. */
export function groupsOf(
  cells: readonly RatingCell[],
  nameOf: (name: string) => string = (name) => name,
): (RatingFigures & { readonly name: string })[] {
  const groups = new Map<string, RatingCell[]>();
  for (const cell of cells) groups.set(nameOf(cell.name), [...(groups.get(nameOf(cell.name)) ?? []), cell]);
  return [...groups].map(([name, own]) => ({ name, ...ratingFigures(own) }));
}

const nameIn = (row: RatedRow, { by, utcOffsetMinutes }: RatingQuery): string => {
  if (by === 'day') return new Date(row.at + utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
  return by === 'unit' ? (row.unit ?? '') : row.category;
};

/** What a store without a query language answers. */
export function cellsOf(rows: readonly RatedRow[], query: RatingQuery): RatingCell[] {
  const { from, to, tenant, unit } = query;
  const cells = new Map<string, RatingCell>();
  for (const row of rows) {
    if (row.at < from || row.at >= to) continue;
    if ((tenant !== undefined && row.tenant !== tenant) || (unit !== undefined && row.unit !== unit)) continue;
    const name = nameIn(row, query);
    const key = `${name}\n${row.score}`;
    cells.set(key, { name, score: row.score, count: (cells.get(key)?.count ?? 0) + 1 });
  }
  return [...cells.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.score - b.score));
}
