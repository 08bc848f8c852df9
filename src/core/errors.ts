// Errors that carry what the caller should do: try again or not, and what a person on duty can change.

export interface ErrorInfo {
  /** Stable, lower_snake_case; becomes `code` of the problem document. */
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  /** What to do about it, one sentence. */
  readonly advice?: string;
  /** HTTP status a front door answers with. */
  readonly status?: number;
  /** Field of the input that is wrong, as a JSON pointer or name. */
  readonly field?: string;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

export class GatewayError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly advice: string | undefined;
  readonly status: number;
  readonly field: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(info: ErrorInfo) {
    super(info.message, info.cause === undefined ? undefined : { cause: info.cause });
    this.name = 'GatewayError';
    this.code = info.code;
    this.retryable = info.retryable;
    this.advice = info.advice;
    this.status = info.status ?? (info.retryable ? 503 : 400);
    this.field = info.field;
    this.retryAfter = info.retryAfter;
  }
}

/** A payload this channel cannot read: refused, nothing stored, no use in sending it again unchanged. */
export class Unreadable extends GatewayError {
  constructor(message: string, field?: string, cause?: unknown) {
    super({ code: 'unreadable', message, retryable: false, status: 400, ...(field ? { field } : {}), cause });
    this.name = 'Unreadable';
  }
}
