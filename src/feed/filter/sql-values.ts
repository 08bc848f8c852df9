// Values of CESQL: boolean, 32-bit integer and string, how one is read as another, and how text is held against a pattern.

export type Value = boolean | number | string;
export type SqlFault = 'missingAttribute' | 'cast' | 'math' | 'functionEvaluation' | 'steps';

export const LEAST_INTEGER = -(2 ** 31);
export const MOST_INTEGER = 2 ** 31 - 1;

/** One evaluation: the event, the first fault, and how much work is left. */
export interface Run {
  /** Value of an attribute or of a path into the data; undefined when the event has none. */
  readonly read: (name: string) => Value | undefined;
  fault: SqlFault | undefined;
  /** Characters that may still be looked at. The same event and filter always use the same. */
  steps: number;
}

/** The first fault counts: all that follows from it is nothing but its consequence. */
export function failed<T>(run: Run, fault: SqlFault, value: T): T {
  run.fault ??= fault;
  return value;
}

/** False when the work allowed to one evaluation is used up. */
export function spend(run: Run, steps: number): boolean {
  run.steps -= steps;
  if (run.steps >= 0) return true;
  run.fault ??= 'steps';
  return false;
}

export function asText(value: Value): string {
  return typeof value === 'string' ? value : String(value);
}

export function asInteger(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (!/^[+-]?\d{1,20}$/.test(value)) return undefined;
  const number = Number(value);
  return number >= LEAST_INTEGER && number <= MOST_INTEGER ? number : undefined;
}

/** A number is no truth value unless BOOL() makes it one: so says the conformance kit. */
export function asBoolean(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return undefined;
  const text = value.toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** `value` as the type of `model`. */
export function asTypeOf(model: Value, value: Value): Value | undefined {
  if (typeof model === 'string') return asText(value);
  return typeof model === 'number' ? asInteger(value) : asBoolean(value);
}

export interface Pattern {
  readonly pieces: readonly { readonly is: 'any' | 'one' | 'char'; readonly char: string }[];
}

/** `%` any text, `_` one character, `\%` and `\_` themselves; every other backslash is one. */
export function patternOf(text: string): Pattern {
  const pieces: { is: 'any' | 'one' | 'char'; char: string }[] = [];
  const all = [...text];
  for (let at = 0; at < all.length; at++) {
    const char = all[at] ?? '';
    const next = all[at + 1];
    if (char === '\\' && (next === '%' || next === '_')) {
      pieces.push({ is: 'char', char: next });
      at++;
    } else if (char === '%') {
      if (pieces.at(-1)?.is !== 'any') pieces.push({ is: 'any', char });
    } else pieces.push(char === '_' ? { is: 'one', char } : { is: 'char', char });
  }
  return { pieces };
}

/** Two hands, no recursion: after a mismatch the last `%` takes one character more. */
export function fits({ pieces }: Pattern, text: string, run: Run): boolean {
  const chars = [...text];
  let at = 0;
  let piece = 0;
  let star = -1;
  let from = 0;
  while (at < chars.length) {
    if (!spend(run, 1)) return false;
    const now = pieces[piece];
    if (now?.is === 'any') {
      star = piece++;
      from = at;
    } else if (now && (now.is === 'one' || now.char === chars[at])) {
      piece++;
      at++;
    } else if (star < 0) return false;
    else {
      piece = star + 1;
      at = ++from;
    }
  }
  while (pieces[piece]?.is === 'any') piece++;
  return piece === pieces.length;
}
