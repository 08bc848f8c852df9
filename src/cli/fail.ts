// Fail: tells a problem on standard error in words an operator can act on, and gives the exit code.
import { ConfigProblems } from '../config.ts';
import { GatewayError } from '../core/errors.ts';

/** 2 for what the caller can correct in usage or configuration, 1 for the rest. */
export function fail(error: unknown): number {
  if (error instanceof ConfigProblems) {
    console.error(error.message);
    return 2;
  }
  if (error instanceof GatewayError) {
    console.error(`civicline: ${error.message}`);
    if (error.advice) console.error(`  ${error.advice}`);
    return error.code === 'usage' ? 2 : 1;
  }
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

export const usage = (message: string, advice?: string): GatewayError =>
  new GatewayError({ code: 'usage', message, retryable: false, ...(advice ? { advice } : {}) });

export const isCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && Reflect.get(error, 'code') === code;
