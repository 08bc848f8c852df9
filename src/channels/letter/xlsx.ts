// XLSX: rows of every visible sheet, a row at a time. Nothing in it is run: of a formula its last result counts, macros are not looked at.
import type { SourceFile } from '../../core/archive.ts';
import { fromSerial } from './dates.ts';
import { BadSheet, MOST_COLUMNS, type Row } from './table.ts';
import { openWorkbook, type Workbook, xmlParser } from './workbook.ts';
import { type Entry, unpack } from './zip.ts';

const MOST_PACKED = 64 * 1_048_576;
const MOST_SHEET = 1_024 * 1_048_576;
const MOST_MERGES = 100_000;
/** What a spreadsheet holds in one cell at most, and a little. */
const MOST_CELL = 40_000;

export async function* xlsxRows(file: SourceFile): AsyncGenerator<Row> {
  if (file.size > MOST_PACKED)
    throw new BadSheet(`it is over ${MOST_PACKED / 1_048_576} MB: part it, or save it as CSV`);
  const bytes = await file.bytes();
  const book = await openWorkbook(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  for (const { name, entry } of book.sheets)
    for await (const row of sheetRows(book, entry)) yield book.sheets.length > 1 ? { ...row, sheet: name } : row;
}

async function* sheetRows(book: Workbook, entry: Entry): AsyncGenerator<Row> {
  const fill = filler(await mergesOf(book, entry));
  const ready: Row[] = [];
  const parser = xmlParser(rowListener(book, (row) => ready.push(fill(row))));
  const decoder = new TextDecoder();
  for await (const chunk of unpack(book.archive, entry, MOST_SHEET)) {
    parser.write(decoder.decode(chunk, { stream: true }));
    yield* ready.splice(0);
  }
  parser.end(decoder.decode());
  yield* ready;
}

/** Letters before the number: B12 → 1. */
function columnOf(reference: string): number {
  let at = 0;
  for (const char of /^[A-Z]{1,3}/.exec(reference)?.[0] ?? '') at = at * 26 + char.charCodeAt(0) - 64;
  return at - 1;
}

function rowListener(book: Workbook, done: (row: Row) => void) {
  let row = 0;
  let at = -1;
  let cells: string[] = [];
  let cell = { type: '', style: 0, formula: false, value: '' };
  let inValue = false;
  let aids = 0;
  return {
    open(name: string, attributes: Readonly<Record<string, string>>) {
      if (name === 'row') {
        row = Number(attributes.r) || row + 1;
        [cells, at] = [[], -1];
      } else if (name === 'c') {
        at = attributes.r ? columnOf(attributes.r) : at + 1;
        cell = { type: attributes.t ?? '', style: Number(attributes.s ?? 0), formula: false, value: '' };
      } else if (name === 'f') cell.formula = true;
      else if (name === 'rPh') aids += 1;
      else if (name === 'v' || name === 't') inValue = aids === 0;
    },
    text(words: string) {
      if (inValue && cell.value.length < MOST_CELL) cell.value += words;
    },
    close(name: string) {
      if (name === 'v' || name === 't') inValue = false;
      else if (name === 'rPh') aids -= 1;
      else if (name === 'c' && at >= 0 && at < MOST_COLUMNS) {
        while (cells.length < at) cells.push('');
        cells[at] = textOf(cell, book);
      } else if (name === 'row') done({ row, cells });
    },
  };
}

/** `#REF!` and a formula nobody ever calculated stand as they are told, so that the row can be refused for them. */
function textOf(cell: { type: string; style: number; formula: boolean; value: string }, book: Workbook): string {
  const { type, style, formula, value } = cell;
  if (type === 's') return unescaped(book.shared[Number(value)] ?? '');
  if (type === 'inlineStr' || type === 'str') return unescaped(value);
  if (type === 'b') return value === '1' ? '是' : '否';
  if (type === 'e') return value;
  if (type === 'd') return value.replace('T', ' ');
  if (value === '') return formula ? NEVER_CALCULATED : '';
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  const date = book.dates[style] ? fromSerial(number, book.since1904) : undefined;
  if (date)
    return date
      .slice(0, 19)
      .replace('T', ' ')
      .replace(/ 00:00:00$/, '');
  return /e/i.test(value) && Number.isInteger(number) ? BigInt(number).toString() : value;
}

export const NEVER_CALCULATED = '#FORMULA?';
export const isCellError = (cell: string): boolean =>
  /^#(?:FORMULA\?|REF!|N\/A|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!)$/.test(cell);

/** `_x000D_` is how a carriage return is written within XML. */
const unescaped = (words: string): string =>
  words.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

interface Merge {
  readonly column: number;
  readonly from: number;
  readonly to: number;
}

/** They stand after the rows, so the sheet is gone through once before, for bytes alone. */
async function mergesOf({ archive }: Workbook, entry: Entry): Promise<Merge[]> {
  const merges: Merge[] = [];
  let rest = '';
  for await (const chunk of unpack(archive, entry, MOST_SHEET)) {
    const text = rest + chunk.toString('latin1');
    for (const [, first = '', from, , to] of text.matchAll(/<(?:\w+:)?mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"/g))
      if (from !== to && merges.length < MOST_MERGES)
        merges.push({ column: columnOf(first), from: Number(from), to: Number(to) });
    rest = text.slice(text.lastIndexOf('<')).slice(0, 200);
  }
  return merges.sort((a, b) => a.from - b.from);
}

/** The words of a cell merged downwards count in each of its rows; across they do not: a headline is no column. */
function filler(merges: readonly Merge[]): (row: Row) => Row {
  let next = 0;
  let open: { readonly merge: Merge; value: string }[] = [];
  return (row) => {
    for (let one = merges[next]; one && one.from <= row.row; one = merges[next]) {
      open.push({ merge: one, value: one.from === row.row ? (row.cells[one.column] ?? '') : '' });
      next += 1;
    }
    if (open.length === 0) return row;
    open = open.filter(({ merge }) => merge.to >= row.row);
    const cells = [...row.cells];
    const merged = new Set<number>();
    for (const { merge, value } of open) {
      if (merge.from === row.row || value === '' || (cells[merge.column] ?? '') !== '') continue;
      while (cells.length < merge.column) cells.push('');
      cells[merge.column] = value;
      merged.add(merge.column);
    }
    return { ...row, cells, merged };
  };
}
