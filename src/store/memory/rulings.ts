// Rulings: what people said about pairs of cases, and the matters that follow to be apart; what a later move contradicts is let go.
import type { Change } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { noCase } from '../refusals.ts';
import type { CaseRow, Ground } from './ground.ts';

const keyOf = (a: number, b: number): string => `${a} ${b}`;

/** Call inside a deed. */
export function rule(ground: Ground, { rulings = [], audit }: Pick<Change, 'rulings' | 'audit'>): void {
  for (const { cases, same } of rulings) {
    const [a = 0, b = 0] = cases.map((no) => idOf(ground, no)).sort((x, y) => x - y);
    if (a === b) continue;
    ground.rulings.set(keyOf(a, b), { a, b, same, by: audit.actor, at: audit.at });
    ground.ruledWith.add(a, b);
    ground.ruledWith.add(b, a);
  }
}

/** After cases have moved or were ruled upon: what is apart, by these matters and all they are apart from. Answers them. */
export function settleRulings(ground: Ground, cases: readonly number[], matters: readonly string[]): string[] {
  if (ground.rulings.size === 0) return [];
  const touched = new Set(matters);
  for (const id of cases)
    for (const other of [...ground.ruledWith.of(id)]) {
      const matter = ground.caseById(other)?.matter;
      if (matter !== undefined) touched.add(matter);
      dropContradicted(ground, Math.min(id, other), Math.max(id, other));
    }
  for (const id of touched) {
    const row = ground.matters.get(id);
    if (row) ground.matters.set(id, { ...row, apart: apartOf(ground, id) });
  }
  return [...touched];
}

function dropContradicted(ground: Ground, a: number, b: number): void {
  const together = ground.caseById(a)?.matter === ground.caseById(b)?.matter;
  if (ground.rulings.get(keyOf(a, b))?.same === together) return;
  ground.rulings.delete(keyOf(a, b));
  ground.ruledWith.remove(a, b);
  ground.ruledWith.remove(b, a);
}

function apartOf(ground: Ground, matter: string): string[] {
  const found = new Set<string>();
  for (const id of ground.members.of(matter))
    for (const other of ground.ruledWith.of(id)) {
      const there = ground.caseById(other)?.matter;
      const said = ground.rulings.get(keyOf(Math.min(id, other), Math.max(id, other)));
      if (said && !said.same && there !== undefined && there !== matter) found.add(there);
    }
  return [...found].sort();
}

function idOf(ground: Ground, no: string): number {
  const row = ground.cases.get(no);
  if (!row) throw noCase(no);
  return row.id;
}

export function openRulingReader(ground: Ground): Pick<Direct, 'rulings'> {
  const said = ({ masked, openedAt }: CaseRow) => ({ masked, at: openedAt });
  return {
    rulings({ after, limit }) {
      const [a = 0, b = 0] = (after ?? []).map((no) => ground.cases.get(no)?.id ?? 0).sort((x, y) => x - y);
      const rows = ground.rulings.values().filter((row) => row.a > a || (row.a === a && row.b > b));
      rows.sort((x, y) => x.a - y.a || x.b - y.b);
      return rows
        .flatMap((row) => {
          const [one, other] = [ground.caseById(row.a), ground.caseById(row.b)];
          if (!one || !other || one.erased || other.erased) return [];
          const cases = [one.open.no, other.open.no] as const;
          return [{ cases, same: row.same, by: row.by, at: row.at, said: [said(one), said(other)] as const }];
        })
        .slice(0, limit);
    },
  };
}
