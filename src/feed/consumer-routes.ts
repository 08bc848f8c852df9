// Consumer routes: named readers of the log, their place, their lease.
import type { ApiKey } from '../core/access.ts';
import { GatewayError } from '../core/errors.ts';
import type { Route, RouteRequest } from '../core/route.ts';
import { toRfc3339 } from '../core/time.ts';
import { ConsumedEvents, Gone } from './answer-shapes.ts';
import { CommitConsumer, ConsumeQuery, ConsumerView, PutConsumer, SeekConsumer } from './consumer-shapes.ts';
import { type Consumer, unknownConsumer } from './consumers.ts';
import { choiceOf, decodeCursor, encodeCursor, logReset } from './cursor.ts';
import { EVENT_SCOPES, pageBody } from './event-routes.ts';
import { compileFilter } from './filter/filter.ts';
import { expandTypes } from './match.ts';
import { placeOf, positionOf, waitForPage } from './pull.ts';
import { isAdmin, keyOf, viewOf } from './rights.ts';
import type { RouteDeps } from './route-deps.ts';
import { listOf, reading, whole } from './shapes.ts';

const common = { access: EVENT_SCOPES, tags: ['consumers'] } as const;
const readPut = reading(PutConsumer);
const readCommit = reading(CommitConsumer);
const readSeek = reading(SeekConsumer);

