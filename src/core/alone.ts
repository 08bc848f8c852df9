// A file that came alone and found no words: what it becomes, so that a person looks at it.
import type { City } from './city.ts';
import { open } from './conclude.ts';
import type { Draft, Given } from './draft.ts';
import type { Mint } from './mint.ts';
import type { Ask, Decision } from './store.ts';

/** A case for the hotline's own people: nothing in it tells what it is about. */
export function alone(draft: Draft, city: City): Draft {
  const { noted: _noted, ...rest } = draft;
  return { ...rest, kind: 'other', categories: [city.otherCategory], flags: [...draft.flags, 'without_words'] };
}

/** The message lies in the store already: the case takes it in, and its receipt becomes the case's. */
export function concludeAlone(draft: Draft, ask: Ask, given: Given, mint: Mint): Decision {
  const { message } = draft;
  const nothing = { ask, masked: '', receipt: { outcome: 'noted', note: '' }, events: [], blobs: [] } as const;
  if (!given.known.waiting?.some((one) => one.id === message.id)) return nothing;
  return { ...nothing, ...open({ ...draft, adopts: [message.id] }, given, mint) };
}
