// Zip: one entry of an archive as a stream, never more than it may hold. An archive that lies about its sizes is refused.
import { createInflateRaw } from 'node:zlib';
import { BadSheet } from './table.ts';

export interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

const MOST_ENTRIES = 10_000;
/** Tables of words pack to a tenth or a fiftieth; what grows a thousandfold was made to. */
const MOST_GROWTH = 200;
const SMALL = 4 * 1_048_576;

const broken = (): BadSheet => new BadSheet('it is no whole XLSX file: open it and save it anew');
const bomb = (): BadSheet => new BadSheet('it unpacks to far more than a register can be, and was refused');

/** From the list at the end of the archive, the only one that counts. */
export function entriesOf(archive: Buffer): ReadonlyMap<string, Entry> {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || end + 22 > archive.length) throw broken();
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  if (count > MOST_ENTRIES) throw bomb();
  const entries = new Map<string, Entry>();
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== 0x02014b50) throw broken();
    const [nameLength, extra, comment] = [28, 30, 32].map((from) => archive.readUInt16LE(at + from));
    const name = archive.toString('utf8', at + 46, at + 46 + (nameLength ?? 0)).replaceAll('\\', '/');
    if (archive.readUInt16LE(at + 8) & 1) throw new BadSheet('it is locked with a password: save it without one');
    entries.set(name, {
      ...{ name, method: archive.readUInt16LE(at + 10), at: archive.readUInt32LE(at + 42) },
      ...{ packed: archive.readUInt32LE(at + 20), size: archive.readUInt32LE(at + 24) },
    });
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return entries;
}

/** Rejects with BadSheet once more than `most` bytes come out, or many times more than went in. */
export async function* unpack(archive: Buffer, entry: Entry, most: number): AsyncGenerator<Buffer> {
  const { at, packed, method } = entry;
  if (at + 30 > archive.length || archive.readUInt32LE(at) !== 0x04034b50) throw broken();
  const from = at + 30 + archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28);
  if (from + packed > archive.length) throw broken();
  const bytes = archive.subarray(from, from + packed);
  const bound = Math.min(most, Math.max(SMALL, packed * MOST_GROWTH));
  if (entry.size > bound) throw bomb();
  if (method === 0) return yield bytes;
  if (method !== 8) throw broken();
  let size = 0;
  const inflate = createInflateRaw({ chunkSize: 65_536 });
  inflate.end(bytes);
  try {
    for await (const chunk of inflate) {
      size += chunk.length;
      if (size > bound) throw bomb();
      yield chunk;
    }
  } catch (error) {
    throw error instanceof BadSheet ? error : broken();
  }
}
