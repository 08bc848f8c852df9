// Files: registers (CSV, XLSX) and scanned letters with their recognised text, as letters and visits to take in.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileItem, SourceFile } from '../../core/archive.ts';
import type { Door } from '../../core/channel.ts';
import { Unreadable } from '../../core/errors.ts';
import { headerOf, namesOf } from './columns.ts';
import { csvRows } from './csv.ts';
import { isFuture, readDate } from './dates.ts';
import { ocrFields } from './ocr.ts';
import type { LetterFields, LetterPayload } from './payload.ts';
import { letterRows } from './rows.ts';
import { isOcr, isScan, keepScans, type Listing, letterWith, openListing, scansNamed } from './scans.ts';
import type { LetterSettings } from './settings.ts';
import { BadSheet } from './table.ts';
import { xlsxRows } from './xlsx.ts';

type Means = Pick<Door, 'blob' | 'now'>;

interface Run {
  readonly list: Listing;
  readonly told: Set<string>;
}

/** One run of `import` hands in one door: pages of one letter are taken in once, by whichever file comes first. */
const runs = new WeakMap<Means, Run>();

function runOf(means: Means): Run {
  const run = runs.get(means) ?? { list: openListing(), told: new Set<string>() };
  runs.set(means, run);
  return run;
}

export async function* files(file: SourceFile, settings: LetterSettings, means: Means): AsyncGenerator<FileItem> {
  try {
    const names = namesOf(settings.columns);
    const isHeader = (cells: readonly string[]) => headerOf(cells, names) !== undefined;
    if (/\.(?:csv|tsv)$/i.test(file.name)) yield* register(csvRows(file, isHeader), file, settings, means);
    else if (/\.xls[xm]$/i.test(file.name)) yield* register(xlsxRows(file), file, settings, means);
    else if (isScan(file.name) || isOcr(file.name)) yield* scanned(file, settings, means);
    else yield { refused: notTaken(file.name) };
  } catch (error) {
    if (!(error instanceof BadSheet) && !(error instanceof Unreadable)) throw error;
    yield { refused: error.message };
  }
}

const notTaken = (name: string): string =>
  /\.(?:xls|et|ods|docx?|wps)$/i.test(name)
    ? 'files of this kind are not read: save it as XLSX or CSV'
    : 'a register is CSV or XLSX, a letter PDF, JPEG, PNG or TIFF with its text beside it as .txt or .json';

async function* register(
  rows: ReturnType<typeof csvRows>,
  file: SourceFile,
  settings: LetterSettings,
  means: Means,
): AsyncGenerator<FileItem> {
  for await (const found of letterRows(rows, namesOf(settings.columns), file.name)) {
    if ('refused' in found) {
      yield found;
      continue;
    }
    const { row, fields, original, called } = found;
    const late = futureIn(fields, means.now(), called.receivedAt);
    if (late) yield { row, refused: late };
    else {
      const payload = { fields: trimmed(fields), original, called };
      yield { row, payload: await withScans(payload, path.dirname(file.path), means) };
    }
  }
}

const futureIn = ({ receivedAt = '' }: LetterFields, now: number, column = '登记时间'): string | undefined => {
  const at = readDate(receivedAt);
  return at !== undefined && isFuture(at, now) ? `${column} "${receivedAt}" has not come yet` : undefined;
};

/** A cell longer than its field may be is cut, but the words: too many of them are refused by `read`. */
const trimmed = (fields: LetterFields): LetterFields => ({
  ...fields,
  ...(fields.people ? { people: fields.people.slice(0, 40) } : {}),
  ...(fields.files ? { files: fields.files.slice(0, 4_000) } : {}),
});

async function withScans(payload: LetterPayload, folder: string, means: Means): Promise<LetterPayload> {
  const names = scansNamed(payload.fields.files ?? '');
  if (names.length === 0) return payload;
  const { parts, missing } = await keepScans(folder, names, (bytes, info) => means.blob(bytes, info));
  return {
    ...payload,
    ...(parts.length > 0 ? { parts } : {}),
    ...(missing.length > 0 ? { doubts: ['file_missing'] } : {}),
  };
}

async function* scanned(file: SourceFile, settings: LetterSettings, means: Means): AsyncGenerator<FileItem> {
  const { list, told } = runOf(means);
  const letter = await letterWith(file, list);
  if (told.has(letter.name)) {
    yield { automatic: `a page of the letter ${path.basename(letter.name)}, which was read with it` };
    return;
  }
  told.add(letter.name);
  const folder = path.dirname(file.path);
  const bytes = letter.ocr === undefined ? undefined : await readFile(path.join(folder, letter.ocr));
  const fields = bytes ? ocrFields(bytes, letter.ocr ?? '', namesOf(settings.columns)) : {};
  const late = futureIn(fields, means.now());
  if (late) throw new Unreadable(late);
  const { parts, missing } = await keepScans(folder, letter.scans, (kept, info) => means.blob(kept, info));
  if (parts.length === 0 && !fields.text?.trim())
    throw new Unreadable(`nothing of it can be kept: ${missing.join(', ')}`);
  yield {
    payload: {
      fields,
      ...(bytes ? { original: { [letter.ocr ?? '']: original(bytes) } } : {}),
      ...(parts.length > 0 ? { parts } : {}),
      ...(missing.length > 0 ? { doubts: ['file_missing'] } : {}),
    } satisfies LetterPayload,
  };
}

/** The recognition's own words stay with the letter, unless they are far too long: then what they were is known by their hash. */
const original = (bytes: Uint8Array): string => {
  const words = new TextDecoder().decode(bytes);
  return words.length <= 200_000 ? words : `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
};
