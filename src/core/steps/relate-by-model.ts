// Judging by the model: which matter among the candidates a message most likely speaks of, what speaks against it, and why in words.
import type { City } from '../city.ts';
import type { Draft, KnownCase, Weighed } from '../draft.ts';
import { type Matcher, probability } from '../relate/model.ts';
import { type Reason, reasonsAgainst } from './relate-against.ts';
import { type Explained, explain } from './relate-explain.ts';

/** A case with the likelihood that the draft is the same matter, and what plainly speaks against it. */
export interface Likely {
  readonly other: KnownCase;
  readonly score: number;
  readonly against: readonly Reason[];
}

export interface Verdict {
  /** The same person's open case, likely enough for a follow-up, and why. */
  readonly own?: Likely & { readonly why: string };
  /** How likely the draft is the same matter as each case of the same person, by number. */
  readonly mine: ReadonlyMap<string, number>;
  /** The most likely matter nothing plain speaks against, by its most likely case; its score is the matter's. */
  readonly first?: Likely;
  readonly weighed: Weighed;
}

const SHOWN = 3;
/** A matter's second case speaks, too: one strange report must not draw others after it. */
const SECOND = 0.3;

interface Compared {
  readonly other: KnownCase;
  readonly odds: number;
}

/** `mine`: open cases of the same person. `at`: when the draft was said, epoch ms. */
export function judge(
  draft: Draft,
  at: number,
  cases: { readonly mine: readonly KnownCase[]; readonly others: readonly KnownCase[] },
  { relate }: City,
  model: Matcher,
): Verdict {
  const all = [...cases.mine, ...cases.others];
  const odds = model.compare(
    { masked: draft.words.masked, at },
    all.map(({ masked, openedAt }) => ({ masked, at: openedAt })),
  );
  const compared = all.map((other, n) => ({ other, odds: odds[n] ?? 0 })).sort((a, b) => b.odds - a.odds);
  const own = follows(
    draft,
    compared.filter(({ other }) => cases.mine.includes(other)),
    relate.own,
  );
  const matters = mattersOf(compared);
  const likely = matters.filter(({ score }) => score >= relate.unsure);
  const first = nothingPlainAgainst(draft, likely);
  const band = first === undefined ? 'new' : isSure(first, relate.sure) ? 'sure' : 'unsure';
  const told = (): Explained | undefined => {
    const shown = first ?? (matters[0] && against(draft, matters[0]));
    return shown && explained(draft, at, shown, band, model);
  };
  return {
    ...(own ? { own: { ...own, why: explain(explained(draft, at, own, 'sure', model)) } } : {}),
    mine: new Map(
      compared
        .filter(({ other }) => cases.mine.includes(other))
        .map(({ other, odds }) => [other.no, probability(odds)]),
    ),
    ...(first ? { first } : {}),
    weighed: {
      band,
      candidates: candidates(matters, first),
      // Most messages are new and nobody asks why: it is written when somebody does.
      get why() {
        return explain(told());
      },
    },
  };
}

export const isSure = ({ score, against }: Likely, sure: number): boolean => score >= sure && against.length === 0;

function follows(draft: Draft, mine: readonly Compared[], own: number): Likely | undefined {
  return mine
    .map(({ other, odds }) => ({ other, score: probability(odds) }))
    .filter(({ score }) => score >= own)
    .map((one) => against(draft, one))
    .find((one) => !one.against.some(({ soft, what }) => !soft || what === 'kind'));
}

/** The likeliest that nothing plain speaks against; what is plain is looked for no further than it must be. */
function nothingPlainAgainst(draft: Draft, likely: readonly Matched[]): Likely | undefined {
  for (const matter of likely) {
    const one = against(draft, matter);
    if (!one.against.some(({ soft }) => !soft)) return one;
  }
  return undefined;
}

interface Matched {
  readonly other: KnownCase;
  readonly score: number;
}

function mattersOf(compared: readonly Compared[]): Matched[] {
  const seen = new Set<string>();
  const nameOf = ({ no, matter }: KnownCase): string => matter.id || no;
  return compared
    .filter(({ other }) => !seen.has(nameOf(other)) && seen.add(nameOf(other)))
    .map(({ other, odds }) => {
      const second = compared.find((one) => one.other !== other && nameOf(one.other) === nameOf(other));
      return { other, score: probability(second ? (1 - SECOND) * odds + SECOND * second.odds : odds) };
    })
    .sort((a, b) => b.score - a.score);
}

const against = (draft: Draft, one: Matched): Likely => ({
  ...one,
  against: reasonsAgainst(draft, one.other),
});

/** The three most likely; the one that would be joined leads, even where another is likelier but plainly apart. */
function candidates(matters: readonly Matched[], first: Likely | undefined) {
  const led = [
    ...matters.filter(({ other }) => other === first?.other),
    ...matters.filter(({ other }) => other !== first?.other),
  ];
  return led
    .slice(0, SHOWN)
    .map(({ other, score }) => ({ no: other.no, matter: other.matter.id, score: Math.round(score * 1_000) / 1_000 }));
}

function explained(
  draft: Draft,
  at: number,
  { other, score, against }: Likely,
  band: Weighed['band'],
  model: Matcher,
): Explained {
  return {
    ...{ band, score, against },
    words: model.shared(draft.words.masked, other.masked, SHOWN),
    days: Math.round(Math.abs(at - other.openedAt) / 86_400_000),
    exact: other.exact === draft.fingerprint.exact,
  };
}
