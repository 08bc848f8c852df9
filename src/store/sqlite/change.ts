// Change: what a person or a unit decides about one case: the case after it, its events and the audit line, in one transaction.
import type { AuditEntry } from '../../core/access.ts';
import type { Case } from '../../core/case.ts';
import type { Message } from '../../core/message.ts';
import type { Change, Changed, Move } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { matterToken } from '../recent.ts';
import { erasedCase } from '../refusals.ts';
import { saidIn } from '../said.ts';
import { deliveryBlind } from './blinds.ts';
import { CASE_COLUMNS, type CaseRow, keptValues, OPEN_COLUMNS, type ReadSecret } from './case-rows.ts';
import type { Ground } from './ground.ts';
import type { Append } from './log.ts';
import type { MatterRows } from './matters.ts';
import type { RulingRows } from './rulings.ts';
import { casePlace, type DataKey, messagePlace, type Seals, sealJson } from './seals.ts';
import type { Witness } from './witness.ts';

type Target = Move['to'];
type Step = Pick<Move, 'change'> & { readonly to?: Target };

export interface ChangeParts {
  readonly ground: Ground;
  readonly seals: Seals;
  readonly append: Append;
  readonly matters: MatterRows;
  readonly witness: Witness;
  readonly readSecret: ReadSecret;
  readonly rulings: RulingRows;
}

export function openChange(parts: ChangeParts): Pick<Direct, 'change' | 'moveMatter' | 'moveMatters'> {
  const { ground, seals, matters } = parts;
  const { db, keyring } = ground;
  const select = db.prepare<[string], CaseRow>(`SELECT ${CASE_COLUMNS} FROM cases WHERE no = ?`);
  const update = db.prepare(
    `UPDATE cases SET urged = 0, last_at = max(last_at, ?), sealed = ?, ${OPEN_COLUMNS.map((c) => `${c} = ?`).join(', ')}
     WHERE id = ?`,
  );
  const insert = db.prepare(
    'INSERT INTO messages (id, delivery, content, case_id, vault, at, tenant, level, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const done = db.prepare<[Buffer], { asked: Buffer | null }>('SELECT asked FROM idempotency WHERE key = ?');
  const mark = db.prepare('INSERT INTO idempotency (key, at, asked) VALUES (?, ?, ?)');

  const size = db.prepare<[string], number>('SELECT size FROM matters WHERE id = ?').pluck();
  const sizeOf = (id: string): number => size.get(id) ?? 0;

  function putMessage(message: Message, caseId: number, key: DataKey): void {
    const id = ground.next('message');
    const delivery = deliveryBlind(keyring, message.account, message.externalId, message.direction);
    const content = keyring.blind('content', message.contentHash);
    const sealed = sealJson(key.key, { message }, messagePlace(id));
    const at = Date.parse(message.receivedAt);
    insert.run(id, delivery, content, caseId, key.vault, at, message.tenant, message.level, sealed);
  }

  /** New words for the case are sealed in its row; without them the seal stays where it is. */
  function sealedOf(c: Case, row: CaseRow, key: DataKey | undefined): Buffer | null {
    if (!c.said || !key) return row.sealed;
    const { said: _said, ...kept } = parts.readSecret(row);
    return sealJson(key.key, { ...kept, said: c.said }, casePlace(c.no));
  }

  function put(change: Change, row: CaseRow, to: Target | undefined): void {
    const c = change.case;
    const key = row.erased === 1 ? undefined : seals.find(row.vault);
    const said = saidIn(change);
    if (said.length > 0 && !key) throw erasedCase(c.no);
    const values = keptValues(c, row, to?.id);
    const lastAt = Math.max(0, ...said.map((m) => Date.parse(m.receivedAt)));
    ground.lately.changed(row.id);
    update.run(lastAt, sealedOf(c, row, key), ...values, row.id);
    if (to && to.id !== row.matter) {
      if (row.matter) matters.shrink(row.matter);
      matters.grow({ id: to.id, at: c.updatedAt, ...(to.open ? { open: to.open } : {}) }, c.tenant);
    }
    if (key) for (const message of said) putMessage(message, row.id, key);
    parts.witness(change.audit);
    parts.append(change.events);
  }

  /** Under the key's name, so that the same content under two keys does not look alike. */
  function blindsOf({ idempotencyKey: name, asked }: Change): { readonly key?: Buffer; readonly asked?: Buffer } {
    if (name === undefined) return {};
    const key = keyring.blind('idempotency', name);
    return asked === undefined ? { key } : { key, asked: keyring.blind('idempotency', name, asked) };
  }

  function decide(steps: readonly Step[], audit?: AuditEntry): Changed {
    const [first] = steps;
    if (!first) return 'ok';
    const { key, asked } = blindsOf(first.change);
    const before = key && done.get(key);
    if (before) return asked && before.asked && !asked.equals(before.asked) ? 'reused' : 'repeated';
    const rows: CaseRow[] = [];
    for (const { change } of steps) {
      const row = select.get(change.case.no);
      if (!row || row.version !== change.expectVersion) return 'stale';
      rows.push(row);
    }
    if (steps.some(({ change }) => change.expectSizes?.some(({ id, size }) => sizeOf(id) !== size))) return 'stale';
    const moved = steps.flatMap(({ to }, n) => (to ? [rows[n]?.matter, to.id] : [])).flatMap((id) => id ?? []);
    const touched = ground.commit(() => {
      if (key) mark.run(key, ground.now(), asked ?? null);
      steps.forEach(({ change, to }, n) => {
        const row = rows[n];
        if (row) put(change, row, to);
      });
      if (audit) parts.witness(audit);
      return ruled(steps, rows, moved);
    });
    // Who decided on a matter or the case before this must look again.
    const known = rows.flatMap((row) => row.matter ?? []);
    ground.recent.note(ground.head, [...new Set([...known, ...moved, ...touched])].map(matterToken));
    return 'ok';
  }

  function ruled(steps: readonly Step[], rows: readonly CaseRow[], moved: readonly string[]): string[] {
    for (const { change } of steps) parts.rulings.put(change);
    if (moved.length === 0 && steps.every(({ change }) => !change.rulings)) return [];
    const own = rows.flatMap((row) => row.matter ?? []);
    return parts.rulings.settle(
      rows.map((row) => row.id),
      [...new Set([...own, ...moved])],
    );
  }

  return {
    change: (change) => decide([{ change }]),
    moveMatter: (change, to) => decide([{ change, to }]),
    moveMatters: (moves, audit) => decide(moves, audit),
  };
}
