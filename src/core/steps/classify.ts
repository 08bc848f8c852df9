// Step classify: kind, category with its rivals and urgency by the words of the catalogue; greetings and the like are noted.
import type { Kind, Rival, Urgency } from '../case.ts';
import type { CategoryRule, City, KindRule } from '../city.ts';
import type { Draft } from '../draft.ts';
import { lexicon, once } from '../text/lexicon.ts';
import { noteFor } from '../text/notes.ts';

const MOCKING = /^(?:个屁|你妈|你大爷|你全家|才怪|个头|个鬼|不起来|不了)/;
/** Doubt over all readings: with it, even a single hit is no certainty. */
const DOUBT = 1;
const MOST_RIVALS = 5;

const kindWords = once((kinds: readonly KindRule[]) =>
  lexicon<KindRule>(
    kinds.flatMap((rule) => [rule.name, ...rule.words].map((word): [string, KindRule] => [word, rule])),
  ),
);
const categoryWords = once((categories: readonly CategoryRule[]) =>
  lexicon<CategoryRule>(categories.flatMap((rule) => rule.words.map((word): [string, CategoryRule] => [word, rule]))),
);

export function classify(draft: Draft, city: City): Draft {
  const noted = noteFor(draft.words.full, draft.message.parts.length > 0, city.notes);
  const { rivals, urgency } = categorise(draft.words.full, draft.words.title.length, city);
  const kind = readKind(draft.words.full, rivals.length > 0, city);
  return {
    ...draft,
    ...(noted === undefined ? {} : { noted }),
    kind: kind.kind,
    kindConfidence: kind.confidence,
    categories: rivals.length > 0 ? rivals : [city.otherCategory],
    urgency,
  };
}

function readKind(text: string, hasMatter: boolean, city: City): { kind: Kind; confidence: number } {
  const scores = new Map<Kind, number>();
  const seen = new Set<string>();
  for (const { at, word, value } of kindWords(city.kinds).scan(text)) {
    if (seen.has(word) || (value.code === 'praise' && MOCKING.test(text.slice(at + word.length)))) continue;
    seen.add(word);
    // The kind's own name (我要投诉) says more than a hint; being said first settles a tie.
    const weight = (word === value.name ? 3 : 1) - at / (text.length + 1) / 2;
    scores.set(value.code, (scores.get(value.code) ?? 0) + weight);
  }
  // Thanks at the end of a request are manners, not praise.
  if (scores.size > 1) scores.set('praise', (scores.get('praise') ?? 0) / 4);
  let kind: Kind = hasMatter ? 'help' : 'other';
  let most = 0;
  let sum = DOUBT;
  for (const [code, score] of scores) {
    sum += score;
    if (score > most) [kind, most] = [code, score];
  }
  return { kind, confidence: most > 0 ? most / sum : hasMatter ? 0.4 : 0.2 };
}

interface Scored {
  readonly rule: CategoryRule;
  score: number;
}

function categorise(text: string, titleLength: number, city: City): { rivals: Rival[]; urgency: Urgency } {
  const scores = new Map<string, Scored>();
  const seen = new Set<string>();
  for (const { at, word, value } of categoryWords(city.categories).scan(text)) {
    const key = `${value.code} ${word}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const weight = (word.length < 3 ? 1 : word.length === 3 ? 1.6 : 2.2) * (at < titleLength ? 1.5 : 1);
    const known = scores.get(value.code);
    if (known) known.score += weight;
    else scores.set(value.code, { rule: value, score: weight });
  }
  const ranked = [...scores.values()].sort((a, b) => b.score - a.score || deeper(a, b)).slice(0, MOST_RIVALS);
  const sum = ranked.reduce((total, one) => total + one.score, DOUBT);
  const rivals = ranked.map(({ rule, score }) => ({
    code: rule.code,
    name: rule.name,
    level1: rule.level1,
    path: [...rule.path],
    confidence: Math.round((score / sum) * 1000) / 1000,
  }));
  return { rivals, urgency: ranked[0]?.rule.urgency ?? 'normal' };
}

/** Between equals the finer category says more; then the order of codes, so that the result never wavers. */
function deeper(a: Scored, b: Scored): number {
  return b.rule.code.length - a.rule.code.length || (a.rule.code < b.rule.code ? -1 : 1);
}
