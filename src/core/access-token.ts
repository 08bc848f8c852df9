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

/** Renewed so long before its end: the platforms keep the old one alive meanwhile. */
const MARGIN_SECONDS = 60;

export function keepToken(fetchToken: () => Promise<Fresh>, now: () => number): TokenKeeper {
  let held: { readonly token: string; readonly until: number } | undefined;
  let under: Promise<string> | undefined;
  const renew = async (): Promise<string> => {
    const { token, expiresInSeconds } = await fetchToken();
    held = { token, until: now() + Math.max(0, expiresInSeconds - MARGIN_SECONDS) * 1000 };
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
      if (held?.token === token) held = undefined;
    },
  };
}
