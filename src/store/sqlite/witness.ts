// The audit trail: who did what to what. Written in the transaction of the deed itself.
import type { AuditEntry } from '../../core/access.ts';
import type { Direct } from '../direct.ts';
import type { Ground } from './ground.ts';

/** Adds a line; call inside a transaction. */
export type Witness = (entry: AuditEntry) => void;

interface AuditRow {
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
  const columns = 'at, actor, action, subject, reason, detail';
  const all = db.prepare<[number], AuditRow>(`SELECT ${columns} FROM audit ORDER BY id DESC LIMIT ?`);
  const of = db.prepare<[string, number], AuditRow>(
    `SELECT ${columns} FROM audit WHERE subject = ? ORDER BY id DESC LIMIT ?`,
  );
  return {
    audit: (entry) => ground.commit(() => witness(entry)),
    auditTrail: ({ subject, limit }) => (subject === undefined ? all.all(limit) : of.all(subject, limit)).map(entryOf),
  };
}

function entryOf({ reason, detail, ...row }: AuditRow): AuditEntry {
  const facts: Record<string, unknown> | undefined = detail === null ? undefined : JSON.parse(detail);
  return { ...row, ...(reason === null ? {} : { reason }), ...(facts ? { detail: facts } : {}) };
}
