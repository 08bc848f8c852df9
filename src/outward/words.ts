// The words of one message out: the city's template around what the unit wrote, or the receipt the store keeps.

import type { Case } from '../core/case.ts';
import type { Purpose } from '../core/channel.ts';
import type { City } from '../core/city.ts';
import type { Message } from '../core/message.ts';
import { fill, numbers, receiptWords } from '../core/replies.ts';
import type { Store } from '../core/store.ts';

export interface WordsDeps {
  readonly store: Pick<Store, 'recall'>;
  readonly city: () => City;
  readonly publicUrl: string;
}

/** '' when there is nothing to say any more. `about` is the outgoing message, or the one a receipt is for. */
export async function wordsFor(purpose: Purpose, about: Message, c: Case, deps: WordsDeps): Promise<string> {
  const { replies, utcOffsetMinutes } = deps.city();
  if (purpose === 'receipt') {
    const { account, externalId, contentHash, tenant } = about;
    const ask = { account, externalId, contentHash, tenant, proved: [], stated: [], since: 0 };
    const receipt = (await deps.store.recall([ask])).known[0]?.first;
    return receipt ? receiptWords(receipt, replies, utcOffsetMinutes) : '';
  }
  if (purpose === 'code') return about.text;
  const link = deps.publicUrl === '' ? undefined : `${deps.publicUrl}/case`;
  const isUnresolved = purpose === 'result' && c.handling?.resolved === false;
  const told = fill(replies.outgoing[isUnresolved ? 'unresolved' : purpose], {
    ...numbers(c.no),
    text: about.direction === 'out' ? about.text : undefined,
    unit: c.unit?.name,
    link,
  });
  // One message more would cost the window one reply more.
  const isOver = purpose === 'result' || purpose === 'closed';
  return isOver && c.status !== 'rejected' ? `${told}\n${fill(replies.rating.ask, { link })}` : told;
}
