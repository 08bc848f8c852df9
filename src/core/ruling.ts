// Ruling: a person's word that two cases are about one matter, or about two. The latest word about a pair counts.

export interface Ruling {
  /** Two case numbers. */
  readonly cases: readonly [string, string];
  readonly same: boolean;
}

/** As the store keeps it, with what both said (masked) and when (epoch ms): a labelled pair to learn from. */
export interface RulingLine extends Ruling {
  readonly by: string;
  readonly at: string;
  readonly said: readonly [
    { readonly masked: string; readonly at: number },
    { readonly masked: string; readonly at: number },
  ];
}
