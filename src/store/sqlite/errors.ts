// What SQLite's result codes mean to the house: which can be cured by waiting, and what a person on duty does about each.
import Database from 'better-sqlite3';
import { type ErrorInfo, GatewayError } from '../../core/errors.ts';
import { keyTaken, matterExists, twin } from '../refusals.ts';

type Meaning = Omit<ErrorInfo, 'message' | 'cause'> & { readonly what: string };

const DISK_FULL: Meaning = {
  code: 'disk_full',
  what: 'the disk of the store is full; nothing was stored',
  retryable: true,
  status: 503,
  retryAfter: 30,
  advice: 'Make room on the disk of the data folder. Intake resumes by itself.',
};
const READ_ONLY: Meaning = {
  code: 'read_only',
  what: 'the store cannot be written',
  retryable: true,
  status: 503,
  retryAfter: 30,
  advice: 'Check that the data folder is mounted writable and belongs to the user the gateway runs as.',
};
const BUSY: Meaning = {
  code: 'busy',
  what: 'the store is busy',
  retryable: true,
  status: 503,
  retryAfter: 1,
  advice: 'Try again. If it lasts, another program has the database file open.',
};
const CORRUPT: Meaning = {
  code: 'corrupt',
  what: 'the database file is damaged',
  retryable: false,
  status: 500,
  advice: 'Stop the gateway, keep the damaged file, and restore the last backup (civicline restore).',
};
const DISK_FAILED: Meaning = {
  code: 'disk_failed',
  what: 'the disk did not confirm a write',
  retryable: true,
  status: 503,
  retryAfter: 30,
  advice: 'The gateway must be started anew; check the disk before that.',
};

const FAILED: Meaning = {
  code: 'store_failed',
  what: 'the store could not do what was asked',
  retryable: false,
  status: 500,
  advice: 'Nothing was stored. Report this with the lines of the log around it.',
};

/** A constraint that refused a row, by the column it names. */
function clashOf(error: InstanceType<typeof Database.SqliteError>): GatewayError | undefined {
  if (!error.code.startsWith('SQLITE_CONSTRAINT')) return undefined;
  if (error.message.includes('messages.delivery')) return twin(error);
  if (error.message.includes('matters.id')) return matterExists(error);
  if (error.message.includes('keys.hash')) return keyTaken(error);
  return undefined;
}

function meaningOf(code: string): Meaning | undefined {
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_WRITE') return DISK_FULL;
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_PERM')
    return READ_ONLY;
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return BUSY;
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || code === 'SQLITE_IOERR_SHORT_READ')
    return CORRUPT;
  if (code.startsWith('SQLITE_IOERR')) return DISK_FAILED;
  return undefined;
}

/** True after a failed fsync: what the kernel still holds is unknown, so the process must not go on writing. */
export const isFatal = (error: unknown): boolean =>
  error instanceof Database.SqliteError && /^SQLITE_IOERR_(DIR_)?FSYNC$/.test(error.code);

/** The GatewayError for any of SQLite's troubles with `file`; what is none of them passes unchanged. */
export function explain(error: unknown, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const clash = clashOf(error);
  if (clash) return clash;
  const { what, ...info } = meaningOf(error.code) ?? FAILED;
  return new GatewayError({ ...info, message: `${what} (${file}: ${error.code})`, cause: error });
}
