// Problems: what is wrong in the configuration, all of it at once, each with its place and what to do.
import { GatewayError } from '../core/errors.ts';

export interface Problem {
  /** File name inside the config folder, or `environment`. */
  readonly file: string;
  /** Where in the file, e.g. `/units/3/superior`; empty = the file itself. */
  readonly path: string;
  readonly problem: string;
  readonly hint: string;
}

export class ConfigProblems extends GatewayError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(
      (one) => `  ${one.file}${one.path === '' ? '' : ` ${one.path}`}: ${one.problem} (${one.hint})`,
    );
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

/** Collects problems while everything is read, so that one start shows them all. */
export interface Ledger {
  readonly problems: Problem[];
  add(file: string, path: string, problem: string, hint: string): void;
}

export function ledger(): Ledger {
  const problems: Problem[] = [];
  return { problems, add: (file, path, problem, hint) => void problems.push({ file, path, problem, hint }) };
}
