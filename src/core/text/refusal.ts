// Refusal: which of the reasons a hotline must not accept something for the words of a text speak of.
import type { RefusalRule } from '../city.ts';
import { type Lexicon, lexicon, once } from './lexicon.ts';

interface Mark {
  readonly rule: number;
  /** A word by itself, one of a group of a row, or a look-alike. */
  readonly as: 'word' | 'unless' | { readonly row: number; readonly group: number };
}

const marks = once((rules: readonly RefusalRule[]): Lexicon<Mark> => {
  const entries: [string, Mark][] = [];
  for (const [rule, { words, unless, together }] of rules.entries()) {
    for (const word of words) entries.push([word, { rule, as: 'word' }]);
    for (const word of unless) entries.push([word, { rule, as: 'unless' }]);
    for (const [row, groups] of together.entries())
      for (const [group, alternatives] of groups.entries())
        for (const word of alternatives) entries.push([word, { rule, as: { row, group } }]);
  }
  return lexicon(entries);
});

const END = /[。;!?！？；]/g;

/** Rules whose words stand in some sentence of the text without one of their look-alikes, in the order of the file. */
export function refusalsIn(text: string, rules: readonly RefusalRule[]): RefusalRule[] {
  const hits = marks(rules).scan(text);
  if (hits.length === 0) return [];
  const ends = [...text.matchAll(END)].map(({ index }) => index);
  const found = new Set<number>();
  let first = 0;
  for (let sentence = 0; sentence <= ends.length && first < hits.length; sentence++) {
    const end = ends[sentence] ?? text.length;
    let last = first;
    while (last < hits.length && (hits[last]?.at ?? end) < end) last++;
    judge(
      hits.slice(first, last).map(({ value }) => value),
      rules,
      found,
    );
    first = last;
  }
  return [...found].sort((a, b) => a - b).flatMap((at) => rules[at] ?? []);
}

function judge(said: readonly Mark[], rules: readonly RefusalRule[], found: Set<number>): void {
  const silenced = new Set(said.flatMap(({ rule, as }) => (as === 'unless' ? [rule] : [])));
  const groups = new Map<string, Set<number>>();
  for (const { rule, as } of said) {
    if (silenced.has(rule) || as === 'unless') continue;
    if (as === 'word') {
      found.add(rule);
      continue;
    }
    const key = `${rule} ${as.row}`;
    const filled = groups.get(key) ?? new Set();
    groups.set(key, filled.add(as.group));
    if (filled.size === rules[rule]?.together[as.row]?.length) found.add(rule);
  }
}
