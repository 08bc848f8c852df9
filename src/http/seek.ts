// Seek: looks for cases in stretches, so that a rare filter keeps neither the store nor the caller waiting for a whole table.
import type { Case } from '../core/case.ts';
import type { CaseQuery } from '../core/store.ts';
import type { ApiStore } from './deps.ts';

/**
 * The store answers one question at a time, writers and readers in turn. Indexes would not bound this: each filter alone
 * could have one, but two common ones together may still match almost nothing. So a question never looks at more cases than
 * a stretch holds (some milliseconds), messages are taken in between, and one page looks at a city's year or so at most.
 */
const STRETCH = 5_000;
const MOST_STRETCHES = 80;

/** `reached` when it stopped with cases left to look at: where to go on. */
export async function soughtCases(
  query: CaseQuery,
  store: Pick<ApiStore, 'findCases' | 'caseBelow'>,
  signal: AbortSignal,
): Promise<{ readonly found: readonly Case[]; readonly reached?: string }> {
  if (!isRare(query)) return { found: await store.findCases(query) };
  const found: Case[] = [];
  let after = query.after;
  for (let stretch = 0; stretch < MOST_STRETCHES && !signal.aborted; stretch += 1) {
    const downTo = await store.caseBelow(after, STRETCH);
    const place = { ...(after === undefined ? {} : { after }), ...(downTo === undefined ? {} : { downTo }) };
    found.push(...(await store.findCases({ ...query, ...place, limit: query.limit - found.length })));
    if (downTo === undefined || found.length >= query.limit) return { found };
    after = downTo;
  }
  return { found, ...(after === undefined ? {} : { reached: after }) };
}

/** Everything else is found by an index: the order of cases, a unit's, a matter's, those with proposals. */
const isRare = ({ tenant, status, kind, category }: CaseQuery): boolean =>
  [tenant, status, kind, category].some((filter) => filter !== undefined);
