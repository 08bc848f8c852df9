// Keyring: from a bearer token to its key. Tokens are known by their hash only; answers are remembered for a few seconds.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey, Scope } from '../core/access.ts';
import type { Store } from '../core/store.ts';

export interface Keyring {
  /** The live key this token opens with, or undefined. */
  find(token: string): Promise<ApiKey | undefined>;
  /** Whether a key that opened once still would. */
  lives(key: ApiKey): Promise<boolean>;
  /** After a key was made or revoked: nothing remembered counts any more. */
  forget(): void;
}

/** How long a revocation made by another process may go unnoticed. */
const REMEMBER_MS = 5_000;
const MOST_REMEMBERED = 2_000;
export const ENVIRONMENT_KEY = 'key_environment';

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** `adminToken` is CIVICLINE_ADMIN_KEY: never stored, may change between starts. */
export function openKeyring(deps: {
  readonly store: Pick<Store, 'keyByHash'>;
  readonly now: () => number;
  readonly adminToken?: string;
}): Keyring {
  const { store, now, adminToken } = deps;
  const admin = adminToken ? environmentKey(adminToken) : undefined;
  const remembered = new Map<string, { readonly key: ApiKey | undefined; readonly until: number }>();
  const remember = (token: string, key: ApiKey | undefined): ApiKey | undefined => {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(token, { key, until: now() + REMEMBER_MS });
    return key;
  };
  return {
    async find(token) {
      const known = remembered.get(token);
      if (known && known.until > now()) return known.key;
      const hash = hashToken(token);
      if (admin && same(admin.hash, hash)) return remember(token, admin);
      const found = await store.keyByHash(hash);
      const key = found && found.revokedAt === undefined && same(found.hash, hash) ? found : undefined;
      return remember(token, key);
    },
    async lives({ id, hash }) {
      if (id === ENVIRONMENT_KEY) return admin?.hash === hash;
      const found = await store.keyByHash(hash);
      return found !== undefined && found.revokedAt === undefined;
    },
    forget: () => remembered.clear(),
  };
}

function environmentKey(token: string): ApiKey {
  return {
    id: ENVIRONMENT_KEY,
    name: 'CIVICLINE_ADMIN_KEY',
    hash: hashToken(token),
    scopes: ['admin'],
    createdAt: '1970-01-01T00:00:00Z',
  };
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +([\x21-\x7e]{1,512})$/i.exec(header)?.[1];
}

/** `admin` opens everything. */
export function opens(key: ApiKey, access: readonly Scope[]): boolean {
  return key.scopes.some((scope) => scope === 'admin' || access.includes(scope));
}
