// Follow: a message joins an open case. The case moves on by one version, or the batch was decided on an old one.
import type { Message } from '../../core/message.ts';
import { reopened } from '../../core/reopening.ts';
import type { Decision } from '../../core/store.ts';
import { CASE_COLUMNS, type CaseRow, keptValues, OPEN_COLUMNS, openCase } from './case-rows.ts';
import type { Ground } from './ground.ts';
import type { DataKey, Seals } from './seals.ts';

/** Thrown inside a transaction to leave it without a trace; the caller answers `stale`. */
export class Refused extends Error {}

export type Follower = (
  follow: NonNullable<Decision['follow']>,
  message: Message | undefined,
) => { id: number; key: DataKey };

export function openFollower(ground: Ground, seals: Seals): Follower {
  const { db } = ground;
  const select = db.prepare<[string], { id: number; version: number; vault: number }>(
    'SELECT id, version, vault FROM cases WHERE no = ? AND erased = 0',
  );
  const whole = db.prepare<[number], CaseRow>(`SELECT ${CASE_COLUMNS} FROM cases WHERE id = ?`);
  const touch = db.prepare(
    `UPDATE cases SET version = version + 1, messages = messages + 1, last_at = max(last_at, ?), updated_at = ?,
     urged = urged + ? WHERE id = ?`,
  );
  const replace = db.prepare(
    `UPDATE cases SET urged = 0, ${OPEN_COLUMNS.map((c) => `${c} = ?`).join(', ')} WHERE id = ?`,
  );

  /** A danger told in a follow-up changes the case itself, not only its clock. */
  function apply(id: number, { reopen, set }: NonNullable<Decision['follow']>): void {
    const row = whole.get(id);
    if (!row) throw new Refused();
    const c = openCase(row);
    replace.run(...keptValues({ ...(reopen ? reopened(c, reopen) : c), ...set }, row), id);
  }

  return (follow, message) => {
    const row = select.get(follow.no);
    const key = row && seals.find(row.vault);
    if (!row || !key || row.version !== follow.expectVersion) throw new Refused();
    const updatedAt = message?.receivedAt ?? new Date(ground.now()).toISOString();
    ground.lately.changed(row.id);
    touch.run(follow.lastAt, updatedAt, follow.urges ? 1 : 0, row.id);
    if (follow.set || follow.reopen) apply(row.id, follow);
    return { id: row.id, key };
  };
}
