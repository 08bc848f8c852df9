// Step fingerprint: what the store needs to find the same and nearly the same words.
import type { Draft } from '../draft.ts';
import { fingerprint as take } from '../text/fingerprint.ts';

export function fingerprint(draft: Draft): Draft {
  return { ...draft, fingerprint: take(draft.words.masked, draft.message.contentHash) };
}
