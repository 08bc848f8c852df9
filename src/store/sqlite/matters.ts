// Matters: opened with their first case, grown by the next ones, and the tale of their members for readers.
import type { Matter } from '../../core/matter.ts';
import type { Decision } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { noMatter } from '../refusals.ts';
import type { Ground } from './ground.ts';

const MOST_LISTED = 1000;

export interface MatterRow {
  readonly id: string;
  readonly tenant: string;
  readonly title: string;
  readonly category: string;
  readonly division: string | null;
  readonly unit: string | null;
  readonly size: number;
  readonly reporters: number;
  readonly urgency: Matter['urgency'];
  readonly opened_at: string;
  readonly last_at: string;
  readonly state: Matter['state'];
}

export type Growth = NonNullable<Decision['matter']>;

/** Both are called inside a transaction. */
export interface MatterRows {
  /** One case more: opens the matter when told to. Rejects with `no_matter` when there is none to grow. */
  grow(growth: Growth, tenant: string): void;
  /** One case less. An emptied matter is kept, closed: the case may come back. */
  shrink(id: string): void;
}

export function openMatterRows(ground: Ground): MatterRows {
  const { db, lately } = ground;
  const insert = db.prepare(
    `INSERT INTO matters (id, tenant, title, category, division, unit, size, opened_at, last_at, state, urgency, grown)
     VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)`,
  );
  const grow = db.prepare(
    `UPDATE matters SET size = size + 1, reporters = CASE size WHEN 0 THEN 1 ELSE reporters + ? END, last_at = ?,
       grown = ?, urgency = coalesce(?, urgency), state = CASE size WHEN 0 THEN 'open' ELSE state END
     WHERE id = ? AND tenant = ?`,
  );
  const shrink = db.prepare(
    `UPDATE matters SET size = max(size - 1, 0), reporters = max(min(reporters, size - 1), 1),
       state = CASE WHEN size <= 1 THEN 'closed' ELSE state END WHERE id = ?`,
  );
  return {
    grow({ id, open, at, urgency, again }, tenant) {
      lately.altered(id);
      const now = ground.now();
      if (open) {
        const { title, category, division, unit, openedAt, state } = open;
        const rank = urgency ?? open.urgency ?? 'normal';
        insert.run(id, open.tenant, title, category, division ?? null, unit ?? null, openedAt, at, state, rank, now);
      } else if (grow.run(again ? 0 : 1, at, now, urgency ?? null, id, tenant).changes === 0) {
        throw noMatter(id, tenant);
      }
    },
    shrink(id) {
      lately.altered(id);
      shrink.run(id);
    },
  };
}

export const MATTER_COLUMNS =
  'id, tenant, title, category, division, unit, size, reporters, urgency, opened_at, last_at, state';

export function matterOf(row: MatterRow): Omit<Matter, 'cases'> {
  const { opened_at: openedAt, last_at: lastAt, division, unit, ...rest } = row;
  return {
    ...rest,
    ...(division === null ? {} : { division }),
    ...(unit === null ? {} : { unit }),
    openedAt,
    lastAt,
  };
}

export function openMatterReader({ db }: Ground): Pick<Direct, 'findMatter'> {
  const select = db.prepare<[string], MatterRow>(`SELECT ${MATTER_COLUMNS} FROM matters WHERE id = ? AND size > 0`);
  const members = db
    .prepare<[string], string>(`SELECT no FROM cases WHERE matter = ? ORDER BY id LIMIT ${MOST_LISTED}`)
    .pluck();
  return {
    findMatter(id) {
      const row = select.get(id);
      return row && { ...matterOf(row), cases: members.all(id) };
    },
  };
}
