// Catalogue: which categories a text's words speak for, and how strongly; the second stage below the model's level 1, and all there is without a model.
import type { Rival } from '../case.ts';
import type { CategoryRule } from '../city.ts';
import { type Hit, lexicon, once } from '../text/lexicon.ts';
import { isIdeograph } from './grams.ts';

/** Doubt over all readings: with it, even a single hit is no certainty. */
export const DOUBT = 1;
/** Up to so many characters a message says one thing, and what its words leave unsaid is the doubt. */
const ONE_THING = 24;
const LEAST_DOUBT = 0.1;

/**
 * How much doubt stands against the words found: 停水 is all about its one word, a story of two hundred characters is not.
 * `asked`: where words stand that only tell what is wanted (怎么办理), no other matter.
 */
export function doubtOf(
  text: string,
  categories: readonly CategoryRule[],
  asked: () => readonly Hit<unknown>[],
): number {
  if (text.length > ONE_THING) return DOUBT;
  const open = new Set<number>();
  for (let at = 0; at < text.length; at++) if (isIdeograph(text.charCodeAt(at))) open.add(at);
  const all = open.size;
  for (const { at, word } of [...positions(text, categories), ...asked()])
    for (let i = at; i < at + word.length; i++) open.delete(i);
  return DOUBT * Math.max(LEAST_DOUBT, open.size / Math.max(1, all));
}

const categoryWords = once((categories: readonly CategoryRule[]) =>
  lexicon<CategoryRule>(categories.flatMap((rule) => rule.words.map((word): [string, CategoryRule] => [word, rule]))),
);

/** Where words of the catalogue stand in a text. */
export const positions = (text: string, categories: readonly CategoryRule[]): Hit<CategoryRule>[] =>
  categoryWords(categories).scan(text);

/** How many words of the catalogue stand in a text, counted up to `most`. */
export const troublesIn = (text: string, categories: readonly CategoryRule[], most: number): number =>
  categoryWords(categories).count(text, most);

export interface Scored {
  readonly rule: CategoryRule;
  score: number;
}

/** Best first. Each word counts once; longer ones say more, and those of the title half as much again. */
export function scored(text: string, titleLength: number, categories: readonly CategoryRule[]): Scored[] {
  const scores = new Map<string, Scored>();
  const seen = new Set<string>();
  for (const { at, word, value } of positions(text, categories)) {
    const key = `${value.code} ${word}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const weight = (word.length < 3 ? 1 : word.length === 3 ? 1.6 : 2.2) * (at < titleLength ? 1.5 : 1);
    const known = scores.get(value.code);
    if (known) known.score += weight;
    else scores.set(value.code, { rule: value, score: weight });
  }
  return [...scores.values()].sort((a, b) => b.score - a.score || deeper(a, b));
}

export const rounded = (confidence: number): number => Math.round(confidence * 1000) / 1000;

export function rival(rule: CategoryRule, confidence: number): Rival {
  const { code, name, level1, path } = rule;
  return { code, name, level1, path: [...path], confidence: rounded(confidence) };
}

/** By words alone: each one's share of all that was found. */
export function byWords(ranked: readonly Scored[], most: number, doubt: number): Rival[] {
  const shown = ranked.slice(0, most);
  const sum = shown.reduce((total, one) => total + one.score, doubt);
  return shown.map(({ rule, score }) => rival(rule, score / sum));
}

/** Between equals the finer category says more; then the order of codes, so that the result never wavers. */
function deeper(a: Scored, b: Scored): number {
  return b.rule.code.length - a.rule.code.length || (a.rule.code < b.rule.code ? -1 : 1);
}
