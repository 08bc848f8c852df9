// Feed store: the part of the store port the feed and its routes stand on.
import type { Store } from '../core/store.ts';

/** What the feed asks of the store. */
export type FeedStore = Pick<
  Store,
  | 'epoch'
  | 'head'
  | 'readLog'
  | 'positionAt'
  | 'floor'
  | 'trimLog'
  | 'outgoingCursor'
  | 'append'
  | 'putEndpoint'
  | 'endpoints'
  | 'deleteEndpoint'
  | 'settle'
  | 'pending'
  | 'owed'
  | 'deliveries'
  | 'halted'
  | 'haltedIn'
  | 'keep'
  | 'keepings'
  | 'audit'
  | 'findCase'
  | 'messagesOf'
  | 'keepParcel'
  | 'parcel'
  | 'dropParcels'
>;
