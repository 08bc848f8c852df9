// Life routes: enabling, disabling, confirming and testing an endpoint, changing its secret, and how it is doing.
import { GatewayError } from '../core/errors.ts';
import type { Route } from '../core/route.ts';
import type { Endpoint } from '../core/store.ts';
import { toRfc3339 } from '../core/time.ts';
import { HealthAnswer, TestAnswer } from './answer-shapes.ts';
import { ENDPOINT_SCOPES } from './endpoint-routes.ts';
import { publicKeys, schemesOf } from './endpoint-signing.ts';
import { audit, changeEndpoint, endpointOf, viewEndpoint } from './endpoint-views.ts';
import { confirm } from './handshake.ts';
import { expandTypes } from './match.ts';
import type { PingResult } from './ping.ts';
import { isAdmin } from './rights.ts';
import type { RouteDeps } from './route-deps.ts';
import { kindOf, newSecret, newSigningKey, rotated } from './secrets.ts';
import { EnabledEndpoint, EndpointView, Nothing, Rotated, RotateSecret, reading, TestSend } from './shapes.ts';

const common = { access: ENDPOINT_SCOPES, tags: ['endpoints'] } as const;
const post = { ...common, method: 'POST', body: 'json' } as const;
const readTest = reading(TestSend);
const readNothing = reading(Nothing);
const readRotate = reading(RotateSecret);
const DAY_SECONDS = 86_400;

