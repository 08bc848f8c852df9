// Routes: all the feed offers over HTTP: endpoints, their deliveries, events by pull and as a stream, the catalogue.
import { ulid } from 'ulid';
import type { Route } from '../core/route.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { consumerRoutes } from './consumer-routes.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { endpointRoutes } from './endpoint-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { grantRoutes } from './grant-routes.ts';
import { lifeRoutes } from './life-routes.ts';
import { replayRoutes } from './replay-routes.ts';
import type { FeedRoutesDeps, RouteDeps } from './route-deps.ts';

export type { FeedRoutesDeps };

export function feedRoutes(deps: FeedRoutesDeps): Route[] {
  const all: RouteDeps = { newId: ulid, knowsUnit: () => true, knowsKey: async () => true, ...deps };
  return [
    ...endpointRoutes(all),
    ...lifeRoutes(all),
    ...grantRoutes(all),
    ...deliveryRoutes(all),
    ...replayRoutes(all),
    ...consumerRoutes(all),
    ...eventRoutes(all),
    ...catalogueRoutes(),
  ];
}
