// Files: transcripts of an archive, one call a file, in every format the door reads.
import type { FileItem, SourceFile } from '../../core/archive.ts';
import type { Door } from '../../core/channel.ts';
import { Unreadable } from '../../core/errors.ts';
import type { PhoneSettings } from './settings.ts';
import { payloadOf } from './take.ts';

const MOST_BYTES = 16_777_216;
const TYPES: Readonly<Record<string, string>> = {
  ...{ json: 'application/json', vcon: 'application/vcon+json', vtt: 'text/vtt', csv: 'text/csv' },
};

/** What is no valid hand-in is told by `read`, when it goes through the door. */
export async function* files(
  file: SourceFile,
  _settings: PhoneSettings,
  means: Pick<Door, 'blob' | 'now'>,
): AsyncGenerator<FileItem> {
  if (file.size > MOST_BYTES) {
    yield { refused: `the file is over ${MOST_BYTES / 1_048_576} MB` };
    return;
  }
  const mediaType = TYPES[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'text/plain';
  try {
    yield { payload: await payloadOf({ bytes: await file.bytes(), mediaType, proof: 'none' }, means) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    yield { refused: error.message };
  }
}
