// Refuse: what is said of a filter that cannot be taken: a code, the place in it, and what to do. Bounds stand here too.
import { GatewayError } from '../../core/errors.ts';

export type FilterFault =
  | 'filter_syntax'
  | 'filter_dialect'
  | 'filter_attribute'
  | 'filter_function'
  | 'filter_too_large'
  | 'filter_too_deep';

/** Bytes of a filter as JSON; filters of people who know what they want are some hundred. */
export const MOST_BYTES = 4_096;
/** Terms of one filter: every condition, operator, literal and name counts one. */
const MOST_TERMS = 256;
/** Levels of nesting, of dialects and of brackets each. */
export const MOST_DEPTH = 24;

/** `at` is the place: path of the dialect in the filter, and for `sql` the character (from 1). */
export function refuseFilter(
  code: FilterFault,
  message: string,
  at: { readonly path: string; readonly character?: number },
  advice: string,
): GatewayError {
  const where = at.character === undefined ? '' : ` at character ${at.character}`;
  return new GatewayError({
    code,
    message: `${message}${where}`,
    retryable: false,
    status: 422,
    field: at.path,
    advice,
  });
}

/** Counts the terms of one filter while it is read. */
export class Terms {
  #left = MOST_TERMS;

  /** Throws `filter_too_large` when the filter has more terms than it may. */
  take(at: { readonly path: string; readonly character?: number }): void {
    if (--this.#left >= 0) return;
    throw refuseFilter(
      'filter_too_large',
      `the filter has more than ${MOST_TERMS} terms`,
      at,
      'Ask for whole groups of types with types=, or make two endpoints.',
    );
  }
}
