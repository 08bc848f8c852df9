// Fail: tells a problem on standard error in words an operator can act on, and gives the exit code.
import { ConfigProblems } from '../config.ts';
import { GatewayError } from '../core/errors.ts';

/** 2 for what the caller can correct in usage or configuration, 1 for the rest. */
export function fail(error: unknown): number {
  if (error instanceof ConfigProblems) {
    tell(error.message);
    return 2;
  }
  if (error instanceof GatewayError) {
    tell(`civicline: ${error.message}`, ...(error.advice ? [`  ${error.advice}`] : []));
    return error.code === 'usage' ? 2 : 1;
  }
  tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

const tell = (...lines: readonly string[]): void => {
  process.stderr.write(`${lines.join('\n')}\n`);
};

export const usage = (message: string, advice?: string): GatewayError =>
  new GatewayError({ code: 'usage', message, retryable: false, ...(advice ? { advice } : {}) });
