// Categorise: level 1 by the model, levels 2 and 3 by the catalogue's words below it, and what the model was never shown by its words alone.
import type { Rival } from '../case.ts';
import type { CategoryRule } from '../city.ts';
import { once } from '../text/lexicon.ts';
import { byWords, rival, type Scored } from './catalogue.ts';
import type { Predictor } from './predict.ts';

export interface Label {
  /** One of the model's own classes. */
  readonly name: string;
  readonly confidence: number;
}

const MOST_RIVALS = 5;
const TWICE = 2;
/** Length of a text in which the words of the catalogue count as much as the model; in shorter ones more, up to `MOST_BY_WORDS`. */
const SHORT = 45;
const MOST_BY_WORDS = 5;
/** A level 1 less likely than this is no rival, unless it is the second: an operator always sees what else it may be. */
const LEAST = 0.02;
/** A shorter text with not one word of the catalogue in it (上次反映的什么时候能解决) speaks of nothing, unless the model is sure. */
const TELLING = 40;
/** A longer text touches on much besides its matter: what words alone speak for then stands behind the model's two best. */
const MANY_WORDS = 60;
const SURE_ALONE = 0.8;
/** A finer category is named when its words make up at least this share of those below its parent. */
const CLEAR = 0.4;
/** Less doubt than over the whole catalogue, for the level 1 is known: this share of it. */
const DOUBT_BELOW = 0.5;
/** How much the words may claim for a category the model cannot know, once the model itself is unsure. */
const OUTSIDE = 0.8;

const byCode = once((categories: readonly CategoryRule[]) => new Map(categories.map((rule) => [rule.code, rule])));
const tops = once(
  (categories: readonly CategoryRule[]) =>
    new Map(categories.filter((rule) => rule.path.length === 1).map((rule) => [rule.name, rule])),
);

/** The category a label means: a level-1 name, or a code of any depth. Undefined when the catalogue has none such. */
export function ruleOf(label: string, categories: readonly CategoryRule[]): CategoryRule | undefined {
  return tops(categories).get(label) ?? byCode(categories).get(label);
}

/**
 * The model's probabilities, raised by the catalogue's words: those were written by people who know the trade, and count
 * the more the shorter the text is, for the model learnt from long ones. In long texts, where single words speak of much
 * besides the matter, they must count for next to nothing: at full weight they cost .4 points of accuracy.
 */
export function likelihoods(
  model: Predictor,
  words: { readonly title: string; readonly text: string },
  found: readonly Scored[],
  categories: readonly CategoryRule[],
  doubt: number,
): Float64Array {
  const probabilities = model.probabilities(words.title, words.text);
  if (found.length === 0) return probabilities;
  const sum = found.reduce((total, one) => total + one.score, doubt);
  const length = Math.max(1, words.title.length + words.text.length);
  const weight = Math.min(MOST_BY_WORDS, SHORT / length);
  const raised = probabilities.map((p, at) => {
    const code = ruleOf(model.labels[at] ?? '', categories)?.code;
    if (code === undefined) return p;
    const own = found.reduce((total, { rule, score }) => (rule.code.startsWith(code) ? total + score : total), 0);
    return p * Math.exp((weight * own) / sum);
  });
  const total = raised.reduce((all, one) => all + one, 0);
  return raised.map((one) => one / total);
}

/**
 * Rivals in descending order of confidence. A finer category takes the place of its level 1 as long as that keeps the
 * order; its confidence is its own share times its level 1's. `threshold`: below it, level-1 names the model was not
 * trained on are proposed too, by their words. `length`: characters of the message; `doubt`: see doubtOf.
 */
export function categorise(
  model: Predictor,
  probabilities: Float64Array,
  found: readonly Scored[],
  categories: readonly CategoryRule[],
  { threshold, length, doubt }: { readonly threshold: number; readonly length: number; readonly doubt: number },
): { label: Label; rivals: Rival[] } {
  const likely = model.labels
    .map((name, at) => ({ name, confidence: probabilities[at] ?? 0 }))
    .sort((a, b) => b.confidence - a.confidence || (a.name < b.name ? -1 : 1));
  const [best] = likely;
  if (!best) return { label: { name: '', confidence: 0 }, rivals: [] };
  // Hardly better than guessing: the words, or nothing, say more.
  const guessed = best.confidence * model.labels.length < TWICE;
  if (guessed || (found.length === 0 && length < TELLING && best.confidence < SURE_ALONE))
    return { label: best, rivals: byWords(found, MOST_RIVALS, doubt) };
  // The more the words speak of what the model cannot know, the surer it must be to be believed alone.
  const strange = shareUnknown(model, found, categories, doubt);
  const outside =
    best.confidence < threshold + (1 - threshold) * strange ? unknownTo(model, found, categories, doubt) : [];
  const left = 1 - outside.reduce((sum, one) => sum + one.confidence, 0);
  const inside = likely
    .filter((one, at) => at < 2 || one.confidence >= LEAST)
    .slice(0, MOST_RIVALS)
    .flatMap((one, at) => {
      const next = (likely[at + 1]?.confidence ?? 0) * left;
      return within(one.name, one.confidence * left, next, found, categories, doubt);
    });
  const claims = length > MANY_WORDS ? behindTwo(outside, inside) : outside;
  const rivals = [...inside, ...claims].sort((a, b) => b.confidence - a.confidence).slice(0, MOST_RIVALS);
  return { label: best, rivals };
}

