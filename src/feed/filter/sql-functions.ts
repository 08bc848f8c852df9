// Functions of CESQL: those of the specification; what they cannot do is a fault, never an exception.
import { asBoolean, asInteger, asText, failed, MOST_INTEGER, type Run, spend, type Value } from './sql-values.ts';

interface SqlFunction {
  readonly least: number;
  readonly most: number;
  readonly run: (given: readonly Value[], run: Run) => Value;
}

/** Text an expression may build: events are smaller than this. */
const LONGEST = 65_536;

const text = (given: readonly Value[], at: number): string => asText(given[at] ?? '');

function integer(given: readonly Value[], at: number, run: Run): number {
  return asInteger(given[at] ?? 0) ?? failed(run, 'cast', 0);
}

function joined(parts: readonly string[], by: string, run: Run): string {
  const length = parts.reduce((sum, part) => sum + part.length + by.length, 0);
  if (length > LONGEST || !spend(run, length)) return failed(run, 'functionEvaluation', '');
  return parts.join(by);
}

/** Characters, not halves of them. */
function characters(given: readonly Value[], run: Run): string[] {
  const whole = text(given, 0);
  return spend(run, whole.length) ? [...whole] : [];
}

function side(given: readonly Value[], run: Run, cut: (all: string[], length: number) => string[]): string {
  const all = characters(given, run);
  const length = integer(given, 1, run);
  if (length < 0) return failed(run, 'functionEvaluation', all.join(''));
  return cut(all, length).join('');
}

/** Counts from 1; from the end when negative. Beyond either end is a fault, nought is nothing. */
function substring(given: readonly Value[], run: Run): string {
  const all = characters(given, run);
  const from = integer(given, 1, run);
  const length = given.length > 2 ? integer(given, 2, run) : all.length;
  if (Math.abs(from) > all.length || length < 0) return failed(run, 'functionEvaluation', '');
  if (from === 0) return '';
  const start = from > 0 ? from - 1 : all.length + from;
  return all.slice(start, start + length).join('');
}

const FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  INT: { least: 1, most: 1, run: ([value = 0], run) => asInteger(value) ?? failed(run, 'cast', 0) },
  BOOL: {
    least: 1,
    most: 1,
    run: ([value = false], run) =>
      typeof value === 'number' ? value !== 0 : (asBoolean(value) ?? failed(run, 'cast', false)),
  },
  STRING: { least: 1, most: 1, run: (given) => text(given, 0) },
  ABS: {
    least: 1,
    most: 1,
    run: (given, run) => {
      const size = Math.abs(integer(given, 0, run));
      return size > MOST_INTEGER ? failed(run, 'math', MOST_INTEGER) : size;
    },
  },
  LENGTH: { least: 1, most: 1, run: (given, run) => characters(given, run).length },
  CONCAT: { least: 0, most: 64, run: (given, run) => joined(given.map(asText), '', run) },
  CONCAT_WS: { least: 1, most: 64, run: ([by = '', ...rest], run) => joined(rest.map(asText), asText(by), run) },
  LOWER: {
    least: 1,
    most: 1,
    run: (given, run) => (spend(run, text(given, 0).length) ? text(given, 0).toLowerCase() : ''),
  },
  UPPER: {
    least: 1,
    most: 1,
    run: (given, run) => (spend(run, text(given, 0).length) ? text(given, 0).toUpperCase() : ''),
  },
  TRIM: { least: 1, most: 1, run: (given, run) => (spend(run, text(given, 0).length) ? text(given, 0).trim() : '') },
  LEFT: { least: 2, most: 2, run: (given, run) => side(given, run, (all, length) => all.slice(0, length)) },
  RIGHT: {
    least: 2,
    most: 2,
    run: (given, run) => side(given, run, (all, length) => all.slice(Math.max(0, all.length - length))),
  },
  SUBSTRING: { least: 2, most: 3, run: substring },
};

/** How many arguments a function takes; undefined when there is none of this name (upper case). */
export function signatureOf(name: string): Pick<SqlFunction, 'least' | 'most'> | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
}

/** The function of a name that `signatureOf` knows. */
export function functionOf(name: string): SqlFunction['run'] {
  return FUNCTIONS[name]?.run ?? ((_given, run) => failed(run, 'functionEvaluation', false));
}
