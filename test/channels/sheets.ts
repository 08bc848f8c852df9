// Workbooks made by hand for tests: just enough of XLSX, zipped by node's own zlib, so that every oddity can be put in.
import { crc32, deflateRawSync } from 'node:zlib';

/** `sizes` overrides what the archive says of an entry's unpacked size. */
export function zipped(
  files: Readonly<Record<string, string | Buffer>>,
  sizes: Readonly<Record<string, number>> = {},
): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(sizes[name] ?? bytes.length, 18);
    shared.writeUInt16LE(Buffer.byteLength(name), 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    const one = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), packed]);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), shared, place, Buffer.from(name)]));
    local.push(one);
    at += one.length;
  }
  const list = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, list, end]);
}

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A number, words, or the inside of a `<c>` with its attributes: `['s="1"', '<v>45000</v>']`. */
export type Cell = string | number | readonly [attributes: string, inside: string];
export interface Sheet {
  readonly name?: string;
  readonly hidden?: boolean;
  readonly rows: readonly (readonly Cell[])[];
  /** `A2:A4` */
  readonly merges?: readonly string[];
}

const letter = (at: number): string => String.fromCharCode(65 + at);
const escaped = (words: string): string => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function cellXml(cell: Cell, row: number, at: number): string {
  const r = `r="${letter(at)}${row}"`;
  if (cell === '') return '';
  if (typeof cell === 'number') return `<c ${r}><v>${cell}</v></c>`;
  if (typeof cell === 'string') return `<c ${r} t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`;
  return `<c ${r} ${cell[0]}>${cell[1]}</c>`;
}

export function sheetXml({ rows, merges = [] }: Sheet): string {
  const cells = rows.map(
    (row, i) => `<row r="${i + 1}">${row.map((one, at) => cellXml(one, i + 1, at)).join('')}</row>`,
  );
  const merged = merges.map((one) => `<mergeCell ref="${one}"/>`).join('');
  return `<worksheet ${MAIN}><sheetData>${cells.join('')}</sheetData>${merged && `<mergeCells>${merged}</mergeCells>`}</worksheet>`;
}

/** Style 1 of a cell is a date. `more` are further entries of the archive, or other ones of the same name. */
export function workbook(sheets: readonly Sheet[], more: Readonly<Record<string, string | Buffer>> = {}): Buffer {
  const named = sheets.map(({ name = `Sheet1`, hidden }, i) => {
    const state = hidden ? ' state="hidden"' : '';
    return `<sheet name="${name}" sheetId="${i + 1}"${state} r:id="rId${i + 1}"/>`;
  });
  const links = sheets.map((_, i) => `<Relationship Id="rId${i + 1}" Target="worksheets/sheet${i + 1}.xml"/>`);
  return zipped({
    'xl/workbook.xml': `<workbook ${MAIN} xmlns:r="${RELS}"><sheets>${named.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${links.join('')}</Relationships>`,
    'xl/styles.xml': `<styleSheet ${MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    ...Object.fromEntries(sheets.map((sheet, i) => [`xl/worksheets/sheet${i + 1}.xml`, sheetXml(sheet)])),
    ...more,
  });
}
