// Replay routes: sending a stretch of the log to an endpoint again, watching it, stopping it.
import { GatewayError } from '../core/errors.ts';
import type { Route, RouteRequest } from '../core/route.ts';
import { toRfc3339 } from '../core/time.ts';
import { ENDPOINT_SCOPES } from './endpoint-routes.ts';
import { audit, endpointOf } from './endpoint-views.ts';
import { compileFilter } from './filter/filter.ts';
import { expandTypes } from './match.ts';
import { placeOf, positionOf } from './pull.ts';
import { notEnabled, tooMany } from './refusals.ts';
import { type Replay, select } from './replay.ts';
import type { RouteDeps } from './route-deps.ts';
import type { EndpointRun } from './run.ts';
import { DryRun, listOf, Nothing, ReplayView, reading, StartReplay } from './shapes.ts';

const common = { access: ENDPOINT_SCOPES, tags: ['deliveries'] } as const;
const readNothing = reading(Nothing);
const readStart = reading(StartReplay);
/** Stretches of a thousand entries a dry run looks at before it says that there is more. */
const MOST_COUNTED = 200;

export function replayRoutes(deps: RouteDeps): Route[] {
  const { feed } = deps;
  return [
    {
      ...common,
      method: 'POST',
      path: '/v1/endpoints/:id/replay',
      body: 'json',
      summary:
        'Sends a stretch of the log to this endpoint again, in order per case, with the same ids and bytes; header webhook-replay names it.',
      schema: { body: StartReplay, answers: { 200: DryRun, 202: ReplayView } },
      async handle(request) {
        const { key, endpoint } = endpointOf(request, deps);
        const { dryRun = false, ...asked } = readStart(request.body);
        const run = feed.runOf(endpoint.id);
        if (!run) throw notEnabled();
        const running = feed.replays.of(endpoint.id).filter(({ state }) => state === 'running').length;
        if (!dryRun && running >= MOST_RUNNING)
          throw tooMany('too_many_replays', 'running replays', MOST_RUNNING, 'Wait for one to end, or cancel it.');
        const replay = await planned(asked, run, { id: `rep_${deps.newId()}`, by: key.id }, deps);
        const gone = await goneFor(replay, deps);
        if (dryRun)
          return { status: 200, body: { endpoint: endpoint.id, ...(await count(replay, run, deps)), ...gone } };
        await audit(deps, key, 'endpoint.replay', endpoint.id, { replay: replay.id, states: replay.states });
        await feed.replays.start(replay);
        return { status: 202, body: { ...view(replay, deps), ...gone } };
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/v1/endpoints/:id/replays',
      summary: 'The replays of this endpoint, newest first.',
      schema: { answers: { 200: listOf(ReplayView) } },
      handle(request) {
        const { endpoint } = endpointOf(request, deps);
        const data = feed.replays.of(endpoint.id).map((one) => view(one, deps));
        return { status: 200, body: { data, next_cursor: null, has_more: false } };
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/v1/endpoints/:id/replays/:replay',
      summary: 'How far a replay is.',
      schema: { answers: { 200: ReplayView } },
      handle: (request) => ({ status: 200, body: view(replayOf(request, deps), deps) }),
    },
    {
      ...common,
      method: 'POST',
      path: '/v1/endpoints/:id/replays/:replay/cancel',
      body: 'json',
      summary: 'Stops a replay; what is already on its way still arrives.',
      schema: { body: Nothing, answers: { 200: ReplayView } },
      async handle(request) {
        readNothing(request.body);
        const { key, endpoint } = endpointOf(request, deps);
        const replay = replayOf(request, deps);
        await audit(deps, key, 'endpoint.replay_cancel', endpoint.id, { replay: replay.id });
        const after = (await feed.replays.cancel(replay.id)) ?? replay;
        return { status: 200, body: view(after, deps) };
      },
    },
  ];
}

const MOST_GONE = 1_000;
const MOST_RUNNING = 5;

/** Dead letters asked for whose events the log does not keep any more: nothing is passed over in silence. */
async function goneFor(
  { endpoint, states, after, types }: Replay,
  { store }: RouteDeps,
): Promise<{ readonly unavailable?: number }> {
  const floor = await store.floor();
  // A place further on was asked for: what lies before it is not.
  if (floor === 0 || after > floor || !states.includes('dead')) return {};
  const dead = await store.deliveries({ endpoint, state: 'dead', before: floor + 1, limit: MOST_GONE });
  const gone = dead.filter(({ type }) => types === undefined || types.includes(type));
  return gone.length > 0 ? { unavailable: gone.length } : {};
}

type Asked = Omit<ReturnType<typeof readStart>, 'dryRun'>;

async function planned(
  { after = 'earliest', before = 'now', types, filter, states = ['dead', 'missing'], rate = 0 }: Asked,
  run: EndpointRun,
  { id, by }: Pick<Replay, 'id' | 'by'>,
  { feed, store, utcOffsetMinutes }: RouteDeps,
): Promise<Replay> {
  const from = await positionOf(store, after, utcOffsetMinutes);
  // Beyond its cursor everything is on its way already.
  const upTo = Math.min(await placeOf('before', positionOf(store, before, utcOffsetMinutes)), run.cursor);
  if (filter !== undefined) compileFilter(filter); // refuses it now, with the place of the fault
  const expanded = {
    ...(types === undefined ? {} : { types: expandTypes(types) }),
    ...(filter === undefined ? {} : { filter }),
  };
  const place = { after: from, upTo: Math.max(upTo, from), at: from };
  return {
    id,
    endpoint: run.endpoint.id,
    ...place,
    ...expanded,
    states,
    rate,
    by,
    createdAt: feed.clock.now(),
    state: 'running',
    sent: 0,
  };
}

async function count(
  replay: Replay,
  run: EndpointRun,
  { store }: RouteDeps,
): Promise<{ readonly matches: number; readonly complete: boolean }> {
  let matches = 0;
  let at = replay.at;
  for (let n = 0; n < MOST_COUNTED && at < replay.upTo; n++) {
    const { rows, upTo } = await select(store, { ...replay, at }, run);
    matches += rows.length;
    at = upTo;
  }
  return { matches, complete: at >= replay.upTo };
}

function view(replay: Replay, { utcOffsetMinutes }: RouteDeps): ReplayView {
  const { id, endpoint, state, states, types, rate, by, sent, after, upTo, at } = replay;
  return {
    ...{ id, endpoint, state, by, sent },
    states: [...states],
    ...(types === undefined ? {} : { types: [...types] }),
    ...(rate === 0 ? {} : { rate }),
    createdAt: toRfc3339(replay.createdAt, utcOffsetMinutes),
    progress: upTo === after ? 1 : (at - after) / (upTo - after),
  };
}

function replayOf(request: RouteRequest, deps: RouteDeps): Replay {
  const { endpoint } = endpointOf(request, deps);
  const replay = deps.feed.replays.find(request.params.replay ?? '');
  if (replay?.endpoint === endpoint.id) return replay;
  throw new GatewayError({
    code: 'replay_unknown',
    message: 'There is no such replay at this endpoint.',
    retryable: false,
    status: 404,
    advice: 'GET …/replays lists the last twenty.',
  });
}
