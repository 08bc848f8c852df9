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
  const advice = adviceOn(error);
  if (error instanceof Error && advice) tell(`civicline: ${error.message}`, `  ${advice}`);
  else tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

/** What the operating system refuses, and what a person on duty can do about it. */
const SYSTEM: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program listens there: stop it, or set PORT to another number.',
  EADDRNOTAVAIL: 'This machine has no such address: set HOST to one of its own.',
  EACCES: 'Give the folder to the user this runs as; ports below 1024 need a special right.',
  EROFS: 'The disk is mounted read-only: mount it writable, or point CIVICLINE_DATA elsewhere.',
  ENOSPC: 'Free space on the disk, then run this again.',
  ENOTDIR: 'A part of this path is a file: point CIVICLINE_DATA to a folder.',
  ENOENT: 'Look for a typing error in the path.',
};

function adviceOn(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && Object.hasOwn(SYSTEM, code) ? SYSTEM[code] : undefined;
}

const tell = (...lines: readonly string[]): void => {
  process.stderr.write(`${lines.join('\n')}\n`);
};

export const usage = (message: string, advice?: string): GatewayError =>
  new GatewayError({ code: 'usage', message, retryable: false, ...(advice ? { advice } : {}) });
