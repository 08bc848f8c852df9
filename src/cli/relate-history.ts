// Relating's history: what people of this city said about pairs of cases, and settled matters that stood, read from the store; nothing is copied or kept.
import { type Case, isHidden } from '../core/case.ts';
import type { City } from '../core/city.ts';
import type { Heard, Judged } from '../core/learn/relate-train.ts';
import { prepare } from '../core/pipeline.ts';
import type { RulingLine } from '../core/ruling.ts';
import type { Store } from '../core/store.ts';
import { casesOf, STOOD } from './history.ts';

export type RulingStore = Pick<Store, 'rulings' | 'findCase' | 'findCases' | 'messagesOf'>;

const PAGE = 500;
/** The newest settled ones; those ruled upon come in addition. */
const MOST_STOOD = 3_000;

/** Ready to learn from, and how many of its pairs people spoke of. */
export interface Ruled {
  readonly judged: Judged;
  readonly rulings: number;
}

/**
 * Pairs people spoke of, and settled cases whose matters nobody objected to: rulings alone are by their nature the model's errors.
 * Words are masked, as the door compares them. Secret, anonymous and erased cases are left out.
 */
export async function rulingsIn(store: RulingStore, city: City): Promise<Ruled> {
  const ruled = await allRulings(store);
  const cases = await casesFor(store, ruled);
  const pairs = ruled
    .map(({ cases: pair, same }) => ({ pair, same }))
    .filter(({ pair }) => pair.every((no) => cases.has(no)));
  const stream: Heard[] = [];
  for (const c of cases.values()) stream.push(...(await heard(c, store, city)));
  const spoken = new Set(pairs.flatMap(({ pair: [a, b] }) => [`${a} ${b}`, `${b} ${a}`]));
  const unclear = [...cases.values()].flatMap(undecided).filter(([a, b]) => !spoken.has(`${a} ${b}`));
  const of = (same: boolean) => pairs.flatMap((one) => (one.same === same ? [one.pair] : []));
  return {
    rulings: pairs.length,
    judged: {
      stream: stream.sort((a, b) => a.at - b.at),
      clusters: mattersOf([...cases.values()]),
      ...{ together: of(true), apart: of(false), unclear, outside: [] },
    },
  };
}

async function allRulings(store: RulingStore): Promise<RulingLine[]> {
  const all: RulingLine[] = [];
  for (;;) {
    const after = all.at(-1)?.cases;
    const page = await store.rulings({ limit: PAGE, ...(after ? { after } : {}) });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

async function casesFor(store: RulingStore, ruled: readonly RulingLine[]): Promise<Map<string, Case>> {
  const found = new Map<string, Case>();
  const keep = (c: Case | undefined): void => {
    if (c && !isHidden(c) && c.kind !== 'report' && !c.flags.includes('erased')) found.set(c.no, c);
  };
  for await (const c of casesOf(store, MOST_STOOD)) if (STOOD.has(c.status)) keep(c);
  for (const no of new Set(ruled.flatMap(({ cases }) => cases))) if (!found.has(no)) keep(await store.findCase(no));
  return found;
}

/** What opened the case, as the door would read it today. */
async function heard(c: Case, store: RulingStore, city: City): Promise<Heard[]> {
  const [first] = await store.messagesOf(c.no);
  if (!first) return [];
  return [{ id: c.no, masked: prepare(first, city).words.masked, at: Date.parse(first.sentAt) }];
}

function mattersOf(cases: readonly Case[]): string[][] {
  const matters = new Map<string, string[]>();
  for (const { no, matter } of cases) if (matter) matters.set(matter.id, [...(matters.get(matter.id) ?? []), no]);
  return [...matters.values()].filter((numbers) => numbers.length > 1);
}

/** A person was asked and has not answered: nobody knows. */
function undecided(c: Case): [string, string][] {
  const open = c.proposals.filter(({ type, decided }) => type === 'join' && decided === undefined);
  return open.flatMap(({ value }) => candidatesIn(value.candidates)).map((no) => [c.no, no]);
}

function candidatesIn(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one) => (typeof one?.caseNo === 'string' ? [one.caseNo] : []));
}
