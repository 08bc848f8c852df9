// Terms: how an endpoint wants its events: in what order, how many at once, and what a dead letter means for its case.
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Endpoint } from '../core/store.ts';

/** As asked for in POST and PATCH /v1/endpoints; all optional there. */
export const termFields = {
  ordering: Type.Optional(
    Type.Enum(['case', 'none', 'endpoint'], {
      description:
        'case (default): the events of one case in order. endpoint: all in order, one at a time. none: as they come.',
    }),
  ),
  onExhausted: Type.Optional(
    Type.Enum(['park_lane', 'skip'], {
      description:
        'After a dead letter: park_lane (default) holds later events of that case until it is redriven or skipped; skip goes on.',
    }),
  ),
  concurrency: Type.Optional(Type.Integer({ minimum: 1, maximum: 64, description: 'Attempts at once; default 8.' })),
  rate: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000, description: 'Attempts a second at most; default: no limit.' }),
  ),
};
/** The same in PATCH, where null lifts the limit of the rate. */
export const changedTerms = { ...termFields, rate: Type.Optional(Type.Union([termFields.rate, Type.Null()])) };
const Terms = Type.Object(termFields);
const compiled = Compile(Terms);

export interface Terms {
  readonly ordering: 'case' | 'none' | 'endpoint';
  readonly onExhausted: 'park_lane' | 'skip';
  readonly concurrency: number;
  readonly rate?: number;
}

const DEFAULTS: Terms = { ordering: 'case', onExhausted: 'park_lane', concurrency: 8 };

/** The terms of an endpoint, with defaults for what it left open. */
export function termsOf({ options }: Pick<Endpoint, 'options'>): Terms {
  const given = options.terms;
  return compiled.Check(given) ? { ...DEFAULTS, ...given } : DEFAULTS;
}

/** A dead letter holds up what comes after it in its lane. */
export function parks({ onExhausted, ordering }: Terms): boolean {
  return onExhausted === 'park_lane' && ordering !== 'none';
}

const Asked = Type.Object(changedTerms);
type Asked = Static<typeof Asked>;

/** The options of an endpoint after a change of its terms; what is not asked for stays. */
export function withTerms(options: Endpoint['options'], asked: Asked): Endpoint['options'] {
  const { ordering, onExhausted, concurrency, rate } = asked;
  const changed = Object.entries({ ordering, onExhausted, concurrency, rate }).filter(
    ([, value]) => value !== undefined,
  );
  if (changed.length === 0) return options;
  const before = compiled.Check(options.terms) ? options.terms : {};
  const terms = Object.entries({ ...before, ...Object.fromEntries(changed) }).filter(([, value]) => value !== null);
  return { ...options, terms: Object.fromEntries(terms) };
}
