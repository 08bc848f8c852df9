// Ratings: one row for each result of a case, the last rating of it; summed up for the figures.
import type { RatedRow } from '../../core/rating.ts';
import type { RatingBy, RatingCell, RatingQuery } from '../../core/satisfaction.ts';
import type { Ground } from './ground.ts';

export interface Ratings {
  /** Inside a transaction. */
  put(row: RatedRow): void;
  cells(query: RatingQuery): RatingCell[];
}

const NAME: Readonly<Record<RatingBy, string>> = {
  unit: "coalesce(unit, '')",
  category: 'category',
  day: "date(at / 1000 + ?, 'unixepoch')",
};

export function openRatings(ground: Ground): Ratings {
  const upsert = ground.db.prepare(
    `INSERT INTO ratings (case_no, round, tenant, at, score, unit, category) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (case_no, round) DO UPDATE
     SET at = excluded.at, score = excluded.score, unit = excluded.unit, category = excluded.category`,
  );
  return {
    put({ caseNo, round, tenant, at, score, unit, category }) {
      upsert.run(caseNo, round, tenant, at, score, unit ?? null, category);
    },
    cells({ from, to, by, utcOffsetMinutes, tenant, unit }) {
      const wanted = [...(tenant === undefined ? [] : ['tenant']), ...(unit === undefined ? [] : ['unit'])];
      const sql = `SELECT ${NAME[by]} AS name, score, count(*) AS count FROM ratings WHERE at >= ? AND at < ?
        ${wanted.map((column) => `AND ${column} = ?`).join(' ')} GROUP BY 1, 2 ORDER BY 1, 2`;
      const values = [
        ...(by === 'day' ? [utcOffsetMinutes * 60] : []),
        from,
        to,
        ...[tenant, unit].flatMap((v) => v ?? []),
      ];
      return ground.prepared<unknown[], RatingCell>(sql).all(...values);
    },
  };
}
