// Cases: found by number, by list, by number and query code; and the messages that made them.
import type { Case } from '../../core/case.ts';
import type { Message } from '../../core/message.ts';
import type { CaseQuery } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { queryHash } from './blinds.ts';
import { CASE_COLUMNS, type CaseRow, caseOf, type ReadSecret } from './case-rows.ts';
import type { Ground } from './ground.ts';
import { needle } from './log.ts';
import { openEnvelope, type Seals } from './seals.ts';

type Reader = Pick<Direct, 'findCase' | 'findCases' | 'caseBelow' | 'lookup' | 'messagesOf'>;

export function openCases(ground: Ground, seals: Seals, readSecret: ReadSecret): Reader {
  const { db, keyring } = ground;
  const byNo = db.prepare<[string], CaseRow>(`SELECT ${CASE_COLUMNS} FROM cases WHERE no = ?`);
  const byCode = db.prepare<[string, Buffer], CaseRow>(
    `SELECT ${CASE_COLUMNS} FROM cases WHERE no = ? AND query_hash = ? AND erased = 0`,
  );
  const messages = db.prepare<[string], { id: number; sealed: Buffer }>(
    'SELECT m.id, m.sealed FROM cases c JOIN messages m ON m.case_id = c.id WHERE c.no = ? ORDER BY m.id',
  );

  const placeOf = db.prepare<[string], number>('SELECT id FROM cases WHERE no = ?').pluck();
  const lastPlace = db.prepare<[], number | null>('SELECT max(id) FROM cases').pluck();
  const noAt = db.prepare<[number], string>('SELECT no FROM cases WHERE id <= ? ORDER BY id DESC LIMIT 1').pluck();

  function findCases(query: CaseQuery): Case[] {
    const { where, values } = filterOf(query);
    const { unit } = query;
    const sides = unit === undefined ? [{ where: [], values: [] }] : [heldBy(unit), helpedBy(unit)];
    const select = sides.map((side) => `SELECT ${CASE_COLUMNS} FROM cases${conditions([...side.where, ...where])}`);
    // Two lists that are each in order are merged as far as the limit goes; one with OR would be sorted whole.
    const sql = `${select.join(' UNION ALL ')} ORDER BY id DESC LIMIT ?`;
    const asked = sides.flatMap((side) => [...side.values, ...values]);
    const rows = ground.prepared<(string | number)[], CaseRow>(sql).all(...asked, query.limit);
    return rows.map((row) => caseOf(row, readSecret, false));
  }

  function messagesOf(no: string): Message[] {
    const row = byNo.get(no);
    const key = row && seals.find(row.vault);
    return key ? messages.all(no).map((m) => openEnvelope(key.key, m.sealed, m.id).message) : [];
  }

  return {
    findCase(no, options) {
      const row = byNo.get(no);
      return row && caseOf(row, readSecret, options?.said === true);
    },
    findCases,
    caseBelow(no, places) {
      const from = no === undefined ? (lastPlace.get() ?? 0) + 1 : placeOf.get(no);
      return from === undefined ? undefined : noAt.get(from - places);
    },
    lookup(no, queryCode) {
      const row = byCode.get(no, queryHash(keyring, no, queryCode));
      return row && caseOf(row, readSecret, false);
    },
    messagesOf,
  };
}

interface Filter {
  readonly where: string[];
  readonly values: (string | number)[];
}

const conditions = (where: readonly string[]): string => (where.length > 0 ? ` WHERE ${where.join(' AND ')}` : '');
/** Nobody who is complained about. */
const UNBLAMED = '(barred IS NULL OR instr(barred, ?) = 0)';

const heldBy = (unit: string): Filter => ({ where: ['unit = ?', UNBLAMED], values: [unit, needle(unit)] });
const helpedBy = (unit: string): Filter => ({
  where: ['co_units IS NOT NULL', 'instr(co_units, ?) > 0', 'unit IS NOT ?', UNBLAMED],
  values: [`"code":${needle(unit)}`, unit, needle(unit)],
});

function filterOf(query: CaseQuery): Filter {
  const where: string[] = [];
  const values: (string | number)[] = [];
  for (const column of ['tenant', 'status', 'kind', 'category', 'matter'] as const) {
    const value = query[column];
    if (value === undefined) continue;
    where.push(`${column} = ?`);
    values.push(value);
  }
  if (query.hasProposals !== undefined) where.push(query.hasProposals ? 'proposed = 1' : 'proposed = 0');
  if (query.after !== undefined) {
    where.push('id < (SELECT id FROM cases WHERE no = ?)');
    values.push(query.after);
  }
  if (query.downTo !== undefined) {
    where.push('id >= (SELECT id FROM cases WHERE no = ?)');
    values.push(query.downTo);
  }
  return { where, values };
}
