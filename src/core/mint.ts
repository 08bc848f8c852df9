// Mint: the random and the ordered names the core needs, handed in so that core itself stays pure.

export interface Mint {
  /** A time-ordered ULID in lower or upper case Crockford base 32, without prefix. */
  ulid(): string;
  /** A case number of the day of `now` (epoch ms); may collide, then the store says `taken` and another is minted. */
  caseNo(now: number): string;
  /** A query code of 8 characters. */
  queryCode(): string;
}
