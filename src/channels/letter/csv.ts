// CSV: rows of a text file, in UTF-8, UTF-16 or GB18030, parted by commas, semicolons or tabs. Streams: a row at a time.
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import iconv from 'iconv-lite';
import type { SourceFile } from '../../core/archive.ts';
import { BadSheet, MOST_COLUMNS, type Row } from './table.ts';

/** Of one row: a quote that is never closed swallows no whole file. */
const MOST_ROW = 1_048_576;

type Found = { readonly cells: readonly string[] } | { readonly wrong: string };

/** `isHeader` knows the names of the columns: by the header it is seen what parts them. */
export async function* csvRows(file: SourceFile, isHeader: (cells: readonly string[]) => boolean): AsyncGenerator<Row> {
  const charset = await charsetOf(file);
  const delimiter = await delimiterOf(file, charset, isHeader);
  const found: Found[] = [];
  const parser = parse({
    ...{ delimiter, bom: true, relax_column_count: true, relax_quotes: true, skip_records_with_error: true },
    max_record_size: MOST_ROW,
    on_skip: (error) => {
      found.push({ wrong: `the row cannot be told apart: ${error?.code ?? 'unreadable'}; look for a quote left open` });
      return undefined;
    },
    on_record: (cells: string[]) => {
      found.push({ cells: cells.slice(0, MOST_COLUMNS) });
      return undefined; // taken here, so that skipped rows keep their place among the others
    },
  });
  let row = 0;
  let failed: Error | undefined;
  parser.on('error', (error) => {
    failed = error;
  });
  parser.resume();
  for await (const text of texts(file, charset)) {
    if (!parser.write(text)) await once(parser);
    for (const one of found.splice(0)) yield numbered(one, ++row);
    if (failed) break;
  }
  if (!failed) await new Promise<void>((resolve) => parser.once('error', () => resolve()).end(() => resolve()));
  for (const one of found.splice(0)) yield numbered(one, ++row);
  if (failed) yield { row: row + 1, cells: [], wrong: `nothing could be read from here on: ${failed.message}` };
}

const numbered = (found: Found, row: number): Row =>
  'wrong' in found ? { row, cells: [], wrong: found.wrong } : { row, cells: found.cells };

const once = (parser: NodeJS.EventEmitter): Promise<void> =>
  new Promise((resolve) => {
    const over = () => {
      parser.off('drain', over).off('error', over);
      resolve();
    };
    parser.once('drain', over).once('error', over);
  });

async function* texts(file: SourceFile, charset: string): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(charset);
  for await (const chunk of file.chunks()) yield decoder.write(Buffer.from(chunk));
  yield decoder.end() ?? '';
}

/** The whole file is looked at once: only bytes that are UTF-8 to the end are. */
async function charsetOf(file: SourceFile): Promise<string> {
  const strict = new TextDecoder('utf-8', { fatal: true });
  let first = true;
  for await (const chunk of file.chunks()) {
    if (first && chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
    if (first && chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be';
    if (first && chunk.subarray(0, 4_096).includes(0)) throw new BadSheet('it is no text: save it as CSV or XLSX');
    first = false;
    try {
      strict.decode(chunk, { stream: true });
    } catch {
      return 'gb18030'; // what Chinese programs write when they do not write UTF-8
    }
  }
  try {
    strict.decode();
    return 'utf-8';
  } catch {
    return 'gb18030';
  }
}

const DELIMITERS = [',', '\t', ';', '，', '|'];

/** By the header, since a headline above it has commas of its own; without one by the first line that has any, outside of quotes. */
async function delimiterOf(
  file: SourceFile,
  charset: string,
  isHeader: (cells: readonly string[]) => boolean,
): Promise<string> {
  const [head = ''] = await Readable.from(texts(file, charset)).take(1).toArray();
  const bare = String(head).replace(/"(?:[^"]|"")*"/g, '');
  const lines = bare.split(/\r?\n/);
  for (const line of String(head).split(/\r?\n/, 50)) {
    const cells = (mark: string): string[] => line.split(mark).map((cell) => cell.replace(/^\s*"|"\s*$/g, ''));
    const parts = DELIMITERS.find((mark) => line.includes(mark) && isHeader(cells(mark)));
    if (parts !== undefined) return parts;
  }
  for (const line of lines) {
    const counts = DELIMITERS.map((mark) => [mark, line.split(mark).length - 1] as const);
    const [mark, count] = counts.reduce((best, one) => (one[1] > best[1] ? one : best));
    if (count > 0) return mark;
  }
  return ',';
}
