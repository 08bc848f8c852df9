// Scans: pictures and PDFs of letters. Each is kept as it was scanned; what cannot be kept is told, and the letter is taken all the same.
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Door } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { type AttachmentLimits, keepAttachment } from '../../core/media/attachment.ts';
import type { Part } from '../../core/message.ts';

export const LIMITS: AttachmentLimits = {
  maxFiles: 40,
  maxBytes: 20 * 1_048_576,
  mediaTypes: ['application/pdf', 'image/jpeg', 'image/png', 'image/tiff', 'image/webp', 'image/heic'],
};

export const isScan = (name: string): boolean => /\.(?:pdf|jpe?g|png|tiff?|webp|hei[cf])$/i.test(name);
export const isOcr = (name: string): boolean => /\.(?:txt|json)$/i.test(name);

export interface Kept {
  readonly parts: Part[];
  /** Names of what is not there, too large, or no scan. */
  readonly missing: string[];
}

/** A file of `folder` itself: a name never leads out of it, nor does a link. */
async function bytesOf(folder: string, name: string): Promise<Uint8Array | undefined> {
  const file = path.join(folder, name);
  const found = await lstat(file).catch(() => undefined); // not there: told as missing
  if (!found?.isFile() || found.size > LIMITS.maxBytes) return undefined;
  return readFile(file);
}

/** Rejects only when nothing can be kept just now. */
export async function keepScans(folder: string, names: readonly string[], blob: Door['blob']): Promise<Kept> {
  const kept: Kept = { parts: [], missing: [] };
  for (const name of new Set(names.slice(0, LIMITS.maxFiles))) {
    const bytes = await bytesOf(folder, name);
    try {
      if (bytes) kept.parts.push(await keepAttachment({ bytes, name }, LIMITS, blob));
      else kept.missing.push(name);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.retryable) throw error;
      kept.missing.push(name);
    }
  }
  return kept;
}

/** `scan1.pdf、scan2.jpg` → both; 无 and 3页 name no file. Folders in front of a name are dropped. */
export const scansNamed = (cell: string): string[] =>
  cell
    .split(/[、,，;；|\n]|\s{2,}/)
    .map((name) => name.trim().split(/[\\/]/).pop() ?? '')
    .filter(isScan);

const stemOf = (name: string): string => name.replace(/(?:\.ocr)?\.[a-z]+$/i, '');
/** 0001-2.jpg and 0001_p2.jpg are pages of 0001. */
const letterOf = (stem: string): string => stem.replace(/[-_ ](?:p|page|第)?\d{1,3}页?$/i, '');

export interface Letter {
  /** The same for every file of the letter. */
  readonly name: string;
  readonly ocr?: string;
  readonly scans: readonly string[];
}

/** Names of the files in each folder, read once a run. */
export type Listing = (folder: string) => Promise<readonly string[]>;

export function openListing(): Listing {
  const known = new Map<string, Promise<readonly string[]>>();
  return (folder) => {
    const listed =
      known.get(folder) ?? readdir(folder).then((names) => names.filter((one) => isScan(one) || isOcr(one)));
    known.set(folder, listed);
    return listed;
  };
}

/** What lies together: a recognised text, the scan of the same name, and its pages. */
export async function letterWith(
  file: { readonly path: string; readonly name: string },
  list: Listing,
): Promise<Letter> {
  const folder = path.dirname(file.path);
  const names = await list(folder);
  const stem = stemOf(file.name);
  const ocrOf = (wanted: string): string | undefined => names.find((one) => isOcr(one) && stemOf(one) === wanted);
  // A page belongs to a letter only where that letter's own text, or its first page by the bare name, is there.
  const owner = ocrOf(stem) ? stem : names.some((one) => stemOf(one) === letterOf(stem)) ? letterOf(stem) : stem;
  const ocr = ocrOf(owner);
  const scans = names
    .filter((one) => isScan(one) && (stemOf(one) === owner || (letterOf(stemOf(one)) === owner && !ocrOf(stemOf(one)))))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return { name: path.join(folder, owner), ...(ocr ? { ocr } : {}), scans };
}
