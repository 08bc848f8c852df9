// Step fingerprint: what the store needs to find the same and nearly the same words.
import type { City } from '../city.ts';
import type { Draft } from '../draft.ts';
import { fingerprint as take } from '../text/fingerprint.ts';

/** With a model the sketch is the text's rarest grams: paraphrases share these, and hardly the smallest hashes. */
export function fingerprint(draft: Draft, { relate }: Pick<City, 'relate'>): Draft {
  const taken = take(draft.words.masked, draft.message.contentHash);
  const sketch = relate.enabled ? relate.model?.rare(draft.words.masked) : undefined;
  return { ...draft, fingerprint: sketch === undefined ? taken : { ...taken, sketch } };
}
