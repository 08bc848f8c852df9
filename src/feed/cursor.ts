// Cursor: an opaque place in the log. It names the data set, so that one from before a restore is refused, not misread.
import { GatewayError } from '../core/errors.ts';

const VERSION = 1;

export function encodeCursor(epoch: string, seq: number): string {
  return Buffer.from(JSON.stringify([VERSION, epoch, seq])).toString('base64url');
}

/** Position behind a cursor. Throws `bad_cursor` (400), or `log_reset` (409) for one of another data set. */
export function decodeCursor(cursor: string, epoch: string): number {
  const parsed = parse(cursor);
  if (!Array.isArray(parsed) || parsed.length !== 3) throw badCursor();
  const [version, of, seq]: unknown[] = parsed;
  if (version !== VERSION || typeof of !== 'string' || !Number.isSafeInteger(seq) || Number(seq) < 0) throw badCursor();
  if (of !== epoch) throw logReset();
  return Number(seq);
}

export function logReset(): GatewayError {
  return new GatewayError({
    code: 'log_reset',
    message: 'This cursor belongs to another data set: the gateway was restored from a backup or is another one.',
    retryable: false,
    status: 409,
    field: 'after',
    advice: 'Start again with after=earliest or a time, and skip the event ids you already have.',
  });
}

function parse(cursor: string): unknown {
  if (!/^[\w-]{4,400}$/.test(cursor)) throw badCursor();
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (cause) {
    throw badCursor(cause);
  }
}

function badCursor(cause?: unknown): GatewayError {
  return new GatewayError({
    code: 'bad_cursor',
    message: 'This is no cursor of the event feed.',
    retryable: false,
    status: 400,
    field: 'after',
    advice: 'Use next_cursor of an earlier answer, earliest, now, or an RFC 3339 time.',
    cause,
  });
}
