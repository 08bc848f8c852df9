// Step gather: a photo, voice or pin that came a few minutes before these words belongs to them; its place is theirs where they name none, and so is the kind that was announced.
import type { City } from '../city.ts';
import type { Draft, Given, KnownWaiting } from '../draft.ts';
import { announcementOf } from '../text/announcement.ts';
import { normalise } from '../text/normalise.ts';
import { locate } from './locate.ts';

export function gather(draft: Draft, { known, city }: Given): Draft {
  const waiting = known.waiting ?? [];
  if (draft.noted !== undefined || waiting.length === 0) return draft;
  const address = waiting.find((one) => one.address !== undefined)?.address;
  const gathered = { ...draft, ...announcedKind(draft, waiting, city), adopts: waiting.map((one) => one.id) };
  if (address === undefined || draft.place?.division !== undefined || draft.message.address !== undefined)
    return gathered;
  // What was said stays as it was said: only the place is taken over.
  const { place } = locate({ ...draft, message: { ...draft.message, address } }, city);
  return place === undefined ? gathered : { ...gathered, place };
}

/** 我要举报, then the story: it is what they called it, and is kept as quiet. */
function announcedKind(
  draft: Draft,
  waiting: readonly KnownWaiting[],
  { kinds }: City,
): Pick<Draft, 'kind' | 'kindConfidence'> {
  const kind = waiting
    .map(({ words = '' }) => announcementOf(normalise(words), kinds)?.kind)
    .findLast((one) => one !== undefined);
  const { kind: own, kindConfidence } = draft;
  return kind === undefined ? { kind: own, kindConfidence } : { kind, kindConfidence: 1 };
}
