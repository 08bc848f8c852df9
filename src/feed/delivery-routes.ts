// Delivery routes: what became of each event at an endpoint, dead letters among them, and sending one again.
import { GatewayError } from '../core/errors.ts';
import type { Route, RouteRequest } from '../core/route.ts';
import type { Delivery, DeliveryState } from '../core/store.ts';
import { toRfc3339 } from '../core/time.ts';
import { DeliveryMark } from './answer-shapes.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { ENDPOINT_SCOPES } from './endpoint-routes.ts';
import { audit, endpointOf } from './endpoint-views.ts';
import type { RouteDeps } from './route-deps.ts';
import { DeliveriesQuery, DeliveryView, listOf, Nothing, reading, SkipDelivery, whole } from './shapes.ts';

const common = { access: ENDPOINT_SCOPES, tags: ['deliveries'] } as const;
const STATES: readonly DeliveryState[] = ['pending', 'parked', 'delivered', 'dead', 'skipped'];
const readNothing = reading(Nothing);
const readSkip = reading(SkipDelivery);

export function deliveryRoutes(deps: RouteDeps): Route[] {
  const { feed, store, utcOffsetMinutes } = deps;
  return [
    {
      ...common,
      method: 'GET',
      path: '/v1/endpoints/:id/deliveries',
      summary: 'Deliveries, newest first; state=dead lists the dead letters with their reasons.',
      schema: { query: DeliveriesQuery, answers: { 200: listOf(DeliveryView) } },
      async handle(request) {
        const { endpoint } = endpointOf(request, deps);
        const { query } = request;
        const state = stateOf(query.state);
        const limit = whole(query, 'limit', { fallback: 100, least: 1, most: 1_000 });
        const before = query.after === undefined ? undefined : decodeCursor(query.after, store.epoch);
        const rows = await store.deliveries({
          endpoint: endpoint.id,
          limit: limit + 1,
          ...(state === undefined ? {} : { state }),
          ...(before === undefined ? {} : { before }),
        });
        const shown = rows.slice(0, limit);
        const last = shown.at(-1);
        const more = rows.length > limit && last !== undefined;
        return {
          status: 200,
          body: {
            data: shown.map((row) => viewDelivery(row, utcOffsetMinutes)),
            next_cursor: more ? encodeCursor(store.epoch, last.seq) : null,
            has_more: more,
          },
        };
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/v1/endpoints/:id/deliveries/:seq/resend',
      body: 'json',
      summary: 'Sends one event again at once, with the same id and bytes, whether it was delivered, is dead or waits.',
      schema: { body: Nothing, answers: { 202: DeliveryMark } },
      async handle(request) {
        readNothing(request.body);
        const { key, endpoint } = endpointOf(request, deps);
        const seq = seqOf(request);
        const witness = () => audit(deps, key, 'endpoint.resend', endpoint.id, { seq });
        if (!(await feed.resend(endpoint.id, seq, witness))) throw unknown();
        return { status: 202, body: { id: endpoint.id, seq, state: 'pending' } };
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/v1/endpoints/:id/deliveries/:seq/skip',
      body: 'json',
      summary: 'Gives a dead letter up for good, with a reason; what stands still behind it in its case goes on.',
      schema: { body: SkipDelivery, answers: { 200: DeliveryMark } },
      async handle(request) {
        const { reason } = readSkip(request.body);
        const { key, endpoint } = endpointOf(request, deps);
        const seq = seqOf(request);
        const witness = () => audit(deps, key, 'endpoint.skip', endpoint.id, { seq });
        if (!(await feed.skip(endpoint.id, seq, reason, witness))) throw unknown();
        return { status: 200, body: { id: endpoint.id, seq, state: 'skipped' } };
      },
    },
  ];
}

/** Position of the delivery a path names. Throws `delivery_unknown` (404) when it is none. */
function seqOf({ params }: RouteRequest): number {
  const text = params.seq ?? '';
  const seq = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  if (Number.isSafeInteger(seq) && seq > 0) return seq;
  throw unknown();
}

function viewDelivery(row: Delivery, utcOffsetMinutes: number): DeliveryView {
  const { seq, eventId, type, lane, state, attempts, nextAt, lastAt, lastStatus, lastError, ms } = row;
  return {
    sequence: String(seq).padStart(20, '0'),
    seq,
    eventId,
    type,
    subject: lane,
    state,
    attempts,
    ...(nextAt === undefined ? {} : { nextAt: toRfc3339(nextAt, utcOffsetMinutes) }),
    ...(lastAt === undefined ? {} : { lastAt: toRfc3339(lastAt, utcOffsetMinutes) }),
    ...(lastStatus === undefined ? {} : { lastStatus }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(ms === undefined ? {} : { ms }),
  };
}

function stateOf(text: string | undefined): DeliveryState | undefined {
  if (text === undefined) return undefined;
  const state = STATES.find((one) => one === text);
  if (state) return state;
  throw new GatewayError({
    code: 'invalid_field',
    message: `state must be one of ${STATES.join(', ')}`,
    retryable: false,
    status: 422,
    field: 'state',
    advice: 'Leave state out to see all.',
  });
}

function unknown(): GatewayError {
  return new GatewayError({
    code: 'delivery_unknown',
    message: 'There is no such delivery at this endpoint.',
    retryable: false,
    status: 404,
    advice: 'GET …/deliveries lists them; an event that has not been tried yet is sent by itself.',
  });
}
