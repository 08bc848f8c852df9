// Cursor: an opaque place in the log. It names the data set, so that one from before a restore is refused, not misread.
import { createHash } from 'node:crypto';
import { GatewayError } from '../core/errors.ts';

const VERSION = 1;

/** `of`: the choice (types, filter) whose events were shown up to here; whoever was shown all may go on with any choice. */
export function encodeCursor(epoch: string, seq: number, of?: string): string {
  return Buffer.from(JSON.stringify([VERSION, epoch, seq, ...(of === undefined ? [] : [of])])).toString('base64url');
}

/** A short name of what a reader chose; undefined for everything. */
export function choiceOf(types: readonly string[] | undefined, filter: unknown): string | undefined {
  if (types === undefined && filter === undefined) return undefined;
  const asked = JSON.stringify([types === undefined ? null : [...types].sort(), filter ?? null]);
  return createHash('sha256').update(asked).digest('base64url').slice(0, 12);
}

/** Where it may be used: anywhere (`any`), or with this choice alone. */
export type Choice = { readonly any: true } | { readonly of: string | undefined };

/**
 * Position behind a cursor. Throws `bad_cursor` (400), `log_reset` (409) for one of another data set, `cursor_choice` (409)
 * for one that has passed over events which another choice wants.
 */
export function decodeCursor(cursor: string, epoch: string, choice: Choice = { any: true }): number {
  const parsed = parse(cursor);
  if (!Array.isArray(parsed) || parsed.length < 3 || parsed.length > 4) throw badCursor();
  const [version, of, seq, chosen]: unknown[] = parsed;
  if (version !== VERSION || typeof of !== 'string' || !Number.isSafeInteger(seq) || Number(seq) < 0) throw badCursor();
  if (of !== epoch) throw logReset();
  if (chosen !== undefined && 'of' in choice && chosen !== choice.of) throw otherChoice();
  return Number(seq);
}

const otherChoice = () =>
  new GatewayError({
    code: 'cursor_choice',
    message: 'This cursor was given with other types or another filter: events you now ask for lie before it unseen.',
    retryable: false,
    status: 409,
    field: 'after',
    advice: 'Ask with the same types and filter, or begin with a time, and skip the event ids you already have.',
  });

/** What lies before `floor` was let go of by retention. */
export function expired(epoch: string, floor: number): GatewayError {
  return new GatewayError({
    code: 'cursor_expired',
    message: 'Events after this place are older than the log is kept here, and were let go of.',
    retryable: false,
    status: 410,
    field: 'after',
    advice: `Go on with after=earliest, which is ${encodeCursor(epoch, floor)} now, and fetch from /v1/cases what you missed.`,
  });
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
  const bytes = Buffer.from(cursor, 'base64url');
  // The decoder passes over what is too much at the end: only what we would write ourselves is a cursor.
  if (bytes.toString('base64url') !== cursor) throw badCursor();
  try {
    return JSON.parse(bytes.toString('utf8'));
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
