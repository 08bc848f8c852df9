// Rivals: remembers what was committed lately, so that a decision taken before a rival's commit is seen to be stale.

/** What a message touches: its delivery, its proved senders, its words, its matter. Numbers are sketch values. */
export type Token = string | number;

/** The tokens of one decision, from the names under which a store finds its delivery and its proved senders. */
export function tokensOf(touched: {
  readonly delivery: string;
  readonly proved: readonly string[];
  readonly postings: readonly number[];
  readonly matter: string | undefined;
}): Token[] {
  return [
    `d${touched.delivery}`,
    ...touched.proved.map((name) => `p${name}`),
    ...touched.postings,
    ...(touched.matter === undefined ? [] : [matterToken(touched.matter)]),
  ];
}

export const matterToken = (id: string): Token => `m${id}`;

/**
 * A bounded memory of token → position of the log at its last commit. What has been forgotten counts as rival:
 * a needless second look costs a millisecond, a missed rival costs a doubled case.
 */
export class Recent {
  readonly #last = new Map<Token, number>();
  readonly #room: number;
  #floor: number;

  /** `head` is the log's head at opening: nothing is known of what was decided before. */
  constructor(head: number, room = 50_000) {
    this.#floor = head;
    this.#room = room;
  }

  note(seq: number, tokens: readonly Token[]): void {
    for (const token of tokens) {
      this.#last.delete(token);
      this.#last.set(token, seq);
    }
    while (this.#last.size > this.#room) {
      const [oldest] = this.#last;
      if (!oldest) return;
      this.#last.delete(oldest[0]);
      this.#floor = Math.max(this.#floor, oldest[1]);
    }
  }

  /** True when something that touches any of `tokens` was, or may have been, committed after `watermark`. */
  rivals(watermark: number, tokens: readonly Token[]): boolean {
    if (watermark < this.#floor) return true;
    return tokens.some((token) => (this.#last.get(token) ?? -1) > watermark);
  }
}
