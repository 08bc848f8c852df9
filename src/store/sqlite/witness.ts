// The audit trail: who did what to what. Written in the transaction of the deed itself.
import type { AuditEntry, AuditLine } from '../../core/access.ts';
import type { Direct } from '../direct.ts';
import type { Ground } from './ground.ts';

/** Adds a line; call inside a transaction. */
export type Witness = (entry: AuditEntry) => void;

interface AuditRow {
  readonly id: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly reason: string | null;
  readonly detail: string | null;
}

export function openWitness({ db }: Ground): Witness {
  const insert = db.prepare('INSERT INTO audit (at, actor, action, subject, reason, detail) VALUES (?, ?, ?, ?, ?, ?)');
  return ({ at, actor, action, subject, reason, detail }) => {
    insert.run(at, actor, action, subject, reason ?? null, detail ? JSON.stringify(detail) : null);
  };
}

export function openTrail(ground: Ground, witness: Witness): Pick<Direct, 'audit' | 'auditTrail'> {
  const { db } = ground;
  const columns = 'id, at, actor, action, subject, reason, detail';
  const all = db.prepare<[number, number], AuditRow>(
    `SELECT ${columns} FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?`,
  );
  const of = db.prepare<[string, number, number], AuditRow>(
    `SELECT ${columns} FROM audit WHERE subject = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  return {
    audit: (entry) => ground.commit(() => witness(entry)),
    auditTrail: ({ subject, before = Number.MAX_SAFE_INTEGER, limit }) =>
      (subject === undefined ? all.all(before, limit) : of.all(subject, before, limit)).map(lineOf),
  };
}

function lineOf({ reason, detail, ...row }: AuditRow): AuditLine {
  const facts: Record<string, unknown> | undefined = detail === null ? undefined : JSON.parse(detail);
  return { ...row, ...(reason === null ? {} : { reason }), ...(facts ? { detail: facts } : {}) };
}
