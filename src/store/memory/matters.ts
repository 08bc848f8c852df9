// Matters: opened with their first case, grown by the next ones, left by those that move.
import type { Decision } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { matterExists, noMatter } from '../refusals.ts';
import type { Ground } from './ground.ts';

const MOST_LISTED = 1000;

export type Growth = NonNullable<Decision['matter']>;

/** One case more: opens the matter when told to. Call inside a deed. */
export function grow(ground: Ground, { id, open, at }: Growth, tenant: string): void {
  const known = ground.matters.get(id);
  if (open) {
    if (known) throw matterExists();
    const { title, category, division, unit, openedAt, state } = open;
    ground.matters.set(id, {
      ...{ id, tenant: open.tenant, title, category },
      ...(division === undefined ? {} : { division }),
      ...(unit === undefined ? {} : { unit }),
      ...{ size: 1, openedAt, lastAt: at, state },
    });
    return;
  }
  if (!known || known.tenant !== tenant) throw noMatter(id, tenant);
  const state = known.size === 0 ? 'open' : known.state;
  ground.matters.set(id, { ...known, size: known.size + 1, lastAt: at, state });
}

/** One case less. An emptied matter is kept, closed: the case may come back. */
export function shrink(ground: Ground, id: string): void {
  const known = ground.matters.get(id);
  if (!known) return;
  const state = known.size <= 1 ? 'closed' : known.state;
  ground.matters.set(id, { ...known, size: Math.max(known.size - 1, 0), state });
}

export function openMatterReader(ground: Ground): Pick<Direct, 'findMatter'> {
  return {
    findMatter(id) {
      const row = ground.matters.get(id);
      if (!row || row.size === 0) return undefined;
      const ids = ground.members.of(id).slice(0, MOST_LISTED);
      return { ...row, cases: ids.flatMap((caseId) => ground.caseNos[caseId - 1] ?? []) };
    },
  };
}