/**
 * Among 1,553 held-out messages, all of known labels, such a claim led 23 times and stood second 28 times. What it took from
 * the best one's confidence stays taken: the more it claims, the sooner a person decides.
 */
function behindTwo(outside: readonly Rival[], inside: readonly Rival[]): Rival[] {
  const second = inside.find((one) => one.level1 !== inside[0]?.level1)?.confidence ?? 0;
  return outside.map((one) => ({ ...one, confidence: Math.min(one.confidence, second) }));
}

/** A label with the best of what lies below it: both, or the finer alone where it still stands above the next label. */
function within(
  name: string,
  confidence: number,
  next: number,
  found: readonly Scored[],
  categories: readonly CategoryRule[],
  doubt: number,
): Rival[] {
  const top = ruleOf(name, categories);
  if (!top) return [{ code: name, name, level1: name, path: [name], confidence }];
  const fine = below(top, found, categories, DOUBT_BELOW * doubt);
  if (!fine) return [rival(top, confidence)];
  const joint = confidence * fine.share;
  return joint >= next ? [rival(fine.rule, joint)] : [rival(top, confidence), rival(fine.rule, joint)];
}

/** The finest category below `top` whose words, with those below it, are clear; undefined when none is. */
function below(
  top: CategoryRule,
  found: readonly Scored[],
  categories: readonly CategoryRule[],
  doubt: number,
): { rule: CategoryRule; share: number } | undefined {
  const own = found.filter(({ rule }) => rule.code.startsWith(top.code) && rule.code !== top.code);
  const sum = own.reduce((total, one) => total + one.score, doubt);
  const sums = new Map<string, number>();
  for (const { rule, score } of own)
    for (let end = top.code.length + 1; end <= rule.code.length; end++) {
      const code = rule.code.slice(0, end);
      sums.set(code, (sums.get(code) ?? 0) + score);
    }
  let finest: { rule: CategoryRule; share: number } | undefined;
  for (const [code, score] of sums) {
    const rule = byCode(categories).get(code);
    const share = score / sum;
    if (!rule || share < CLEAR) continue;
    const deeper = rule.code.length - (finest?.rule.code.length ?? 0);
    if (!finest || deeper > 0 || (deeper === 0 && share > finest.share)) finest = { rule, share };
  }
  return finest;
}

/** How much of what the words say is of level-1 names no label stands for. */
function shareUnknown(
  model: Predictor,
  found: readonly Scored[],
  categories: readonly CategoryRule[],
  doubt: number,
): number {
  const known = knownTo(model, categories);
  const sum = found.reduce((total, one) => total + one.score, doubt);
  return found.reduce((total, { rule, score }) => (known.has(rule.level1) ? total : total + score), 0) / sum;
}

/** Categories of level-1 names no label stands for, best two by their words. */
function unknownTo(
  model: Predictor,
  found: readonly Scored[],
  categories: readonly CategoryRule[],
  doubt: number,
): Rival[] {
  const known = knownTo(model, categories);
  const sum = found.reduce((total, one) => total + one.score, doubt);
  return found
    .filter(({ rule }) => !known.has(rule.level1))
    .slice(0, 2)
    .map(({ rule, score }) => rival(rule, (OUTSIDE * score) / sum));
}

const knownTo = (() => {
  const kept = new WeakMap<Predictor, ReadonlySet<string>>();
  return (model: Predictor, categories: readonly CategoryRule[]): ReadonlySet<string> => {
    const before = kept.get(model);
    if (before) return before;
    const names = new Set(model.labels.map((label) => ruleOf(label, categories)?.level1 ?? label));
    kept.set(model, names);
    return names;
  };
})();
