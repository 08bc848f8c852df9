// Known: from a row of the cases table to what the core may know of a case while it decides.
import type { Case, Status, UnitRef, Urgency } from '../../core/case.ts';
import type { KnownCase } from '../../core/draft.ts';
import { FINISHED_STATUS, OPEN_STATUS } from '../../core/status.ts';

export interface KnownRow {
  readonly id: number;
  readonly no: string;
  readonly tenant: string;
  readonly kind: Case['kind'];
  readonly status: Status;
  readonly secret: number;
  readonly anonymous: number;
  readonly category: string;
  readonly division: string | null;
  readonly unit: string | null;
  readonly unit_name: string | null;
  readonly co_units: string | null;
  readonly barred: string | null;
  readonly masked: string;
  readonly exact: string | null;
  readonly opened_at: number;
  readonly last_at: number;
  readonly version: number;
  readonly matter: string | null;
  readonly size: number | null;
  readonly reporters: number | null;
  readonly matter_urgency: Urgency | null;
  readonly apart: string | null;
}

export const KNOWN_COLUMNS = `c.id, c.no, c.tenant, c.kind, c.status, c.secret, c.anonymous, c.category, c.division,
  c.unit, c.unit_name, c.co_units, c.barred, c.masked, c.exact, c.opened_at, c.last_at, c.version, c.matter, m.size,
  m.reporters, m.urgency AS matter_urgency, m.apart`;
export const KNOWN_FROM = 'cases c LEFT JOIN matters m ON m.id = c.matter';
/** The finished and the open states as lists of SQL literals. */
export const FINISHED_LIST = FINISHED_STATUS.map((s) => `'${s}'`).join(', ');
export const OPEN_LIST = OPEN_STATUS.map((s) => `'${s}'`).join(', ');

/** A case outside any matter (one that nobody may be joined to) has the matter '' of size 1. */
export function knownCase(row: KnownRow): KnownCase {
  return {
    no: row.no,
    kind: row.kind,
    status: row.status,
    secret: row.secret === 1,
    anonymous: row.anonymous === 1,
    category: row.category,
    ...(row.division === null ? {} : { division: row.division }),
    ...(row.unit === null ? {} : { unit: { code: row.unit, name: row.unit_name ?? row.unit } }),
    ...(row.co_units === null ? {} : { coUnits: helpers(row.co_units) }),
    masked: row.masked,
    exact: row.exact ?? '',
    openedAt: row.opened_at,
    lastAt: row.last_at,
    version: row.version,
    matter: matterOf(row),
    ...(row.barred === null ? {} : { barred: unitList(row.barred) }),
  };
}

function helpers(json: string): UnitRef[] {
  const units: UnitRef[] = JSON.parse(json);
  return units;
}

function matterOf({ matter, size, reporters, matter_urgency: urgency, apart }: KnownRow): KnownCase['matter'] {
  return {
    ...{ id: matter ?? '', size: size ?? 1, reporters: reporters ?? 1, urgency: urgency ?? 'normal' },
    ...(apart === null ? {} : { apart: unitList(apart) }),
  };
}

export function unitList(json: string): string[] {
  const units: string[] = JSON.parse(json);
  return units;
}
