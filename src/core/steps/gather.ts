// Step gather: a photo, voice or pin that came a few minutes before these words belongs to them; its place is theirs where they name none.
import type { Draft, Given } from '../draft.ts';
import { locate } from './locate.ts';

export function gather(draft: Draft, { known, city }: Given): Draft {
  const waiting = known.waiting ?? [];
  if (draft.noted !== undefined || waiting.length === 0) return draft;
  const address = waiting.find((one) => one.address !== undefined)?.address;
  const gathered = { ...draft, adopts: waiting.map((one) => one.id) };
  if (address === undefined || draft.place?.division !== undefined || draft.message.address !== undefined)
    return gathered;
  // What was said stays as it was said: only the place is taken over.
  const { place } = locate({ ...draft, message: { ...draft.message, address } }, city);
  return place === undefined ? gathered : { ...gathered, place };
}
