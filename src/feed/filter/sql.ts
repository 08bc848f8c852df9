// CESQL: an expression compiled once into plain functions. It never throws at an event: a fault has a name and is no match.
import { functionOf } from './sql-functions.ts';
import { type Arithmetic, type Comparison, type Logic, type Reading, type Tree, treeOf } from './sql-tree.ts';
import {
  asBoolean,
  asInteger,
  asText,
  asTypeOf,
  failed,
  fits,
  LEAST_INTEGER,
  MOST_INTEGER,
  patternOf,
  type Run,
  type SqlFault,
  type Value,
} from './sql-values.ts';

export interface SqlResult {
  readonly value: Value;
  readonly fault?: SqlFault;
}

export type Sql = (read: Run['read']) => SqlResult;
type Step = (run: Run) => Value;

/** Characters one evaluation may look at: under a millisecond, and far more than an event needs. */
const MOST_STEPS = 200_000;

/** Throws as `treeOf` does; what it answers never throws. */
export function compileSql(text: string, reading: Reading): Sql {
  const step = compile(treeOf(text, reading));
  return (read) => {
    const run: Run = { read, fault: undefined, steps: MOST_STEPS };
    const value = step(run);
    return run.fault === undefined ? { value } : { value, fault: run.fault };
  };
}

function compile(tree: Tree): Step {
  switch (tree.is) {
    case 'literal':
      return () => tree.value;
    case 'attribute':
      return (run) => run.read(tree.name) ?? failed(run, 'missingAttribute', false);
    case 'exists':
      return (run) => run.read(tree.name) !== undefined;
    case 'not':
      return not(compile(tree.of));
    case 'minus':
      return minus(compile(tree.of));
    case 'like':
      return like(compile(tree.of), tree.pattern, tree.negated);
    case 'in':
      return within(compile(tree.of), tree.set.map(compile), tree.negated);
    case 'compare':
      return compare(tree.by, compile(tree.left), compile(tree.right));
    case 'reckon':
      return reckon(tree.by, compile(tree.left), compile(tree.right));
    case 'logic':
      return logic(tree.by, compile(tree.left), compile(tree.right));
    case 'call':
      return call(functionOf(tree.name), tree.given.map(compile));
  }
}

function call(does: ReturnType<typeof functionOf>, given: readonly Step[]): Step {
  return (run) => {
    const values: Value[] = [];
    for (const step of given) {
      values.push(step(run));
      if (run.fault !== undefined) return false;
    }
    return does(values, run);
  };
}

function not(of: Step): Step {
  return (run) => {
    const value = of(run);
    if (run.fault !== undefined) return false;
    return !(asBoolean(value) ?? failed(run, 'cast', false));
  };
}

function minus(of: Step): Step {
  return (run) => {
    const value = of(run);
    if (run.fault !== undefined) return 0;
    const number = asInteger(value);
    return number === undefined ? failed(run, 'cast', 0) : whole(-number, run);
  };
}

function like(of: Step, text: string, negated: boolean): Step {
  const pattern = patternOf(text);
  return (run) => {
    const value = of(run);
    return run.fault === undefined && fits(pattern, asText(value), run) !== negated && run.fault === undefined;
  };
}

function within(of: Step, set: readonly Step[], negated: boolean): Step {
  return (run) => {
    const value = of(run);
    for (const step of set) {
      const one = step(run);
      if (run.fault !== undefined) return false;
      const same = asTypeOf(value, one);
      if (same === undefined) return failed(run, 'cast', false);
      if (same === value) return !negated;
    }
    return run.fault === undefined && negated;
  };
}

function compare(by: Comparison, first: Step, second: Step): Step {
  return (run) => {
    const left = first(run);
    const right = second(run);
    if (run.fault !== undefined) return false;
    if (by === '=' || by === '!=') {
      const same = asTypeOf(right, left);
      return same === undefined ? failed(run, 'cast', false) : (same === right) === (by === '=');
    }
    const [a, b] = [asInteger(left), asInteger(right)];
    if (a === undefined || b === undefined) return failed(run, 'cast', false);
    if (by === '<') return a < b;
    if (by === '<=') return a <= b;
    return by === '>' ? a > b : a >= b;
  };
}

function reckon(by: Arithmetic, first: Step, second: Step): Step {
  return (run) => {
    const left = first(run);
    const right = second(run);
    if (run.fault !== undefined) return 0;
    const [a, b] = [asInteger(left), asInteger(right)];
    if (a === undefined || b === undefined) return failed(run, 'cast', 0);
    if (by === '+') return whole(a + b, run);
    if (by === '-') return whole(a - b, run);
    if (by === '*') return whole(a * b, run);
    if (b === 0) return failed(run, 'math', 0);
    return whole(by === '/' ? Math.trunc(a / b) : a % b, run);
  };
}

/** What the left side settles, the right side is not asked. */
function logic(by: Logic, first: Step, second: Step): Step {
  const truth = (step: Step, run: Run): boolean => {
    const value = step(run);
    return run.fault === undefined && (asBoolean(value) ?? failed(run, 'cast', false));
  };
  return (run) => {
    const left = truth(first, run);
    if (run.fault !== undefined) return false;
    if (by === 'AND' && !left) return false;
    if (by === 'OR' && left) return true;
    const right = truth(second, run);
    if (run.fault !== undefined) return false;
    return by === 'XOR' ? left !== right : right;
  };
}

/** Integers have 32 bits; there is one nought. */
function whole(value: number, run: Run): number {
  if (value < LEAST_INTEGER || value > MOST_INTEGER) return failed(run, 'math', 0);
  return value + 0;
}
