// Problems: what is wrong in the configuration, all of it at once, each with its place and what to do.
import { GatewayError } from '../core/errors.ts';

export interface Problem {
  /** File name inside the config folder, or `environment`. */
  readonly file: string;
  /** Where in the file, e.g. `/units/3/superior`; empty = the file itself. */
  readonly path: string;
  /** Line of the file, where it could be found. */
  readonly line?: number;
  readonly problem: string;
  readonly hint: string;
}

export class ConfigProblems extends GatewayError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map((one) => `  ${problemLine(one)}`);
    super({
      code: 'config_invalid',
      message: `The configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${lines.join('\n')}`,
      retryable: false,
      advice: 'Correct them and start again; nothing was opened.',
    });
    this.name = 'ConfigProblems';
    this.problems = problems;
  }
}

/** `units.yaml:12 /units/3/superior: there is no unit mars (…)` */
const problemLine = (one: Problem): string => `${placeOf(one)}: ${one.problem} (${one.hint})`;

export const placeOf = ({ file, line, path }: Problem): string =>
  `${file}${line === undefined ? '' : `:${line}`}${path === '' ? '' : ` ${path}`}`;

/** Collects problems while everything is read, so that one start shows them all. */
export interface Ledger {
  readonly problems: Problem[];
  add(file: string, path: string, problem: string, hint: string): void;
  /** From now on places in this file are told with their line. */
  locate(file: string, lineOf: (path: string) => number | undefined): void;
  lineOf(file: string, path: string): number | undefined;
}

export function ledger(): Ledger {
  const problems: Problem[] = [];
  const files = new Map<string, (path: string) => number | undefined>();
  const lineOf = (file: string, path: string) => files.get(file)?.(path);
  return {
    problems,
    add(file, path, problem, hint) {
      const line = lineOf(file, path);
      problems.push({ file, path, ...(line === undefined ? {} : { line }), problem, hint });
    },
    locate: (file, find) => void files.set(file, find),
    lineOf,
  };
}
