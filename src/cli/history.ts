// History: what people of this city decided about categories, read from the store as labelled lines; nothing is copied or kept.
import type { Case } from '../core/case.ts';
import { isHidden } from '../core/case.ts';
import type { City } from '../core/city.ts';
import type { Labelled } from '../core/learn/corpus.ts';
import type { Store } from '../core/store.ts';
import { mask } from '../core/text/mask.ts';
import { normalise } from '../core/text/normalise.ts';

/** A labelled line with who put the category right and when; without them it is one that people let stand. */
export interface Decided extends Labelled {
  readonly caseNo: string;
  readonly by?: string;
  readonly at?: string;
}

export type HistoryStore = Pick<Store, 'auditTrail' | 'findCase' | 'findCases'>;

const PAGE = 500;
const MOST_CASES = 50_000;
/** As many characters as all other rules read. */
const READ = 20_000;
/** Dealt with under this category to the end, and nobody objected. */
export const STOOD: ReadonlySet<string> = new Set(['done', 'closed', 'follow_up', 'answered']);

/**
 * Corrected cases, and settled ones whose category stood: corrections alone are by their nature the model's errors, and a
 * comparison on them could only flatter the new one. Words are masked. Secret, anonymous and erased cases are left out.
 */
export async function historyOf(store: HistoryStore, city: City): Promise<Decided[]> {
  const corrections = await correctionsIn(store);
  const lines: Decided[] = [];
  for await (const c of casesOf(store, MOST_CASES)) {
    const correction = corrections.get(c.no);
    if (!correction && !STOOD.has(c.status)) continue;
    if (isHidden(c) || c.flags.includes('erased')) continue;
    const line = await lineOf(c, store, city);
    if (line) lines.push({ ...line, ...correction });
  }
  return lines.reverse();
}

async function correctionsIn(store: HistoryStore): Promise<Map<string, { by: string; at: string }>> {
  const found = new Map<string, { by: string; at: string }>();
  for (let before: number | undefined; ; ) {
    const page = await store.auditTrail({ limit: PAGE, ...(before === undefined ? {} : { before }) });
    for (const { action, subject, detail, actor, at } of page)
      if (action === 'case.correct' && detail?.category !== undefined && !found.has(subject))
        found.set(subject, { by: actor, at });
    before = page.at(-1)?.id;
    if (before === undefined || page.length < PAGE) return found;
  }
}

/** Newest first, at most `most`. */
export async function* casesOf(store: Pick<Store, 'findCases'>, most: number): AsyncGenerator<Case> {
  let after: string | undefined;
  for (let seen = 0; seen < most; seen += PAGE) {
    const page = await store.findCases({ limit: PAGE, ...(after === undefined ? {} : { after }) });
    yield* page;
    after = page.at(-1)?.no;
    if (after === undefined || page.length < PAGE) return;
  }
}

async function lineOf(c: Case, store: HistoryStore, city: City): Promise<Decided | undefined> {
  const [best] = c.category;
  if (!best || best.code === city.otherCategory.code) return undefined;
  const said = (await store.findCase(c.no, { said: true }))?.said;
  if (!said) return undefined;
  const names = [said.name, said.address].flatMap((one) => (one ? [normalise(one)] : []));
  const words = (text: string): string => mask(normalise(text.slice(0, READ)), names);
  return {
    caseNo: c.no,
    title: words(said.title ?? ''),
    text: words(said.text),
    label: best.level1,
    ...(c.matter ? { group: c.matter.id } : {}),
  };
}