export function consumerRoutes(deps: RouteDeps): Route[] {
  const { feed, store, utcOffsetMinutes } = deps;
  const { consumers, window, clock } = feed;
  return [
    {
      ...common,
      method: 'PUT',
      path: '/v1/consumers/:name',
      body: 'json',
      summary: 'Makes a consumer, or changes its types; its place stays.',
      schema: { body: PutConsumer, answers: { 200: ConsumerView, 201: ConsumerView } },
      async handle(request) {
        const { owner, name, found } = named(request, deps);
        const { types, filter, from = 'now' } = readPut(request.body);
        if (filter !== undefined) compileFilter(filter); // refuses it now, with the place of the fault
        const wanted = {
          ...(types === undefined ? {} : { types: expandTypes(types) }),
          ...(filter === undefined ? {} : { filter }),
        };
        const begin = await placeOf('from', positionOf(store, from, utcOffsetMinutes)).catch(keptBy(found));
        const createdAt = toRfc3339(clock.now(), utcOffsetMinutes);
        const made = await consumers.put({ name, owner, ...wanted, position: begin, createdAt });
        return { status: found ? 200 : 201, body: await view(made, deps) };
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/v1/consumers',
      summary: 'The consumers of this key.',
      schema: { answers: { 200: listOf(ConsumerView) } },
      async handle(request) {
        const mine = consumers.of(ownerOf(keyOf(request)));
        const data = await Promise.all(mine.map((one) => view(one, deps)));
        return { status: 200, body: { data, next_cursor: null, has_more: false } };
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/v1/consumers/:name',
      summary: 'Where a consumer stands and how far it is behind.',
      schema: { answers: { 200: ConsumerView } },
      handle: async (request) => ({ status: 200, body: await view(consumerOf(request, deps), deps) }),
    },
    {
      ...common,
      method: 'DELETE',
      path: '/v1/consumers/:name',
      summary: 'Deletes a consumer; the log keeps its events.',
      schema: { answers: { 204: Gone } },
      async handle(request) {
        await consumers.remove(consumerOf(request, deps));
        return { status: 204 };
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/v1/consumers/:name/events',
      summary: 'Events after the committed place; with lease, nobody else reads or commits meanwhile.',
      schema: { query: ConsumeQuery, answers: { 200: ConsumedEvents } },
      async handle(request) {
        const consumer = consumerOf(request, deps);
        const { query, signal } = request;
        const limit = whole(query, 'limit', { fallback: 100, least: 1, most: 1_000 });
        const waitMs = whole(query, 'wait', { fallback: 0, least: 0, most: 30 }) * 1_000;
        const seconds = query.lease === undefined ? 0 : whole(query, 'lease', { fallback: 0, least: 1, most: 600 });
        const token = query.token ?? deps.newId();
        const lease = seconds > 0 ? consumers.take(consumer, token, seconds) : undefined;
        if (!lease) consumers.allow(consumer, query.token);
        const { types, filter } = consumer;
        const view = {
          ...viewOf(keyOf(request)),
          ...(types === undefined ? {} : { types }),
          ...(filter === undefined ? {} : { filter: compileFilter(filter) }),
        };
        const found = await waitForPage(
          { store, window, clock },
          { after: consumer.position, limit, view, waitMs, signal },
        );
        const held = lease && { token: lease.token, until: toRfc3339(lease.until, utcOffsetMinutes) };
        return pageBody(store.epoch, found, held === undefined ? {} : { lease: held }, choiceOf(types, filter));
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/v1/consumers/:name/commit',
      body: 'json',
      summary: 'Everything up to this cursor is dealt with.',
      schema: { body: CommitConsumer, answers: { 200: ConsumerView } },
      async handle(request) {
        const consumer = consumerOf(request, deps);
        const { cursor, lease } = readCommit(request.body);
        const position = await placeOf('cursor', committed(cursor, store));
        return { status: 200, body: await view(await consumers.commit(consumer, position, lease), deps) };
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/v1/consumers/:name/seek',
      body: 'json',
      summary: 'Sets the place anew: earliest, now, a time or a cursor. Ends a lease.',
      schema: { body: SeekConsumer, answers: { 200: ConsumerView } },
      async handle(request) {
        const consumer = consumerOf(request, deps);
        const position = await placeOf('to', positionOf(store, readSeek(request.body).to, utcOffsetMinutes));
        return { status: 200, body: await view(await consumers.seek(consumer, position), deps) };
      },
    },
  ];
}

/** Where one begins is of no matter once it has begun, but what is no place at all is refused all the same. */
function keptBy(found: Consumer | undefined) {
  return (error: unknown): number => {
    if (found && error instanceof GatewayError && error.code !== 'bad_cursor') return found.position;
    throw error;
  };
}

async function committed(cursor: string, store: RouteDeps['store']): Promise<number> {
  const position = decodeCursor(cursor, store.epoch);
  if (position > (await store.head())) throw logReset();
  return position;
}

/** Bound keys of one unit or tenant share their consumers; an unbound one has its own; admins share theirs. */
function ownerOf(key: ApiKey): string {
  const { tenant, unit } = viewOf(key);
  if (tenant !== undefined || unit !== undefined) return `${tenant ?? '*'}/${unit ?? '*'}`;
  return isAdmin(key) ? 'admin' : key.id;
}

function named(request: RouteRequest, { feed }: RouteDeps) {
  const owner = ownerOf(keyOf(request));
  const name = request.params.name ?? '';
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) return { owner, name, found: feed.consumers.find(owner, name) };
  throw new GatewayError({
    code: 'invalid_field',
    message: 'A consumer is named by 1 to 64 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit.',
    retryable: false,
    status: 422,
    field: 'name',
    advice: 'PUT /v1/consumers/archive-2, for example.',
  });
}

function consumerOf(request: RouteRequest, deps: RouteDeps): Consumer {
  const { found } = named(request, deps);
  if (found) return found;
  throw unknownConsumer();
}

async function view(consumer: Consumer, { feed, store, utcOffsetMinutes }: RouteDeps): Promise<ConsumerView> {
  const { name, types, filter, position, createdAt } = consumer;
  const lease = feed.consumers.lease(consumer);
  return {
    name,
    ...(types === undefined ? {} : { types: [...types] }),
    ...(filter === undefined ? {} : { filter }),
    cursor: encodeCursor(store.epoch, position, choiceOf(types, filter)),
    lag: Math.max(0, (await store.head()) - position),
    ...(lease === undefined ? {} : { leasedUntil: toRfc3339(lease.until, utcOffsetMinutes) }),
    createdAt,
  };
}
