// Event routes: the one log by pull and as a stream.
import Type from 'typebox';
import type { Scope } from '../core/access.ts';
import { parseCaseNo } from '../core/case-no.ts';
import { GatewayError } from '../core/errors.ts';
import { Event } from '../core/event-schema.ts';
import type { Route, RouteRequest } from '../core/route.ts';
import { choiceOf, encodeCursor } from './cursor.ts';
import { filterOfQuery } from './filter/filter.ts';
import { expandTypes, matcher, type View } from './match.ts';
import { type Page, positionOf, typesOf, waitForPage } from './pull.ts';
import { tooMany } from './refusals.ts';
import { keyOf, viewOf } from './rights.ts';
import type { RouteDeps } from './route-deps.ts';
import { listOf, PullQuery, StreamQuery, whole } from './shapes.ts';
import { type StreamFrom, stream } from './stream.ts';

export const EVENT_SCOPES: readonly Scope[] = ['admin', 'operator', 'integrator', 'unit'];
const common = { method: 'GET', access: EVENT_SCOPES, tags: ['events'] } as const;

const CaseParams = Type.Object({ no: Type.String({ minLength: 1, maxLength: 40, description: 'case number' }) });
const CaseEventsQuery = Type.Pick(PullQuery, ['after', 'limit']);

export function eventRoutes(deps: RouteDeps): Route[] {
  const { feed, store, utcOffsetMinutes } = deps;
  const { window, clock } = feed;
  const streams = new Map<string, number>();
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
        const { view, choice } = shownTo(request);
        const after = await positionOf(store, query.after ?? 'earliest', utcOffsetMinutes, { of: choice });
        const found = await waitForPage({ store, window, clock }, { after, limit, view, waitMs, signal });
        return pageBody(store.epoch, found, {}, choice);
      },
    },
    {
      ...common,
      path: '/v1/cases/:no/events',
      summary: 'The events of one case, in order: to repair what a receiver missed.',
      schema: { params: CaseParams, query: CaseEventsQuery, answers: { 200: listOf(Event) } },
      handle: (request) => eventsOfCase(request, deps),
    },
    {
      ...common,
      path: '/v1/events/stream',
      summary: 'Events as they happen (server-sent events); Last-Event-ID resumes where the connection broke.',
      schema: { query: StreamQuery },
      async handle(request) {
        const { query, headers, signal } = request;
        const { view, choice } = shownTo(request);
        const { id } = keyOf(request);
        if ((streams.get(id) ?? 0) >= MOST_STREAMS)
          throw tooMany('too_many_streams', 'streams of this key', MOST_STREAMS, 'Close one, or read by pull.');
        const from = headers['last-event-id'] || query.after || 'now';
        const after = await positionOf(store, from, utcOffsetMinutes, { of: choice });
        return {
          status: 200,
          headers: {
            'content-type': 'text/event-stream; charset=utf-8',
            'cache-control': 'no-store',
            'x-accel-buffering': 'no',
          },
          body: counted(streams, id, {
            ...{ window, clock, epoch: store.epoch, after, view, choice, signal },
            floor: () => store.floor(),
            allowed: () => deps.knowsKey(keyOf(request)),
          }),
        };
      },
    },
  ];
}

/** A key whose streams nobody closes would hold every connection there is. */
const MOST_STREAMS = 100;

async function* counted(streams: Map<string, number>, id: string, from: StreamFrom): AsyncGenerator<string> {
  streams.set(id, (streams.get(id) ?? 0) + 1);
  try {
    yield* stream(from);
  } finally {
    const left = (streams.get(id) ?? 1) - 1;
    if (left > 0) streams.set(id, left);
    else streams.delete(id);
  }
}

/** The stored bytes themselves, not a rendering of them: identical in push, pull and stream. */
export function pageBody(
  epoch: string,
  { entries, next, more }: Page,
  besides: Readonly<Record<string, unknown>> = {},
  choice?: string,
) {
  const bodies = entries.map((entry) => entry.body).join(',');
  const rest = Object.entries(besides).map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const cursor = JSON.stringify(encodeCursor(epoch, next, choice));
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: `{"data":[${bodies}],"next_cursor":${cursor},"has_more":${more}${rest.join('')}}`,
  };
}

function shownTo(request: RouteRequest): { readonly view: View; readonly choice: string | undefined } {
  const asked = typesOf(request.query);
  const { filter } = request.query;
  const types = asked === undefined ? undefined : expandTypes(asked);
  const view = {
    ...viewOf(keyOf(request)),
    ...(types === undefined ? {} : { types }),
    ...(filter === undefined ? {} : { filter: filterOfQuery(filter) }),
  };
  return { view, choice: choiceOf(types, filter) };
}

/** The kept events of one case, for whoever repairs what they missed. A case nobody may see has none: 404. */
async function eventsOfCase({ params, query, ...request }: RouteRequest, { store, utcOffsetMinutes }: RouteDeps) {
  const limit = whole(query, 'limit', { fallback: 100, least: 1, most: 1_000 });
  const subject = parseCaseNo(params.no ?? '');
  if (subject === undefined) throw noEvents();
  const view = viewOf(keyOf({ params, query, ...request }));
  const after = await positionOf(store, query.after ?? 'earliest', utcOffsetMinutes, { of: subject });
  const head = await store.head();
  const read = await store.readLog({ after, upTo: head, limit: limit + 1, subject, ...view });
  const more = read.length > limit;
  const looked = read.slice(0, limit);
  const entries = looked.filter(matcher(view));
  const fromBeginning = query.after === undefined || query.after === 'earliest';
  if (fromBeginning && entries.length === 0 && !more) throw noEvents();
  // Past what was looked at, not what was shown: a page of which nothing may be seen would be the same page for ever.
  const next = more ? (looked.at(-1)?.seq ?? head) : head;
  return pageBody(store.epoch, { entries, next, more }, {}, subject);
}

const noEvents = () =>
  new GatewayError({
    code: 'case_unknown',
    message: 'There is no such case, or no event of it is kept.',
    retryable: false,
    status: 404,
    field: 'no',
    advice: 'GET /v1/cases/{no} tells how a case stands whose events were let go of.',
  });
