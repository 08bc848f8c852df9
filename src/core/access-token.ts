// Access token: one keeper an account, so that two senders never fetch tokens that annul each other.

export interface Fresh {
  readonly token: string;
  readonly expiresInSeconds: number;
}

export interface TokenKeeper {
  get(): Promise<string>;
  /** The platform refused this token: the next `get` fetches another, unless somebody did already. */
  refused(token: string): void;
}

/** Where a token outlives a restart, for platforms that count how often one is asked for. */
export interface TokenShelf {
  get(): Promise<string | undefined>;
  put(value: string): Promise<void>;
}

interface Held {
  readonly token: string;
  /** Epoch ms from which another is fetched. */
  readonly until: number;
}

/** Platforms refuse to be forced more often, and count it by the day. */
const FORCED_APART_MS = 30_000;

/** Renewed so long before its end: the platforms keep the old one alive meanwhile. */
const MARGIN_SECONDS = 60;

/** `fetchToken` is told to force another where the last one was refused: then the platform must not hand out the same again. */
export function keepToken(
  fetchToken: (isForced: boolean) => Promise<Fresh>,
  now: () => number,
  shelf?: TokenShelf,
): TokenKeeper {
  let held: Held | undefined;
  let wasRefused = false;
  let forcedAt = Number.NEGATIVE_INFINITY;
  let under: Promise<string> | undefined;
  const renew = async (): Promise<string> => {
    const shelved = wasRefused ? undefined : heldIn(await shelf?.get());
    if (shelved && now() < shelved.until) {
      held = shelved;
      return shelved.token;
    }
    const isForced = wasRefused && now() - forcedAt >= FORCED_APART_MS;
    if (isForced) forcedAt = now();
    const { token, expiresInSeconds } = await fetchToken(isForced);
    held = { token, until: now() + Math.max(0, expiresInSeconds - MARGIN_SECONDS) * 1000 };
    wasRefused = false;
    await shelf?.put(JSON.stringify(held));
    return token;
  };
  return {
    async get() {
      if (held && now() < held.until) return held.token;
      under ??= renew().finally(() => {
        under = undefined;
      });
      return under;
    },
    refused(token) {
      if (held?.token !== token) return;
      held = undefined;
      wasRefused = true;
    },
  };
}

/** What cannot be read is nothing held: a new token is fetched. */
function heldIn(text: string | undefined): Held | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const [token, until]: unknown[] = [Reflect.get(value, 'token'), Reflect.get(value, 'until')];
  return typeof token === 'string' && typeof until === 'number' ? { token, until } : undefined;
}
