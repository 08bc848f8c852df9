// Emergencies: emergencies.yaml, what is danger and what belongs to another procedure.
import Type, { type Static } from 'typebox';
import { DivertTo, Urgency } from '../core/case.ts';
import type { EmergencyRule } from '../core/city.ts';
import type { Ledger } from './problems.ts';
import { strict, Words, wordsOf } from './shapes.ts';

export const Emergencies = strict({
  rules: Type.Array(
    strict({
      to: DivertTo,
      reason: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
      advice: Type.String({ minLength: 1 }),
      urgency: Urgency,
      words: Words,
      unless: Words,
    }),
  ),
});
export type Emergencies = Static<typeof Emergencies>;

export function emergenciesOf({ rules }: Emergencies): EmergencyRule[] {
  return rules.map((rule) => ({ ...rule, words: wordsOf(rule.words), unless: wordsOf(rule.unless) }));
}

/** One character hits everywhere, and a look-alike that equals its word would silence it. */
export function checkEmergencies(rules: readonly EmergencyRule[], ledger: Ledger): void {
  for (const [index, { words, unless }] of rules.entries()) {
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
