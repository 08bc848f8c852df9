// Train: from a judged stream to a model of relating: candidates as the door finds them, rows, weights.
import { FEATURES } from '../relate/features.ts';
import { type Bands, type Matcher, matcher, type Saying, type Tables, type Weights } from '../relate/model.ts';
import { gramsOf } from '../relate/reading.ts';
import { tableOf } from '../relate/table.ts';
import { fitWeights, type Row } from './relate-fit.ts';
import { fitLatent } from './relate-latent.ts';

/** `by`: who said it, where it is known. */
export interface Heard extends Saying {
  readonly id: string;
  readonly by?: string;
}

export interface Judged {
  /** In time order. */
  readonly stream: readonly Heard[];
  readonly clusters: readonly (readonly string[])[];
  /** Pairs people said are one matter: they weigh as much as those judged apart, however large the matter. */
  readonly together?: readonly (readonly [string, string])[];
  /** Pairs judged to be two matters, and pairs about which judges could differ. */
  readonly apart: readonly (readonly [string, string])[];
  readonly unclear: readonly (readonly [string, string])[];
  /** Other texts of the trade, for what is a common word. */
  readonly outside: readonly string[];
}

/** `id`: of the later message. `said`: the masked words of both. */
export interface PairRow extends Row {
  readonly id: string;
  readonly said: readonly [string, string];
}

const HARD = 4;

/** The folds keep together what gold, judged-different and unclear pairs link. Answers the fold of each id. */
export function foldsOf(judged: Judged, folds: number): Map<string, number> {
  const root = new Map<string, string>();
  const find = (id: string): string => {
    const up = root.get(id) ?? id;
    return up === id ? id : find(up);
  };
  const link = (a: string, b: string): void => void root.set(find(a), find(b));
  for (const [first = '', ...rest] of judged.clusters) for (const id of rest) link(id, first);
  for (const [a, b] of [...judged.apart, ...judged.unclear, ...(judged.together ?? [])]) link(a, b);
  const fold = new Map<string, number>();
  const components = new Map<string, number>();
  const sizes = new Array<number>(folds).fill(0);
  for (const { id } of judged.stream) {
    const top = find(id);
    const own = components.get(top) ?? sizes.indexOf(Math.min(...sizes));
    components.set(top, own);
    sizes[own] = (sizes[own] ?? 0) + 1;
    fold.set(id, own);
  }
  return fold;
}

/** `leaveOut`: ids whose pairs the weights must not see. Their texts do not count in the tables either. */
export function trainRelate(
  judged: Judged,
  leaveOut: ReadonlySet<string> = new Set(),
): { weights: Weights; tables: Tables } {
  const stream = judged.stream.filter(({ id }) => !leaveOut.has(id));
  const seen = { ...judged, stream };
  const tables = tablesOf(seen);
  const rows = rowsOf(seen, matcher(NO_WEIGHTS, tables));
  const about = { messages: stream.length, texts: tables.grams.texts, rows: rows.length };
  return {
    tables,
    weights: {
      ...fitWeights(rows),
      features: FEATURES,
      bands: BANDS,
      about: { ...about, same: rows.filter((r) => r.same).length },
    },
  };
}

/**
 * What words are common, and what stands together. A matter counts as one text for how common a word is: told by fifty
 * people its name would else pass for vocabulary, and be no name any more in the fifty's own comparisons.
 */
export function tablesOf({ stream, clusters, outside }: Pick<Judged, 'stream' | 'clusters' | 'outside'>): Tables {
  const told = new Map(clusters.flatMap((ids, n) => ids.map((id) => [id, n] as const)));
  const matters = new Map<string | number, Set<number>>();
  for (const { id, masked } of stream) {
    const matter = told.get(id) ?? id;
    const grams = matters.get(matter) ?? new Set();
    for (const gram of gramsOf(masked)) grams.add(gram);
    matters.set(matter, grams);
  }
  const texts = [...outside, ...stream.map(({ masked }) => masked)];
  return {
    grams: tableOf([...outside.map((text) => gramsOf(text)), ...matters.values()]),
    latent: fitLatent(texts.map((text) => gramsOf(text, true))),
  };
}

