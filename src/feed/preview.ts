// Preview: what a filter would have let through of the last events, so that who saves it sees at once whether it is meant so.
import type { Endpoint } from '../core/store.ts';
import type { FeedStore } from './feed-store.ts';
import { matcher, viewOfEndpoint } from './match.ts';
import type { Preview } from './shapes.ts';

const LOOKED = 1_000;
const SHOWN = 3;

/** Of the last thousand entries of the log, those of the endpoint's tenant and unit are looked at. */
export async function previewOf(endpoint: Endpoint, store: Pick<FeedStore, 'head' | 'readLog'>): Promise<Preview> {
  const view = viewOfEndpoint(endpoint);
  const { tenant, unit } = view;
  const bounds = { ...(tenant === undefined ? {} : { tenant }), ...(unit === undefined ? {} : { unit }) };
  const after = Math.max(0, (await store.head()) - LOOKED);
  const entries = (await store.readLog({ after, limit: LOOKED, ...bounds })).filter(matcher(bounds));
  const matched = entries.filter(matcher(view));
  const examples = matched.slice(-SHOWN).map(({ id }) => id);
  return { looked: entries.length, matched: matched.length, examples: examples.reverse() };
}
