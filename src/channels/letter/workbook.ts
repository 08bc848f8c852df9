// Workbook: what must be known of an XLSX file before its sheets can be read: their names, shared words and styles of dates.
import { Parser } from 'htmlparser2';
import { BadSheet } from './table.ts';
import { type Entry, entriesOf, unpack } from './zip.ts';

/** Shared words are held in memory, sheets are not. */
const MOST_SHARED = 128 * 1_048_576;
const MOST_BOOK = 16 * 1_048_576;

export interface Workbook {
  readonly archive: Buffer;
  readonly sheets: readonly { readonly name: string; readonly entry: Entry }[];
  readonly shared: readonly string[];
  /** By number of a cell's style: is it shown as a date? */
  readonly dates: readonly boolean[];
  readonly since1904: boolean;
}

/** What a listener of XML hears, names without their prefix. No document type is read, so nothing in it can grow. */
export interface Listener {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(words: string): void;
  close?(name: string): void;
}

const bare = (name: string): string => name.slice(name.indexOf(':') + 1);

export function xmlParser(listener: Listener): Parser {
  return new Parser(
    {
      onopentag: (name, attributes) => listener.open?.(bare(name), attributes),
      ontext: (words) => listener.text?.(words),
      onclosetag: (name) => listener.close?.(bare(name)),
    },
    { xmlMode: true, decodeEntities: true },
  );
}

async function hear(archive: Buffer, entry: Entry | undefined, most: number, listener: Listener): Promise<void> {
  if (!entry) return;
  const parser = xmlParser(listener);
  const decoder = new TextDecoder();
  for await (const chunk of unpack(archive, entry, most)) parser.write(decoder.decode(chunk, { stream: true }));
  parser.end(decoder.decode());
}

/** Throws BadSheet for what is no XLSX file. */
export async function openWorkbook(archive: Buffer): Promise<Workbook> {
  const entries = entriesOf(archive);
  const targets = new Map<string, string>();
  await hear(archive, entries.get('xl/_rels/workbook.xml.rels'), MOST_BOOK, {
    open: (name, { Id, Target }) => {
      if (name === 'Relationship' && Id && Target) targets.set(Id, Target.replace(/^\/?(?:xl\/)?/, 'xl/'));
    },
  });
  const sheets: { name: string; entry: Entry }[] = [];
  let since1904 = false;
  await hear(archive, entries.get('xl/workbook.xml'), MOST_BOOK, {
    open: (name, attributes) => {
      if (name === 'workbookPr') since1904 = /^(?:1|true)$/.test(attributes.date1904 ?? '');
      if (name !== 'sheet' || /hidden/i.test(attributes.state ?? '')) return;
      const entry = entries.get(targets.get(attributes['r:id'] ?? '') ?? '');
      if (entry) sheets.push({ name: attributes.name ?? '', entry });
    },
  });
  if (sheets.length === 0) throw new BadSheet('no sheet was found in it: open it and save it anew as XLSX');
  const shared = await sharedOf(archive, entries.get('xl/sharedStrings.xml'));
  return { archive, sheets, shared, dates: await datesOf(archive, entries.get('xl/styles.xml')), since1904 };
}

/** Reading aids (`rPh`) are no words of the cell. */
async function sharedOf(archive: Buffer, entry: Entry | undefined): Promise<string[]> {
  const shared: string[] = [];
  let words = '';
  let inText = false;
  let aids = 0;
  await hear(archive, entry, MOST_SHARED, {
    open(name) {
      if (name === 'si') words = '';
      else if (name === 'rPh') aids += 1;
      else if (name === 't') inText = true;
    },
    text(part) {
      if (inText && aids === 0) words += part;
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'rPh') aids -= 1;
      else if (name === 'si') shared.push(words);
    },
  });
  return shared;
}

const isBuiltIn = (id: number): boolean => (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 58);

/** A format of one's own is a date when, beside quoted words and colours, it has years, days or hours in it. */
const isDateFormat = (code: string): boolean =>
  /[ymdhs]/i.test(code.replace(/"[^"]*"|\\.|\[(?:\$[^\]]*|red|blue|green|black|white|[<>=][^\]]*|颜色\d+)\]/gi, ''));

async function datesOf(archive: Buffer, entry: Entry | undefined): Promise<boolean[]> {
  const own = new Map<number, boolean>();
  const dates: boolean[] = [];
  let inCells = false;
  await hear(archive, entry, MOST_BOOK, {
    open(name, attributes) {
      if (name === 'numFmt') own.set(Number(attributes.numFmtId), isDateFormat(attributes.formatCode ?? ''));
      if (name === 'cellXfs') inCells = true;
      if (name !== 'xf' || !inCells) return;
      const id = Number(attributes.numFmtId ?? 0);
      dates.push(own.get(id) ?? isBuiltIn(id));
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return dates;
}
