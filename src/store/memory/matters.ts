// Matters: opened with their first case, grown by the next ones, left by those that move.
import type { Decision } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { matterExists, noMatter } from '../refusals.ts';
import type { Ground } from './ground.ts';

const MOST_LISTED = 1000;

export type Growth = NonNullable<Decision['matter']>;

/** One case more: opens the matter when told to. Call inside a deed. */
export function grow(ground: Ground, { id, open, at, urgency, again }: Growth, tenant: string): void {
  const known = ground.matters.get(id);
  if (open) {
    if (known) throw matterExists();
    const { title, category, division, unit, openedAt, state } = open;
    ground.matters.set(id, {
      ...{ id, tenant: open.tenant, title, category },
      ...(division === undefined ? {} : { division }),
      ...(unit === undefined ? {} : { unit }),
      ...{ size: 1, reporters: 1, openedAt, lastAt: at, state, grown: ground.now(), apart: [] },
      urgency: urgency ?? open.urgency ?? 'normal',
    });
    return;
  }
  if (!known || known.tenant !== tenant) throw noMatter(id, tenant);
  const state = known.size === 0 ? 'open' : known.state;
  const reporters = known.size === 0 ? 1 : known.reporters + (again ? 0 : 1);
  ground.matters.set(id, {
    ...known,
    ...{ size: known.size + 1, reporters, lastAt: at, state, grown: ground.now() },
    ...(urgency ? { urgency } : {}),
  });
}

/** One case less. An emptied matter is kept, closed: the case may come back. */
export function shrink(ground: Ground, id: string): void {
  const known = ground.matters.get(id);
  if (!known) return;
  const state = known.size <= 1 ? 'closed' : known.state;
  const reporters = Math.max(Math.min(known.reporters, known.size - 1), 1);
  ground.matters.set(id, { ...known, size: Math.max(known.size - 1, 0), reporters, state });
}

export function openMatterReader(ground: Ground): Pick<Direct, 'findMatter'> {
  return {
    findMatter(id) {
      const row = ground.matters.get(id);
      if (!row || row.size === 0) return undefined;
      const ids = ground.members.of(id).slice(0, MOST_LISTED);
      const { grown: _grown, apart: _apart, ...matter } = row;
      return { ...matter, cases: ids.flatMap((caseId) => ground.caseNos[caseId - 1] ?? []) };
    },
  };
}
