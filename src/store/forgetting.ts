// Forgetting: the measures by which every store lets go of what nobody asks for any more.

/** So many at once, lest those who wait for a commit wait long. */
export const FORGET_AT_ONCE = 100;

/** Nobody repeats a request after a quarter of a year: then its idempotency key goes. */
export const KEYS_KEPT_MS = 90 * 86_400_000;
