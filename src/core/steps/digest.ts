// Step digest: a short title and the core sentence for whoever reads the case, and whether the message asks for several things.
import type { City } from '../city.ts';
import type { Draft } from '../draft.ts';
import { digest as digestOf } from '../understand/digest.ts';
import { requestsIn } from '../understand/several.ts';
import { textOf } from './classify.ts';

export function digest(draft: Draft, city: City): Draft {
  // The catalogue classify could not read tells nothing here either: one failure is one task for a person.
  if (draft.noted !== undefined || draft.flags.includes('step_failed:classify')) return draft;
  const { words } = draft;
  const found = digestOf(words.title, textOf(words), city.categories);
  const requests = requestsIn(words.full, city.categories);
  return {
    ...draft,
    ...(found ? { digest: found } : {}),
    ...(requests.length === 0
      ? {}
      : {
          proposals: [
            ...draft.proposals,
            // Where and what about, no words: proposals lie outside the seal.
            { type: 'review', reason: '一件来件里有几项诉求，可拆成几件工单。', value: { split: requests } },
          ],
        }),
  };
}
