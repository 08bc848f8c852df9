// Rulings: what people said about pairs of cases, and the matters that follow to be apart; what a later move contradicts is let go.
import type { Change } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { noCase } from '../refusals.ts';
import type { Ground } from './ground.ts';

/** Both are called inside a transaction. */
export interface RulingRows {
  put(change: Pick<Change, 'rulings' | 'audit'>): void;
  /** After cases have moved or were ruled upon: what is apart, by these matters and all they are apart from. Answers them. */
  settle(cases: readonly number[], matters: readonly string[]): string[];
}

const OTHERS = `SELECT o.matter FROM rulings r JOIN cases o ON o.id = r.b WHERE r.a = ? AND o.matter IS NOT NULL
  UNION SELECT o.matter FROM rulings r JOIN cases o ON o.id = r.a WHERE r.b = ? AND o.matter IS NOT NULL`;
const APART = `SELECT o.matter FROM cases c JOIN rulings r ON r.a = c.id JOIN cases o ON o.id = r.b
  WHERE c.matter = ? AND r.same = 0 AND o.matter IS NOT NULL AND o.matter <> ?
  UNION SELECT o.matter FROM cases c JOIN rulings r ON r.b = c.id JOIN cases o ON o.id = r.a
  WHERE c.matter = ? AND r.same = 0 AND o.matter IS NOT NULL AND o.matter <> ? ORDER BY 1`;
const MATTER_OF = (column: string): string => `coalesce((SELECT matter FROM cases WHERE id = rulings.${column}), '')`;

function statements({ db }: Ground) {
  return {
    id: db.prepare<[string], number>('SELECT id FROM cases WHERE no = ?').pluck(),
    any: db.prepare<[], number>('SELECT 1 FROM rulings LIMIT 1').pluck(),
    put: db.prepare(`INSERT INTO rulings (a, b, same, actor, at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET same = excluded.same, actor = excluded.actor, at = excluded.at`),
    others: db.prepare<[number, number], string>(OTHERS).pluck(),
    contradicted: db.prepare<[number, number]>(
      `DELETE FROM rulings WHERE (a = ? OR b = ?) AND same <> (${MATTER_OF('a')} = ${MATTER_OF('b')})`,
    ),
    apart: db.prepare<[string, string, string, string], string>(APART).pluck(),
    set: db.prepare('UPDATE matters SET apart = ? WHERE id = ?'),
  };
}

export function openRulingRows(ground: Ground): RulingRows {
  const sql = statements(ground);
  const idOf = (no: string): number => {
    const id = sql.id.get(no);
    if (id === undefined) throw noCase(no);
    return id;
  };
  return {
    put({ rulings = [], audit }) {
      for (const { cases, same } of rulings) {
        const [a = 0, b = 0] = cases.map(idOf).sort((x, y) => x - y);
        if (a !== b) sql.put.run(a, b, same ? 1 : 0, audit.actor, audit.at);
      }
    },
    settle(cases, matters) {
      if (sql.any.get() === undefined) return [];
      const touched = new Set([...matters, ...cases.flatMap((id) => sql.others.all(id, id))]);
      for (const id of cases) sql.contradicted.run(id, id);
      for (const matter of touched) {
        const apart = sql.apart.all(matter, matter, matter, matter);
        sql.set.run(apart.length > 0 ? JSON.stringify(apart) : null, matter);
        ground.lately.altered(matter);
      }
      return [...touched];
    },
  };
}

interface Row {
  readonly one: string;
  readonly other: string;
  readonly same: number;
  readonly actor: string;
  readonly at: string;
  readonly masked_one: string;
  readonly masked_other: string;
  readonly at_one: number;
  readonly at_other: number;
}

export function openRulingReader({ db }: Ground): Pick<Direct, 'rulings'> {
  const id = db.prepare<[string], number>('SELECT id FROM cases WHERE no = ?').pluck();
  const page = db.prepare<[number, number, number], Row>(
    `SELECT x.no AS one, y.no AS other, r.same, r.actor, r.at, x.masked AS masked_one, y.masked AS masked_other,
       x.opened_at AS at_one, y.opened_at AS at_other
     FROM rulings r JOIN cases x ON x.id = r.a JOIN cases y ON y.id = r.b
     WHERE (r.a, r.b) > (?, ?) AND x.erased = 0 AND y.erased = 0 ORDER BY r.a, r.b LIMIT ?`,
  );
  return {
    rulings({ after, limit }) {
      const [a = 0, b = 0] = (after ?? []).map((no) => id.get(no) ?? 0).sort((x, y) => x - y);
      return page.all(a, b, limit).map((row) => ({
        cases: [row.one, row.other] as const,
        same: row.same === 1,
        ...{ by: row.actor, at: row.at },
        said: [
          { masked: row.masked_one, at: row.at_one },
          { masked: row.masked_other, at: row.at_other },
        ] as const,
      }));
    },
  };
}
