// Change: what a person or a unit decides about one case: the case after it, its events and the audit line, as one deed.
import type { AuditEntry } from '../../core/access.ts';
import type { Change, Changed, Move } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { matterToken } from '../recent.ts';
import { erasedCase } from '../refusals.ts';
import { saidIn } from '../said.ts';
import { openPart } from './case-view.ts';
import { type CaseRow, copy, type Ground } from './ground.ts';
import { append } from './log.ts';
import { grow, shrink } from './matters.ts';
import { rule, settleRulings } from './rulings.ts';
import { witness } from './trail.ts';
import { putDelivered } from './write.ts';

type Target = Move['to'];
type Step = Pick<Move, 'change'> & { readonly to?: Target };

export function openChange(ground: Ground): Pick<Direct, 'change' | 'moveMatter' | 'moveMatters'> {
  const sizeOf = (id: string): number => ground.matters.get(id)?.size ?? 0;

  function put(change: Change, row: CaseRow, to: Target | undefined): void {
    const c = change.case;
    const said = saidIn(change);
    if (said.length > 0 && row.erased) throw erasedCase(c.no);
    const lastAt = Math.max(row.lastAt, ...said.map((m) => Date.parse(m.receivedAt)));
    ground.cases.set(c.no, {
      ...row,
      open: openPart(c),
      lastAt,
      ...(c.said && !row.erased ? { said: copy(c.said) } : {}),
      ...(to ? { matter: to.id } : {}),
      messages: [...row.messages, ...copy(said)],
    });
    if (to && to.id !== row.matter) move(row, to, change);
    for (const message of said) putDelivered(ground, message);
    witness(ground, change.audit);
    append(ground, change.events);
  }

  function move(row: CaseRow, to: Target, { case: c }: Change): void {
    if (row.matter !== undefined) {
      shrink(ground, row.matter);
      ground.members.remove(row.matter, row.id);
    }
    grow(ground, { id: to.id, at: c.updatedAt, ...(to.open ? { open: to.open } : {}) }, c.tenant);
    ground.members.add(to.id, row.id);
  }

  /** The key is asked before the version: a repeat is no conflict. */
  function decide(steps: readonly Step[], audit?: AuditEntry): Changed {
    const [first] = steps;
    if (!first) return 'ok';
    const { idempotencyKey: key, asked } = first.change;
    const before = key === undefined ? undefined : ground.done.get(key);
    if (before) return asked !== undefined && (before.asked ?? asked) !== asked ? 'reused' : 'repeated';
    const rows: CaseRow[] = [];
    for (const { change } of steps) {
      const row = ground.cases.get(change.case.no);
      if (!row || row.open.version !== change.expectVersion) return 'stale';
      rows.push(row);
    }
    if (steps.some(({ change }) => change.expectSizes?.some(({ id, size }) => sizeOf(id) !== size))) return 'stale';
    const moved = steps.flatMap(({ to }, n) => (to ? [rows[n]?.matter, to.id] : [])).flatMap((id) => id ?? []);
    const touched = ground.commit(() => {
      if (key !== undefined) ground.done.set(key, { at: ground.now(), ...(asked === undefined ? {} : { asked }) });
      steps.forEach(({ change, to }, n) => {
        const row = rows[n];
        if (row) put(change, row, to);
      });
      if (audit) witness(ground, audit);
      return ruled(steps, rows, moved);
    });
    // Who decided on a matter or the case before this must look again.
    const known = rows.flatMap((row) => row.matter ?? []);
    ground.recent.note(ground.head, [...new Set([...known, ...moved, ...touched])].map(matterToken));
    return 'ok';
  }

  function ruled(steps: readonly Step[], rows: readonly CaseRow[], moved: readonly string[]): string[] {
    for (const { change } of steps) rule(ground, change);
    if (moved.length === 0 && steps.every(({ change }) => !change.rulings)) return [];
    const own = rows.flatMap((row) => row.matter ?? []);
    return settleRulings(
      ground,
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
