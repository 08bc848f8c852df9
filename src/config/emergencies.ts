// Emergencies: emergencies.yaml, what is danger and what belongs to another procedure.
import Type, { type Static } from 'typebox';
import { DivertTo, Urgency } from '../core/case.ts';
import type { Ledger } from './problems.ts';
import { strict, Words } from './shapes.ts';

export const Emergencies = strict({
  rules: Type.Array(
    strict({
      to: DivertTo,
      reason: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
      advice: Type.String({ minLength: 1 }),
      urgency: Urgency,
      words: Type.Array(Type.String({ minLength: 2 }), { minItems: 1 }),
      unless: Words,
    }),
  ),
});
export type Emergencies = Static<typeof Emergencies>;

/** A look-alike must contain a word of its rule, or it guards nothing. */
export function checkEmergencies({ rules }: Emergencies, ledger: Ledger): void {
  for (const [index, { words, unless }] of rules.entries()) {
    for (const word of words) {
      if (unless.includes(word))
        ledger.add('emergencies.yaml', `/rules/${index}`, `${word} is word and look-alike at once`, 'remove one');
    }
  }
}
