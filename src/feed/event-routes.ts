// Event routes: the one log by pull and as a stream.
import type { Scope } from '../core/access.ts';
import { Event } from '../core/event.ts';
import type { Route, RouteRequest } from '../core/route.ts';
import { encodeCursor } from './cursor.ts';
import { filterOfQuery } from './filter/filter.ts';
import { expandTypes, type View } from './match.ts';
import { type Page, positionOf, typesOf, waitForPage } from './pull.ts';
import { keyOf, viewOf } from './rights.ts';
import type { RouteDeps } from './route-deps.ts';
import { listOf, PullQuery, StreamQuery, whole } from './shapes.ts';
import { stream } from './stream.ts';

export const EVENT_SCOPES: readonly Scope[] = ['admin', 'operator', 'integrator', 'unit'];
const common = { method: 'GET', access: EVENT_SCOPES, tags: ['events'] } as const;

export function eventRoutes({ feed, store, utcOffsetMinutes }: RouteDeps): Route[] {
  const { window, clock } = feed;
  return [
    {
      ...common,
      path: '/v1/events',
      summary:
        'Events after a cursor, in log order, each exactly once per pass. after=earliest, now, a time or a cursor.',
      schema: { query: PullQuery, answers: { 200: listOf(Event) } },
      async handle(request) {
        const { query, signal } = request;
        const limit = whole(query, 'limit', { fallback: 100, least: 1, most: 1_000 });
        const waitMs = whole(query, 'wait', { fallback: 0, least: 0, most: 30 }) * 1_000;
        const view = shownTo(request);
        const after = await positionOf(store, query.after ?? 'earliest', utcOffsetMinutes);
        const found = await waitForPage({ store, window, clock }, { after, limit, view, waitMs, signal });
        return pageBody(store.epoch, found);
      },
    },
    {
      ...common,
      path: '/v1/events/stream',
      summary: 'Events as they happen (server-sent events); Last-Event-ID resumes where the connection broke.',
      schema: { query: StreamQuery },
      async handle(request) {
        const { query, headers, signal } = request;
        const view = shownTo(request);
        const from = headers['last-event-id'] || query.after || 'now';
        const after = await positionOf(store, from, utcOffsetMinutes);
        return {
          status: 200,
          headers: {
            'content-type': 'text/event-stream; charset=utf-8',
            'cache-control': 'no-store',
            'x-accel-buffering': 'no',
          },
          body: stream({ window, clock, epoch: store.epoch, after, view, signal }),
        };
      },
    },
  ];
}

/** The stored bytes themselves, not a rendering of them: identical in push, pull and stream. */
export function pageBody(
  epoch: string,
  { entries, next, more }: Page,
  besides: Readonly<Record<string, unknown>> = {},
) {
  const bodies = entries.map((entry) => entry.body).join(',');
  const rest = Object.entries(besides).map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const cursor = JSON.stringify(encodeCursor(epoch, next));
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: `{"data":[${bodies}],"next_cursor":${cursor},"has_more":${more}${rest.join('')}}`,
  };
}

function shownTo(request: RouteRequest): View {
  const types = typesOf(request.query);
  const { filter } = request.query;
  return {
    ...viewOf(keyOf(request)),
    ...(types === undefined ? {} : { types: expandTypes(types) }),
    ...(filter === undefined ? {} : { filter: filterOfQuery(filter) }),
  };
}
