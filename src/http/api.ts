// The API: all routes of cases, matters, keys, documents and operations, and the first admin key.
import type { Route } from '../core/route.ts';
import type { Store } from '../core/store.ts';
import { toRfc3339 } from '../core/time.ts';
import type { ApiDeps } from './deps.ts';
import { hashToken } from './keyring.ts';
import { attachmentRoutes } from './routes/attachments.ts';
import { auditRoutes } from './routes/audit.ts';
import { callbackRoutes } from './routes/callbacks.ts';
import { callRoutes } from './routes/calls.ts';
import { caseRoutes } from './routes/cases.ts';
import { decisionRoutes } from './routes/decisions.ts';
import { hotRoutes } from './routes/hot.ts';
import { keyRoutes, mintToken } from './routes/keys.ts';
import { lookupRoutes } from './routes/lookup.ts';
import { matterRoutes } from './routes/matters.ts';
import { mendingRoutes } from './routes/mending.ts';
import { operationRoutes } from './routes/operations.ts';
import { partyRoutes } from './routes/parties.ts';
import { quarantineRoutes } from './routes/quarantine.ts';
import { ratingRoutes } from './routes/ratings.ts';
import { reportRoutes } from './routes/reports.ts';
import { routingRoutes } from './routes/routing.ts';
import { schemaRoutes } from './routes/schemas.ts';
import { unitRoutes } from './routes/units.ts';

export type { ApiDeps } from './deps.ts';

export function apiRoutes(deps: ApiDeps): Route[] {
  return [
    ...lookupRoutes(deps),
    ...unitRoutes(deps),
    ...caseRoutes(deps),
    ...callRoutes(deps),
    ...ratingRoutes(deps),
    ...attachmentRoutes(deps),
    ...decisionRoutes(deps),
    ...reportRoutes(deps),
    ...callbackRoutes(deps),
    ...hotRoutes(deps),
    ...matterRoutes(deps),
    ...partyRoutes(deps),
    ...mendingRoutes(deps),
    ...keyRoutes(deps),
    ...auditRoutes(deps),
    ...quarantineRoutes(deps),
    ...routingRoutes(deps),
    ...schemaRoutes(),
    ...operationRoutes(deps),
  ];
}

/**
 * Makes sure somebody can get in: with CIVICLINE_ADMIN_KEY nothing is needed; otherwise, when no live admin key exists, one
 * is made. `created` is its token, to be shown once; only its hash is kept.
 */
export async function ensureAdminKey(
  store: Pick<Store, 'keys' | 'putKey'>,
  environmentToken: string | undefined,
  means: {
    readonly random: (n: number) => Uint8Array;
    readonly now: () => number;
    readonly ulid: () => string;
    readonly utcOffsetMinutes: number;
  },
): Promise<{ readonly created?: string }> {
  if (environmentToken) return {};
  const keys = await store.keys();
  if (keys.some((k) => k.revokedAt === undefined && k.scopes.includes('admin'))) return {};
  const created = mintToken(means.random);
  await store.putKey({
    id: `key_${means.ulid()}`,
    name: 'first admin key',
    hash: hashToken(created),
    scopes: ['admin'],
    createdAt: toRfc3339(means.now(), means.utcOffsetMinutes),
  });
  return { created };
}
