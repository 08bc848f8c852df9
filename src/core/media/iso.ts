// ISO media: blanks position and maker's notes inside HEIC, AVIF, MP4 and MOV without moving a byte (offsets there are absolute).
import { counter, Damaged } from './pieces.ts';
import { isTiff } from './tiff.ts';

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'moof', 'traf']);
/** User data (©xyz, loci, titles), metadata below the movie (QuickTime's ISO 6709 keys) and makers' own boxes: nothing of it plays. */
const DESCRIPTIVE = new Set(['udta', 'meta', 'uuid']);

interface Box {
  readonly type: string;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

const latin = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

function* boxes(bytes: Uint8Array, from: number, to: number, count: () => void): Iterable<Box> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = from; at + 8 <= to; ) {
    count();
    const short = view.getUint32(at);
    const body = short === 1 ? at + 16 : at + 8;
    const size = short === 0 ? to - at : short === 1 ? Number(view.getBigUint64(at + 8)) : short;
    if (size < body - at || at + size > to) throw new RangeError('a box runs past its parent');
    yield { type: latin(bytes, at + 4), start: at, body, end: at + size };
    at += size;
  }
}

/** Turns a box into free space of the same length. */
function blank(bytes: Uint8Array, box: Box): void {
  bytes.set([0x66, 0x72, 0x65, 0x65], box.start + 4);
  bytes.fill(0, box.body, box.end);
}

/** At the top, `meta` is the table of a HEIC picture itself and stays. */
function walk(bytes: Uint8Array, from: number, to: number, top: boolean, count: () => void): void {
  for (const box of boxes(bytes, from, to, count)) {
    if (DESCRIPTIVE.has(box.type) && !(top && box.type === 'meta')) blank(bytes, box);
    else if (CONTAINERS.has(box.type)) walk(bytes, box.body, box.end, false, count);
  }
}

/** Finds each Exif block by its marks and empties its directories. */
function blankExif(bytes: Uint8Array, count: () => void): void {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blanking = { count, left: bytes.length * 4 };
  for (let at = whole.indexOf(EXIF); at >= 0; at = whole.indexOf(EXIF, at + EXIF.length)) {
    const tiff = bytes.subarray(at + EXIF.length);
    count();
    if (!isTiff(tiff)) continue;
    const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
    const little = view.getUint16(0) === 0x4949;
    blankDirectory(view, little, view.getUint32(4, little), 0, blanking);
  }
}

/** XMP in a HEIC lies in the data as text; it may repeat the position. */
function blankXmp(bytes: Uint8Array, count: () => void): void {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = whole.indexOf('<x:xmpmeta'); at >= 0; at = whole.indexOf('<x:xmpmeta', at + 1)) {
    count();
    const end = whole.indexOf('</x:xmpmeta>', at);
    bytes.fill(0x20, at, end < 0 ? bytes.length : end + 12);
  }
}

const EXIF = Buffer.from('Exif\0\0', 'latin1');
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const SUBDIRECTORIES = new Set([0x8769, 0x8825, 0xa005]);

/** `left`: bytes that may still be blanked. Values lie side by side; those that claim the whole file again and again are made to cost. */
interface Blanking {
  readonly count: () => void;
  left: number;
}

/** Empties a directory with its values and those below it: without them no reader finds GPS, maker or time. */
function blankDirectory(view: DataView, little: boolean, directory: number, depth: number, all: Blanking): void {
  if (depth > 3 || directory === 0 || directory + 2 > view.byteLength) return;
  const count = view.getUint16(directory, little);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let at = directory + 2; at < directory + 2 + count * 12 && at + 12 <= view.byteLength; at += 12) {
    all.count();
    const tag = view.getUint16(at, little);
    const length = (SIZES[view.getUint16(at + 2, little)] ?? 0) * view.getUint32(at + 4, little);
    const place = view.getUint32(at + 8, little);
    if (SUBDIRECTORIES.has(tag)) blankDirectory(view, little, place, depth + 1, all);
    else if (length > 4 && place + length <= view.byteLength) {
      all.left -= length;
      if (all.left < 0) throw new Damaged('values of the Exif block lie on top of each other');
      bytes.fill(0, place, place + length);
    }
    bytes.fill(0, at, at + 12);
  }
  view.setUint16(directory, 0, little);
}

/** A copy without positions. Throws RangeError when the boxes do not add up, Damaged when they are too many. */
export function stripIsoMedia(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const count = counter();
  walk(copy, 0, copy.length, true, count);
  blankExif(copy, count);
  blankXmp(copy, count);
  return copy;
}
