// Growth: what a new case does to the matter it joins, and whose many cases it is one of.
import type { Urgency } from './case.ts';
import type { Given, KnownCase } from './draft.ts';

const DAY = 86_400_000;
const RANKS: readonly Urgency[] = ['normal', 'urgent', 'emergency'];

/** Whether its sender stands in the matter already, and to what the matter's urgency rises: by what is openly said, or by how many say it. */
export function growthOf(
  said: Urgency,
  other: KnownCase,
  { known, city }: Given,
): { again?: boolean; urgency?: Urgency } {
  const { id, size, reporters = size, urgency = 'normal' } = other.matter;
  const own = new Set([...known.stated, ...known.mine.map((one) => one.no)]);
  const again =
    known.statedIn?.includes(id) === true ||
    [...known.alike, ...known.mine].some((one) => one.matter.id === id && own.has(one.no));
  const many: Urgency = reporters + (again ? 0 : 1) >= city.relate.urgentFrom ? 'urgent' : 'normal';
  const highest = Math.max(RANKS.indexOf(many), RANKS.indexOf(said));
  const rises = highest > RANKS.indexOf(urgency) ? RANKS[highest] : undefined;
  return { ...(again ? { again } : {}), ...(rises ? { urgency: rises } : {}) };
}

/** Of whom much came within a day, on matters of every kind: told to the desk with each new case. */
export function isFrequent({ known, now, city }: Given): boolean {
  return known.mine.filter((one) => Math.abs(now - one.lastAt) < DAY).length >= city.relate.frequentFrom;
}
