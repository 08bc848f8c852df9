// Refusals: refusals.yaml, what a hotline must not accept, each with a code and with advice where to go.
import Type, { type Static } from 'typebox';
import { DivertTo, Kind } from '../core/case.ts';
import { REFUSALS, type RefusalRule } from '../core/city.ts';
import type { Ledger } from './problems.ts';
import { strict, Words, wordsOf } from './shapes.ts';

const FILE = 'refusals.yaml';

export const Refusals = strict({
  refusals: Type.Array(
    strict({
      code: Type.Enum([...REFUSALS]),
      name: Type.String({ minLength: 1 }),
      advice: Type.String({ minLength: 1 }),
      to: Type.Optional(DivertTo),
      kinds: Type.Optional(Type.Array(Kind, { minItems: 1 })),
      words: Type.Optional(Words),
      together: Type.Optional(Type.Array(Type.String({ minLength: 3 }))),
      unless: Type.Optional(Words),
    }),
  ),
});
export type Refusals = Static<typeof Refusals>;

export const refusalsOf = ({ refusals }: Refusals): RefusalRule[] =>
  refusals.map(({ words, together = [], unless, ...rest }) => ({
    ...rest,
    words: wordsOf(words),
    together: together.map((row) => row.split('|').map(wordsOf)),
    unless: wordsOf(unless),
  }));

export function checkRefusals(rules: readonly RefusalRule[], ledger: Ledger): void {
  const seen = new Set<string>();
  for (const [index, { code, words, together, unless }] of rules.entries()) {
    const at = `/refusals/${index}`;
    if (seen.has(code)) ledger.add(FILE, `${at}/code`, `${code} appears twice`, 'one block a reason');
    seen.add(code);
    for (const word of words) {
      if (word.length < 2) ledger.add(FILE, `${at}/words`, `${word} is too short`, 'use two characters or more');
      if (unless.includes(word)) ledger.add(FILE, at, `${word} is word and look-alike at once`, 'remove one');
    }
    for (const [row, groups] of together.entries())
      if (groups.length < 2 || groups.some((group) => group.length === 0))
        ledger.add(FILE, `${at}/together/${row}`, 'has a single group or an empty one', 'part two or more by |');
  }
}
