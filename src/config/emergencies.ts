// Emergencies: emergencies.yaml, what is danger and what belongs to another procedure.
import Type, { type Static } from 'typebox';
import { DivertTo, Urgency } from '../core/case.ts';
import type { EmergencyRule } from '../core/city.ts';
import type { Ledger } from './problems.ts';
import { strict, Words, wordsOf } from './shapes.ts';

export const Emergencies = strict({
  cues: Type.Optional(Words),
  rules: Type.Array(
    strict({
      to: DivertTo,
      reason: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
      advice: Type.String({ minLength: 1 }),
      urgency: Urgency,
      words: Words,
      vague: Type.Optional(Words),
      together: Type.Optional(Type.Array(Type.String({ minLength: 3 }))),
      unless: Words,
    }),
  ),
});
export type Emergencies = Static<typeof Emergencies>;

export function emergenciesOf({ rules, cues }: Emergencies): EmergencyRule[] {
  const shared = wordsOf(cues);
  return rules.map((rule) => ({
    ...rule,
    words: wordsOf(rule.words),
    vague: wordsOf(rule.vague),
    together: (rule.together ?? []).map((row) => ({
      groups: row.replace(/^~/, '').split('|').map(wordsOf),
      loose: row.startsWith('~'),
    })),
    cues: shared,
    unless: wordsOf(rule.unless),
  }));
}

/** One character hits everywhere, and a look-alike that equals its word would silence it. */
export function checkEmergencies(rules: readonly EmergencyRule[], ledger: Ledger): void {
  for (const [index, { words: plain, vague, together, unless }] of rules.entries()) {
    const words = [...plain, ...vague];
    for (const [row, { groups }] of together.entries()) {
      if (groups.length > 1 && groups.every((group) => group.length > 0)) continue;
      const at = `/rules/${index}/together/${row}`;
      ledger.add('emergencies.yaml', at, 'has a single group or an empty one', 'part two or more groups of words by |');
    }
    if (words.length === 0)
      ledger.add('emergencies.yaml', `/rules/${index}/words`, 'is empty', 'give at least one word');
    for (const word of words) {
      if (word.length < 2)
        ledger.add('emergencies.yaml', `/rules/${index}/words`, `${word} is too short`, 'use two characters or more');
      if (unless.includes(word))
        ledger.add('emergencies.yaml', `/rules/${index}`, `${word} is word and look-alike at once`, 'remove one');
    }
  }
}
