// Spans: which finds in a text lie inside others, told in one walk: texts that repeat one word twenty thousand times exist.

export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * How far the spans that begin at or before a place reach. `spans` come in order of `from`, and so must the questions be:
 * then all questions together cost one walk along the spans.
 */
export function reach(spans: readonly Span[]): (place: number) => number {
  let next = 0;
  let furthest = -1;
  return (place) => {
    for (let span = spans[next]; span !== undefined && span.from <= place; span = spans[++next])
      if (span.to > furthest) furthest = span.to;
    return furthest;
  };
}

/** Those whose beginning lies in no longer one. `finds` come in order of `at`; nothing is looked at beyond `longest` characters. */
export function outermost<T extends { readonly at: number; readonly word: string }>(finds: readonly T[]): T[] {
  const longest = finds.reduce((most, { word }) => Math.max(most, word.length), 0);
  let first = 0;
  return finds.filter(({ at, word }) => {
    while ((finds[first]?.at ?? at) <= at - longest) first++;
    for (let i = first; ; i++) {
      const other = finds[i];
      if (other === undefined || other.at > at) return true;
      if (other.word.length > word.length && at < other.at + other.word.length) return false;
    }
  });
}
