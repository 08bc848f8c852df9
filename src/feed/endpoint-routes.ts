// Endpoint routes: making, showing, changing and deleting endpoints.
import type { Scope } from '../core/access.ts';
import { GatewayError } from '../core/errors.ts';
import type { Route } from '../core/route.ts';
import type { Endpoint } from '../core/store.ts';
import { toRfc3339 } from '../core/time.ts';
import { Gone } from './answer-shapes.ts';
import { audit, changeEndpoint, endpointOf, viewEndpoint } from './endpoint-views.ts';
import { compileFilter } from './filter/filter.ts';
import { grantOf, withoutGrant } from './grant.ts';
import { confirm } from './handshake.ts';
import { expandTypes } from './match.ts';
import { previewOf } from './preview.ts';
import { placeOf, positionOf } from './pull.ts';
import { tooMany } from './refusals.ts';
import { boundsFor, isAdmin, keyOf, owns } from './rights.ts';
import type { RouteDeps } from './route-deps.ts';
import { fitting, newSecret } from './secrets.ts';
import {
  ChangedEndpoint,
  ChangeEndpoint,
  CreatedEndpoint,
  CreateEndpoint,
  EndpointView,
  listOf,
  reading,
} from './shapes.ts';
import { withTerms } from './terms.ts';

export const ENDPOINT_SCOPES: readonly Scope[] = ['admin', 'integrator', 'unit'];
const common = { access: ENDPOINT_SCOPES, tags: ['endpoints'] } as const;
/** Of one key that is no admin's, or of all keys of one unit. */
const MOST_EACH = 100;
const readCreate = reading(CreateEndpoint);
const readChange = reading(ChangeEndpoint);

