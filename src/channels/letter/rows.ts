// Rows: a register's rows as letters. The header is looked for, empty rows and repeated headers are passed over, wrong rows are told.
import type { FileItem } from '../../core/archive.ts';
import { type Column, headerOf, type Names } from './columns.ts';
import type { LetterFields } from './payload.ts';
import { BadSheet, type Row } from './table.ts';
import { isCellError, NEVER_CALCULATED } from './xlsx.ts';

export interface LetterRow {
  readonly row: number;
  readonly fields: LetterFields;
  readonly original: Readonly<Record<string, string>>;
  readonly called: Readonly<Record<string, string>>;
}

/** A headline, a remark and who filled it in may stand above the header. */
const HEADER_WITHIN = 20;

/** `hint` is told where a sheet has no column for it: its own name, or the file's, says 来访. Throws BadSheet when no sheet has a header. */
export async function* letterRows(
  rows: AsyncIterable<Row>,
  names: Names,
  hint: string,
): AsyncGenerator<LetterRow | Extract<FileItem, { refused: string }>> {
  let sheet: string | undefined;
  let header: readonly Column[] | undefined;
  let looked = 0;
  let found = false;
  for await (const row of rows) {
    if (row.sheet !== sheet) [sheet, header, looked] = [row.sheet, undefined, 0];
    if (!header) {
      if (row.cells.some((cell) => cell.trim() !== '') && looked < HEADER_WITHIN) {
        looked += 1;
        header = headerOf(row.cells, names);
        found ||= header !== undefined;
      }
      continue;
    }
    const place = sheet === undefined ? '' : `sheet ${sheet}: `;
    if (row.wrong !== undefined) yield { row: row.row, refused: place + row.wrong };
    else if (row.cells.some((cell) => cell.trim() !== '') && !repeats(row.cells, header)) {
      const error = header.find(({ at, field }) => field && isCellError((row.cells[at] ?? '').trim()));
      if (error) yield { row: row.row, refused: place + told(error, (row.cells[error.at] ?? '').trim()) };
      else yield letterOf(row, header, sheet ?? hint);
    }
  }
  if (!found)
    throw new BadSheet(
      'no header was found: one column must be called 概况, 信访内容 or as `columns.text` of the account says',
    );
}

const told = ({ header }: Column, value: string): string =>
  value === NEVER_CALCULATED
    ? `${header} is a formula that was never calculated: open the file, save it, and import it again`
    : `${header} holds the error ${value}`;

const repeats = (cells: readonly string[], header: readonly Column[]): boolean =>
  header.every(({ at, header: name }) => (cells[at] ?? '').trim() === name);

function letterOf(row: Row, header: readonly Column[], hint: string): LetterRow {
  const fields: Record<string, string> = {};
  const original: Record<string, string> = {};
  const called: Record<string, string> = {};
  for (const { at, header: name, field } of header) {
    if (field !== undefined) called[field] ??= name.slice(0, 180);
    const value = (row.cells[at] ?? '').trim();
    if (value === '') continue;
    original[freeName(original, name.slice(0, 180))] = value;
    if (field === undefined) continue;
    // Two columns of words are both words; of anything else the first that is filled in counts.
    if (field === 'text' && fields.text !== undefined && fields.text !== value) fields.text += `\n${value}`;
    fields[field] ??= field === 'number' && row.merged?.has(at) ? `${value}/${row.row}` : value;
  }
  if (!header.some(({ field }) => field === 'form') && /来访|走访|信访接待/.test(hint) && !hint.includes('来信'))
    fields.form = '来访';
  return { row: row.row, fields, original, called };
}

/** 内容, 内容#2: a header that stands twice loses no value. */
function freeName(taken: Readonly<Record<string, string>>, name: string): string {
  let free = name;
  for (let n = 2; Object.hasOwn(taken, free); n += 1) free = `${name}#${n}`;
  return free;
}
