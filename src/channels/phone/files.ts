// Files: an archive of the line: transcripts, one call a file, and lists of calls, one a row, in every format the door reads.
import type { FileItem, SourceFile } from '../../core/archive.ts';
import type { Door } from '../../core/channel.ts';
import { Unreadable } from '../../core/errors.ts';
import { readPayload } from './body.ts';
import type { RowRead } from './records/lists.ts';
import type { PhoneSettings } from './settings.ts';
import { payloadOf } from './take.ts';

const MOST_BYTES = 16_777_216;
const TYPES: Readonly<Record<string, string>> = {
  ...{ json: 'application/json', vcon: 'application/vcon+json', vtt: 'text/vtt', csv: 'text/csv' },
};

export async function* files(
  file: SourceFile,
  settings: PhoneSettings,
  means: Pick<Door, 'blob' | 'now'>,
): AsyncGenerator<FileItem> {
  if (file.size > MOST_BYTES) {
    yield { refused: `the file is over ${MOST_BYTES / 1_048_576} MB` };
    return;
  }
  const mediaType = TYPES[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'text/plain';
  try {
    const payload = await payloadOf({ bytes: await file.bytes(), mediaType, proof: 'none' }, means);
    const { rows = [], talk } = readPayload(payload, settings);
    if (talk) yield { payload, calls: rows.flatMap(({ facts = [] }) => facts) };
    else if (rows.length === 0) yield { automatic: 'no talk and no call of a citizen' };
    else yield* rows.map(itemOf);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    yield { refused: error.message };
  }
}

const itemOf = ({ row, facts = [], refused }: RowRead): FileItem =>
  refused === undefined ? { row, calls: facts } : { row, refused };
