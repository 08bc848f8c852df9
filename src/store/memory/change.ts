// Change: what a person or a unit decides about one case: the case after it, its events and the audit line, as one deed.
import type { Change, Changed } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { matterToken } from '../recent.ts';
import { erasedCase } from '../refusals.ts';
import { saidIn } from '../said.ts';
import { openPart } from './case-view.ts';
import { type CaseRow, copy, type Ground } from './ground.ts';
import { append } from './log.ts';
import { type Growth, grow, shrink } from './matters.ts';
import { witness } from './trail.ts';
import { putDelivered } from './write.ts';

type Target = { readonly id: string; readonly open?: NonNullable<Growth['open']> };

export function openChange(ground: Ground): Pick<Direct, 'change' | 'moveMatter'> {
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
  function decide(change: Change, to?: Target): Changed {
    const { idempotencyKey: key, asked } = change;
    const before = key === undefined ? undefined : ground.done.get(key);
    if (before) return asked !== undefined && (before.asked ?? asked) !== asked ? 'reused' : 'repeated';
    const row = ground.cases.get(change.case.no);
    if (!row || row.open.version !== change.expectVersion) return 'stale';
    ground.commit(() => {
      if (key !== undefined) ground.done.set(key, { at: ground.now(), ...(asked === undefined ? {} : { asked }) });
      put(change, row, to);
    });
    // Who decided on the matter's size or the case before this must look again.
    const touched = [row.matter, to?.id].flatMap((id) => (id === undefined ? [] : [matterToken(id)]));
    ground.recent.note(ground.head, touched);
    return 'ok';
  }

  return {
    change: (change) => decide(change),
    moveMatter: (change, to) => decide(change, to),
  };
}
