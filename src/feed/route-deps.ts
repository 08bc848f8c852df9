// Route deps: what the feed's routes stand on.
import type { ApiKey } from '../core/access.ts';
import type { Feed } from './feed.ts';
import type { FeedStore } from './feed-store.ts';

export interface FeedRoutesDeps {
  readonly feed: Feed;
  readonly store: FeedStore;
  /** Minutes east of UTC for times in answers, and for naive times in queries. */
  readonly utcOffsetMinutes: number;
  /** Whether the city has a unit of this code; by default any will do. */
  readonly knowsUnit?: (code: string) => boolean;
  /** Whether a key that was let in still counts, for who stays long; by default it does. */
  readonly knowsKey?: (key: ApiKey) => Promise<boolean>;
  /** A ULID; the default is random. */
  readonly newId?: () => string;
}

export type RouteDeps = Required<FeedRoutesDeps>;
