// Pushes: an archive of what a platform pushed, one a line as a city's logs keep it, JSON or XML. Files it names are not fetched again.
import type { FileItem, SourceFile } from '../../core/archive.ts';
import { Unreadable } from '../../core/errors.ts';

/** Longer than any push; what lies beyond it in a line is not kept in memory. */
const MOST_LINE = 1_048_576;

/** A channel's `files`: `payloadOf` makes of one line what its `read` takes, or throws Unreadable. */
export const pushLines = (payloadOf: (line: string) => unknown) =>
  async function* files(file: SourceFile): AsyncGenerator<FileItem> {
    let row = 0;
    for await (const line of linesOf(file)) {
      row += 1;
      if (line.trim() !== '') yield { row, ...itemOf(line.trim(), payloadOf) };
    }
  };

function itemOf(line: string, payloadOf: (line: string) => unknown): FileItem {
  try {
    if (line.length >= MOST_LINE) throw new Unreadable('the line is longer than any push');
    return { payload: payloadOf(line) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { refused: error.message };
  }
}

async function* linesOf(file: SourceFile): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of file.chunks()) {
    const [first = '', ...more] = decoder.decode(chunk, { stream: true }).split('\n');
    rest = (rest + first).slice(0, MOST_LINE);
    for (const line of more) {
      yield rest;
      rest = line;
    }
  }
  yield rest + decoder.decode();
}
