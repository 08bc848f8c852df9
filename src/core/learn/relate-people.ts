// Learning from people: what they said about pairs of cases, on top of what a model of relating knows; only a better model takes over.
import { plainlyAgainst } from '../relate/against.ts';
import { matcher, oddsOf, probability, type Tables, type Weights } from '../relate/model.ts';
import { fitMore, type Row } from './relate-fit.ts';
import { foldsOf, type Judged, type PairRow, rowsOf } from './relate-train.ts';

/** Of pairs nobody learnt from: how many each model's machine would deal with rightly, and which only one of the two would. */
export interface PairComparison {
  readonly pairs: number;
  readonly running: number;
  readonly fresh: number;
  readonly won: number;
  readonly lost: number;
  readonly better: boolean;
}

const SLICES = 5;

/**
 * `people`: cases of the city with what was ruled about them. `base`: judged messages the running model comes from, so that it
 * forgets nothing; may be left out. Answers the weights with trees of the city's own, which take the place of earlier ones,
 * and the comparison: each fifth of the pairs was judged by a model that learnt from the others alone.
 */
export function learnFromPeople(
  running: { readonly weights: Weights; readonly tables: Tables },
  people: Judged,
  base?: Judged,
): { weights: Weights; comparison: PairComparison } {
  const { weights, tables } = running;
  const bare = matcher(weights, tables);
  const known = base ? rowsOf(base, bare) : [];
  const rows = rowsOf(people, bare);
  const fold = foldsOf(people, SLICES);
  const slices = Array.from({ length: SLICES }, (_, slice) => {
    const [test, rest] = [
      rows.filter(({ id }) => fold.get(id) === slice),
      rows.filter(({ id }) => fold.get(id) !== slice),
    ];
    return comparePairs(weights, fitMore(weights, [...known, ...rest]), test);
  });
  return { weights: fitMore(weights, [...known, ...rows]), comparison: sumOf(slices) };
}

interface Score {
  readonly pairs: number;
  readonly old: number;
  readonly now: number;
  readonly won: number;
  readonly lost: number;
}

/** What plain signs bar whatever a model says is left out. */
function comparePairs(running: Weights, fresh: Weights, test: readonly PairRow[]): Score {
  let [pairs, old, now, won, lost] = [0, 0, 0, 0, 0];
  const [oddsBefore, oddsAfter] = [oddsOf(running), oddsOf(fresh)];
  /** The machine joins what is one matter, and leaves alone what is none. */
  const isRight = (odds: number, { same }: Row): boolean => probability(odds) >= running.bands.sure === same;
  for (const row of test.filter(({ said: [one, other] }) => plainlyAgainst(one, other).length === 0)) {
    pairs++;
    const [before, after] = [isRight(oddsBefore(row.values), row), isRight(oddsAfter(row.values), row)];
    old += before ? 1 : 0;
    now += after ? 1 : 0;
    if (after && !before) won++;
    if (before && !after) lost++;
  }
  return { pairs, old, now, won, lost };
}

/** Better: more wins than losses, by more than the toss of a coin would often give (a sign test of one standard deviation). */
function sumOf(slices: readonly Score[]): PairComparison {
  const sum = (of: (one: Score) => number): number => slices.reduce((all, one) => all + of(one), 0);
  const [pairs, won, lost] = [sum((one) => one.pairs), sum((one) => one.won), sum((one) => one.lost)];
  const share = (part: number): number => Math.round((part / Math.max(1, pairs)) * 10_000) / 10_000;
  return {
    ...{ pairs, running: share(sum((one) => one.old)), fresh: share(sum((one) => one.now)), won, lost },
    better: won - lost > Math.sqrt(won + lost),
  };
}