export function lifeRoutes(deps: RouteDeps): Route[] {
  const { feed } = deps;
  return [
    {
      ...post,
      path: '/v1/endpoints/:id/test',
      summary:
        'Sends a signed webhook.ping, or an invented event of a type, that is not in the log; shows what was sent and what came back.',
      schema: { body: TestSend, answers: { 200: TestAnswer } },
      async handle(request) {
        const { type: asked } = readTest(request.body);
        const { key, endpoint } = endpointOf(request, deps);
        const [type] = asked === undefined ? [] : expandTypes([asked]);
        return {
          status: 200,
          body: shown(await feed.ping(endpoint, type === undefined ? {} : { type }), isAdmin(key)),
        };
      },
    },
    {
      ...post,
      path: '/v1/endpoints/:id/verify',
      summary: 'Sends the challenge once more to an endpoint that is still pending.',
      schema: { body: Nothing, answers: { 200: EndpointView } },
      async handle(request) {
        readNothing(request.body);
        const { key, endpoint } = endpointOf(request, deps);
        if (endpoint.state !== 'pending') return { status: 200, body: viewEndpoint(endpoint, deps) };
        await audit(deps, key, 'endpoint.verify', endpoint.id);
        const { endpoint: after, result } = await confirm(endpoint, deps);
        if (after.state === 'enabled') return { status: 200, body: viewEndpoint(after, deps) };
        throw unconfirmed(result);
      },
    },
    {
      ...post,
      path: '/v1/endpoints/:id/enable',
      summary:
        'Enables an endpoint; it goes on where it stopped. What retention let go of meanwhile is told in `missed`.',
      schema: { body: Nothing, answers: { 200: EnabledEndpoint } },
      async handle(request) {
        readNothing(request.body);
        const { key, endpoint } = endpointOf(request, deps);
        const proved = (now: Endpoint): Endpoint => {
          if (now.state === 'pending' && !isAdmin(key)) throw unconfirmed();
          return now;
        };
        proved(endpoint);
        await audit(deps, key, 'endpoint.enable', endpoint.id);
        // Looked at once more where it is changed: its URL may have become another meanwhile.
        const floor = await deps.store.floor();
        const changed = await changeEndpoint(endpoint.id, deps, (now) => enabled(proved(now), floor));
        const missed = Math.max(0, floor - endpoint.cursor);
        const told = missed > 0 ? { missed } : {};
        if (endpoint.state !== 'enabled') feed.announce(changed, 'endpoint.enabled', { reason: 'by request', ...told });
        return { status: 200, body: { ...viewEndpoint(changed, deps), ...told } };
      },
    },
    {
      ...post,
      path: '/v1/endpoints/:id/disable',
      summary: 'Stops sending; events stay in the log and are sent once it is enabled again.',
      schema: { body: Nothing, answers: { 200: EndpointView } },
      async handle(request) {
        readNothing(request.body);
        const { key, endpoint } = endpointOf(request, deps);
        await audit(deps, key, 'endpoint.disable', endpoint.id);
        const reason = 'by request';
        const changed = await changeEndpoint(endpoint.id, deps, (now) =>
          now.state === 'enabled' ? { ...now, state: 'disabled', disabledReason: reason } : now,
        );
        if (endpoint.state === 'enabled') feed.announce(changed, 'endpoint.disabled', { reason });
        return { status: 200, body: viewEndpoint(changed, deps) };
      },
    },
    {
      ...post,
      path: '/v1/endpoints/:id/rotate',
      summary:
        'Makes a new secret, and a new key where v1a is on. The old ones sign as well for overlapSeconds (a day), or end at once with revoke.',
      schema: { body: RotateSecret, answers: { 200: Rotated } },
      async handle(request) {
        const { key, endpoint } = endpointOf(request, deps);
        const { overlapSeconds = DAY_SECONDS, revoke = false, only } = readRotate(request.body);
        const now = feed.clock.now();
        const until = revoke || overlapSeconds === 0 ? undefined : now + overlapSeconds * 1_000;
        const signs = schemesOf(endpoint).includes('v1a');
        if (only === 'key' && !signs) throw keyless();
        const fresh = [
          ...(only === 'key' ? [] : [newSecret()]),
          ...(signs && only !== 'secret' ? [newSigningKey()] : []),
        ];
        await audit(deps, key, 'endpoint.rotate', endpoint.id, { overlapSeconds, revoke, ...(only ? { only } : {}) });
        const changed = await changeEndpoint(endpoint.id, deps, (current) => ({
          ...current,
          secrets: fresh.reduce((all, secret) => rotated(all, { secret, by: key.id }, now, until), current.secrets),
        }));
        const secret = fresh.find((one) => kindOf(one) === 'hmac');
        const body = {
          id: endpoint.id,
          ...(secret === undefined ? {} : { secret }),
          ...(signs ? { publicKeys: publicKeys(changed, now) } : {}),
          ...(until === undefined ? {} : { previousUntil: toRfc3339(until, deps.utcOffsetMinutes) }),
        };
        return { status: 200, body };
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/v1/endpoints/:id/health',
      summary: 'How the endpoint is doing: lag, attempts, what it last answered.',
      schema: { answers: { 200: HealthAnswer } },
      async handle(request) {
        const { endpoint } = endpointOf(request, deps);
        return { status: 200, body: { id: endpoint.id, ...(await feed.health(endpoint.id)) } };
      },
    },
  ];
}

function enabled({ disabledReason: _ended, ...endpoint }: Endpoint, floor: number): Endpoint {
  return { ...endpoint, state: 'enabled', cursor: Math.max(endpoint.cursor, floor) };
}

/** What a receiver answers may be a page of somebody's inner system: only an admin sees it. */
function shown(result: PingResult, whole: boolean): PingResult {
  if (whole || !result.response) return result;
  const { response, ...rest } = result;
  const type = response.headers['content-type'];
  return { ...rest, response: { headers: type === undefined ? {} : { 'content-type': type }, body: '' } };
}

function unconfirmed(result?: PingResult): GatewayError {
  const seen = result?.error?.message ?? (result?.status === undefined ? '' : `it answered ${result.status}`);
  return new GatewayError({
    code: 'not_confirmed',
    message: `The endpoint has not returned the challenge${seen ? `: ${seen}` : ''}.`,
    retryable: false,
    status: 409,
    advice: 'Answer webhook.ping with data.challenge as plain text or as {"challenge": …}, then POST …/verify.',
  });
}

function keyless(): GatewayError {
  return new GatewayError({
    code: 'no_signing_key',
    message: 'This endpoint has no ed25519 key: it does not ask for v1a signatures.',
    retryable: false,
    status: 409,
    field: 'only',
    advice: 'PATCH the endpoint with {"signatures": ["v1", "v1a"]} first.',
  });
}