/** Read off cross-validated answers: the lowest with 97 % of joins right; 6 % of judged-different pairs in what people are asked. */
const BANDS: Bands = { sure: 0.72, unsure: 0.5, own: 0.8 };
const NO_WEIGHTS: Weights = {
  ...{ features: FEATURES, mean: [], scale: [], weights: [], bias: 0, treeBias: 0, trees: [], bands: BANDS, about: {} },
};

/** Each message against those before it which the door would look at, or of which judges spoke; `bare` reads, its weights do not matter. */
export function rowsOf({ stream, clusters, together = [], apart, unclear }: Judged, bare: Matcher): PairRow[] {
  const clusterOf = new Map(clusters.flatMap((ids, n) => ids.map((id) => [id, { n, size: ids.length }] as const)));
  const both = (pairs: readonly (readonly [string, string])[]) =>
    new Set(pairs.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
  const [hard, skipped, said] = [both(apart), both(unclear), both(together)];
  const byId = new Map(stream.map((one, n) => [one.id, n] as const));
  const partners = new Map<string, Set<string>>();
  for (const [a, b] of [...apart, ...together]) later(a, b);
  for (const ids of clusters) for (const [n, a] of ids.entries()) for (const b of ids.slice(n + 1, n + 40)) later(a, b);
  function later(a: string, b: string): void {
    const [x, y] = [byId.get(a), byId.get(b)];
    if (x === undefined || y === undefined) return;
    const [late, early] = x > y ? [a, b] : [b, a];
    partners.set(late, (partners.get(late) ?? new Set()).add(early));
  }
  const rows: PairRow[] = [];
  walk(stream, bare, (one, near) => {
    const added = [...(partners.get(one.id) ?? [])].flatMap((id) => stream[byId.get(id) ?? -1] ?? []);
    const others = [...new Set([...near, ...added])];
    const values = bare.rows(one, others);
    others.forEach((other, n) => {
      const pair = `${one.id} ${other.id}`;
      const cluster = clusterOf.get(one.id);
      const [judged, ruled] = [hard.has(pair), said.has(pair)];
      const same = ruled || (!judged && cluster !== undefined && cluster.n === clusterOf.get(other.id)?.n);
      if (skipped.has(pair)) return;
      const weight = judged || ruled ? HARD : same ? Math.min(2, HARD / (cluster?.size ?? 1)) : 1;
      rows.push({ values: values[n] ?? [], same, weight, id: one.id, said: [one.masked, other.masked] });
    });
  });
  return rows;
}

const MOST_MINE = 20;
const POSTINGS = 32;
const MOST_ALIKE = 8;
const LEAST_SHARED = 2;

/** Each message with those before it of the same person, and those that share most of its rare pairs, as the door's store finds them. */
function walk(stream: readonly Heard[], bare: Matcher, visit: (one: Heard, near: Heard[]) => void): void {
  const posted = new Map<number, number[]>();
  const said = new Map<string, number[]>();
  stream.forEach((one, n) => {
    const shared = new Map<number, number>();
    const rare = bare.rare(one.masked);
    for (const pair of rare)
      for (const at of (posted.get(pair) ?? []).slice(-POSTINGS)) shared.set(at, (shared.get(at) ?? 0) + 1);
    const enough = [...shared].filter(([, count]) => count >= LEAST_SHARED);
    const near = enough.sort((a, b) => b[1] - a[1] || b[0] - a[0]).slice(0, MOST_ALIKE);
    const own = one.by === undefined ? [] : (said.get(one.by) ?? []).slice(-MOST_MINE);
    visit(
      one,
      [...new Set([...own, ...near.map(([at]) => at)])].flatMap((at) => stream[at] ?? []),
    );
    for (const pair of rare) posted.set(pair, [...(posted.get(pair) ?? []), n]);
    if (one.by !== undefined) said.set(one.by, [...(said.get(one.by) ?? []), n]);
  });
}
