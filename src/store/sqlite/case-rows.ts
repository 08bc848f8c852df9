// Case rows: how a case lies in its row, and how it comes back out of it with or without what is sealed.
import type { Case } from '../../core/case.ts';
import type { Ground } from './ground.ts';
import { unitsOf } from './log.ts';
import type { Seals } from './seals.ts';
import { type CaseSecret, openCaseSecret, openEnvelope, openPart } from './seals.ts';

export interface CaseRow {
  readonly id: number;
  readonly no: string;
  readonly version: number;
  readonly messages: number;
  readonly updated_at: string;
  /** How often its sender urged since the rest was last written. */
  readonly urged: number;
  readonly vault: number;
  readonly sealed: Buffer | null;
  readonly named: number;
  readonly erased: number;
  readonly matter: string | null;
  readonly postings: string | null;
  readonly doc: string;
}

export const CASE_COLUMNS =
  'id, no, version, messages, updated_at, urged, vault, sealed, named, erased, matter, postings, doc';

/** Columns that follow from the case itself, in the order of `openValues`. */
export const OPEN_COLUMNS = [
  'version',
  'status',
  'kind',
  'category',
  'urgency',
  'division',
  'unit',
  'unit_name',
  'co_units',
  'barred',
  'secret',
  'anonymous',
  'due_at',
  'updated_at',
  'messages',
  'matter',
  'proposed',
  'named',
  'doc',
] as const;

export function openValues(c: Case): (string | number | null)[] {
  const due = c.dueAt === undefined ? Number.NaN : Date.parse(c.dueAt);
  return [
    c.version,
    c.status,
    c.kind,
    c.category[0]?.code ?? '',
    c.urgency,
    c.division ?? null,
    c.unit?.code ?? null,
    c.unit?.name ?? null,
    c.coUnits.length > 0 ? JSON.stringify(c.coUnits) : null,
    unitsOf(c.barred),
    c.secret ? 1 : 0,
    c.anonymous ? 1 : 0,
    Number.isNaN(due) ? null : due,
    c.updatedAt,
    c.messages,
    c.matter?.id ?? null,
    c.proposals.some((p) => p.decided === undefined) ? 1 : 0,
    c.externalId === undefined ? 0 : 1,
    JSON.stringify(openPart(c)),
  ];
}

/** The values of a case that was there before: its matter is moved by `moveMatter` only, and the id the sender gave stays sealed. */
export function keptValues(c: Case, row: CaseRow, matter: string | null = row.matter): (string | number | null)[] {
  return openValues(c).with(OPEN_COLUMNS.indexOf('matter'), matter).with(OPEN_COLUMNS.indexOf('named'), row.named);
}

/** The case without anything sealed. */
export function openCase(row: CaseRow): Case {
  const doc: Case = JSON.parse(row.doc);
  const flags = row.urged > 0 && !doc.flags.includes('urged') ? [...doc.flags, 'urged'] : doc.flags;
  const urges = (doc.urges ?? 0) + row.urged;
  const counted = urges > 0 ? { urges } : {};
  return { ...doc, version: row.version, messages: row.messages, updatedAt: row.updated_at, flags, ...counted };
}

/** Reads a row's sealed part: from the row, or from the case's first message while nothing has changed it. */
export type ReadSecret = (row: CaseRow) => CaseSecret;

export function openReadSecret(ground: Ground, seals: Seals): ReadSecret {
  const first = ground.db.prepare<[number], { id: number; sealed: Buffer }>(
    'SELECT id, sealed FROM messages WHERE case_id = ? ORDER BY id LIMIT 1',
  );
  return (row) => {
    const key = seals.find(row.vault);
    if (!key) return {};
    if (row.sealed) return openCaseSecret(key.key, row.sealed, row.no);
    const message = first.get(row.id);
    return message ? (openEnvelope(key.key, message.sealed, message.id).opened ?? {}) : {};
  };
}

/** The case as a caller gets it; the seal is opened only for `said` or for an id the sender gave. */
export function caseOf(row: CaseRow, readSecret: ReadSecret, said: boolean): Case {
  const open = openCase(row);
  if (row.erased === 1 || (!said && row.named === 0)) return open;
  const secret = readSecret(row);
  return {
    ...open,
    ...(secret.externalId === undefined ? {} : { externalId: secret.externalId }),
    ...(said && secret.said ? { said: secret.said } : {}),
  };
}