export function endpointRoutes(deps: RouteDeps): Route[] {
  const { feed, store } = deps;
  return [
    {
      ...common,
      method: 'POST',
      path: '/v1/endpoints',
      body: 'json',
      summary: 'Makes an endpoint. Its secret is shown in this answer and never again.',
      schema: { body: CreateEndpoint, answers: { 201: CreatedEndpoint } },
      async handle(request) {
        const key = keyOf(request);
        const { url, types, filter, signatures, description, from = 'now', ...asked } = readCreate(request.body);
        const target = feed.guard.checkUrl(url);
        if (types) expandTypes(types);
        if (filter !== undefined) compileFilter(filter);
        const bounds = boundsFor(key, asked);
        const mine = feed.roster.list().filter((one) => owns(key, one)).length;
        if (!isAdmin(key) && mine >= MOST_EACH)
          throw tooMany('too_many_endpoints', 'endpoints', MOST_EACH, 'DELETE /v1/endpoints/{id} lets one go.');
        if (asked.unit !== undefined && !deps.knowsUnit(asked.unit)) throw unknownUnit(asked.unit);
        const cursor = await placeOf('from', positionOf(store, from, deps.utcOffsetMinutes));
        const warning = await feed.guard.probe(target);
        const secret = newSecret();
        const endpoint: Endpoint = {
          id: `ep_${deps.newId()}`,
          url,
          ...bounds,
          ...(types === undefined ? {} : { types }),
          ...(description === undefined ? {} : { description }),
          state: isAdmin(key) ? 'enabled' : 'pending',
          secrets: fitting([{ secret }], signatures?.includes('v1a') ?? false),
          createdBy: key.id,
          createdAt: toRfc3339(feed.clock.now(), deps.utcOffsetMinutes),
          cursor,
          options: withTerms(optionsWith({}, { filter, signatures }), asked),
        };
        await audit(deps, key, 'endpoint.create', endpoint.id, { origin: new URL(url).origin });
        await feed.roster.add(endpoint);
        feed.announce(endpoint, 'endpoint.created');
        const made = endpoint.state === 'pending' ? (await confirm(endpoint, deps)).endpoint : endpoint;
        const seen = filter === undefined ? {} : { preview: await previewOf(made, store) };
        return { status: 201, body: { ...viewEndpoint(made, deps), ...seen, ...(warning ? { warning } : {}), secret } };
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/v1/endpoints',
      summary: 'Lists the endpoints this key may see.',
      schema: { answers: { 200: listOf(EndpointView) } },
      handle(request) {
        const key = keyOf(request);
        const mine = feed.roster.list().filter((endpoint) => owns(key, endpoint));
        const data = mine.map((endpoint) => viewEndpoint(endpoint, deps));
        return { status: 200, body: { data, next_cursor: null, has_more: false } };
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/v1/endpoints/:id',
      summary: 'Shows one endpoint.',
      schema: { answers: { 200: EndpointView } },
      handle: (request) => ({ status: 200, body: viewEndpoint(endpointOf(request, deps).endpoint, deps) }),
    },
    {
      ...common,
      method: 'PATCH',
      path: '/v1/endpoints/:id',
      body: 'json',
      summary:
        'Changes URL, types, filter, signatures, description or terms; null takes a value away. A new URL must be confirmed like a new endpoint.',
      schema: { body: ChangeEndpoint, answers: { 200: ChangedEndpoint } },
      async handle(request) {
        const { key, endpoint } = endpointOf(request, deps);
        const change = readChange(request.body);
        const target = change.url === undefined ? undefined : feed.guard.checkUrl(change.url);
        if (change.types) expandTypes(change.types);
        if (change.filter) compileFilter(change.filter);
        const warning = target && (await feed.guard.probe(target));
        await audit(deps, key, 'endpoint.update', endpoint.id, { fields: Object.keys(change) });
        const moves = change.url !== undefined && change.url !== endpoint.url;
        const ended = moves ? grantOf(endpoint) : undefined;
        if (ended) await audit(deps, key, 'endpoint.grant_end', endpoint.id, { before: ended.mask, why: 'url' });
        const changed = await changeEndpoint(endpoint.id, deps, (now) => applied(now, change, isAdmin(key)));
        if (ended) await store.dropParcels(endpoint.id);
        feed.announce(changed, 'endpoint.updated', { fields: Object.keys(change) });
        // Who disabled it has to ask for the challenge: a new URL alone must not set it going again.
        const asks = change.url !== undefined && changed.state === 'pending' && endpoint.state !== 'disabled';
        const shown = asks ? (await confirm(changed, deps)).endpoint : changed;
        const seen = change.filter ? { preview: await previewOf(shown, store) } : {};
        return { status: 200, body: { ...viewEndpoint(shown, deps), ...seen, ...(warning ? { warning } : {}) } };
      },
    },
    {
      ...common,
      method: 'DELETE',
      path: '/v1/endpoints/:id',
      summary: 'Deletes an endpoint with its deliveries.',
      schema: { answers: { 204: Gone } },
      async handle(request) {
        const { key, endpoint } = endpointOf(request, deps);
        await audit(deps, key, 'endpoint.delete', endpoint.id, { origin: new URL(endpoint.url).origin });
        await feed.replays.drop(endpoint.id);
        await feed.roster.remove(endpoint.id);
        return { status: 204 };
      },
    },
  ];
}

/** What is undefined stays as it was; null takes a setting away. */
function optionsWith(options: Endpoint['options'], asked: Readonly<Record<string, unknown>>): Endpoint['options'] {
  const given = Object.entries({ ...options, ...withoutUndefined(asked) });
  return Object.fromEntries(given.filter(([, value]) => value !== null));
}

function withoutUndefined(asked: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

/** Only an admin vouches for a URL: anybody else's is to be confirmed, in whatever state the endpoint was. */
function applied(endpoint: Endpoint, change: ReturnType<typeof readChange>, vouched: boolean): Endpoint {
  const { types, description, disabledReason, options, secrets, ...rest } = endpoint;
  const newTypes = change.types === undefined ? types : (change.types ?? undefined);
  const newDescription = change.description === undefined ? description : (change.description ?? undefined);
  const moves = change.url !== undefined && change.url !== endpoint.url;
  const kept = moves ? withoutGrant({ options }).options : options;
  const unproved = moves && !vouched;
  return {
    ...rest,
    ...(change.url === undefined ? {} : { url: change.url }),
    options: withTerms(optionsWith(kept, { filter: change.filter, signatures: change.signatures }), change),
    secrets: change.signatures === undefined ? secrets : fitting(secrets, change.signatures.includes('v1a')),
    ...(newTypes === undefined ? {} : { types: newTypes }),
    ...(newDescription === undefined ? {} : { description: newDescription }),
    ...(disabledReason === undefined || unproved ? {} : { disabledReason }),
    ...(unproved ? { state: 'pending' as const } : {}),
  };
}

/** An endpoint of a unit nobody knows would hear of nothing, and nobody would know why. */
const unknownUnit = (code: string) =>
  new GatewayError({
    code: 'unknown_unit',
    message: `There is no unit ${code}.`,
    retryable: false,
    status: 422,
    field: 'unit',
    advice: 'GET /v1/units lists them.',
  });
