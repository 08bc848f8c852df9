// Handshake: an endpoint that no admin vouches for shows that it wants to be one, by returning a challenge.
import { randomBytes } from 'node:crypto';
import type { Endpoint } from '../core/store.ts';
import { changeEndpoint } from './endpoint-views.ts';
import { type PingResult, returned } from './ping.ts';
import type { RouteDeps } from './route-deps.ts';

/** Sends a challenge; when it comes back the endpoint is enabled. Answers the endpoint after it, and what was seen. */
export async function confirm(
  endpoint: Endpoint,
  deps: RouteDeps,
): Promise<{ endpoint: Endpoint; result: PingResult }> {
  const challenge = randomBytes(24).toString('base64url');
  const result = await deps.feed.ping(endpoint, { challenge });
  if (!returned(result, challenge)) return { endpoint, result };
  const enabled = await changeEndpoint(endpoint.id, deps, (now) =>
    // Only what was proved: a URL that was changed meanwhile proves nothing.
    now.url === endpoint.url && now.state === 'pending' ? { ...now, state: 'enabled' } : now,
  );
  if (enabled.state === 'enabled') deps.feed.announce(enabled, 'endpoint.enabled', { reason: 'challenge returned' });
  return { endpoint: enabled, result };
}
