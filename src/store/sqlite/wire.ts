// The wire between the house and the writer thread: calls and answers travel in batches, errors as plain facts.
import { type ErrorInfo, GatewayError } from '../../core/errors.ts';
import type { Call } from '../direct.ts';

/** What the worker is started with. The master key goes with it once, and is not kept on this side. */
export interface WorkerStart {
  readonly file: string;
  readonly masterKey: Uint8Array;
  readonly instance: string;
  readonly readOnly: boolean;
}

export interface Asked {
  readonly id: number;
  readonly call: Call;
  readonly args: readonly unknown[];
}

export type Fault =
  | { readonly gateway: true; readonly info: ErrorInfo }
  | { readonly gateway: false; readonly message: string };

export type Answered =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly fault: Fault };

/** What the worker says: once that it stands or why not, then answers, and at worst that the disk failed. */
export type Said =
  | { readonly ready: true; readonly epoch: string }
  | { readonly ready: false; readonly fault: Fault }
  | { readonly answers: readonly Answered[] }
  | { readonly fatal: Fault };

export function faultOf(error: unknown): Fault {
  if (!(error instanceof GatewayError)) {
    return { gateway: false, message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
  const { code, message, retryable, advice, status, field, retryAfter } = error;
  return {
    gateway: true,
    info: {
      ...{ code, message, retryable, status },
      ...(advice === undefined ? {} : { advice }),
      ...(field === undefined ? {} : { field }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    },
  };
}

export const errorOf = (fault: Fault): Error =>
  fault.gateway ? new GatewayError(fault.info) : new Error(fault.message);
