// JPEG: walks the segments of ITU-T T.81 and keeps only those a decoder needs, plus the way up.
import { counter, Damaged, keeper } from './pieces.ts';
import { readOrientation } from './tiff.ts';

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const COMMENT = 0xfe;

const ascii = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));

/** Colour profile and Adobe's colour transform change how pixels look; everything else in APPn is about the maker. */
function neededToDisplay(marker: number, segment: Uint8Array): boolean {
  if (marker === COMMENT) return false;
  if (marker < 0xe1 || marker > 0xef) return true;
  if (marker === 0xe2) return ascii(segment, 4, 11) === 'ICC_PROFILE';
  return marker === 0xee && ascii(segment, 4, 5) === 'Adobe';
}

/** A whole APP1 segment that says nothing but which way is up (Exif tag 0x0112). */
function orientationSegment(orientation: number): Uint8Array {
  return Uint8Array.from([
    ...[0xff, 0xe1, 0x00, 0x22, 0x45, 0x78, 0x69, 0x66, 0x00, 0x00],
    ...[0x4d, 0x4d, 0x00, 0x2a, 0x00, 0x00, 0x00, 0x08, 0x00, 0x01],
    ...[0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, orientation, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
  ]);
}

/** End of entropy-coded data: the next marker that is neither a stuffed zero, a fill byte nor a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}

/** Throws Damaged without a picture and its end. What follows the end of the image (motion photos, previews) is dropped. */
export function stripJpeg(bytes: Uint8Array): Uint8Array {
  const { keep, whole } = keeper(bytes);
  const count = counter();
  let orientation = 1;
  let pictured = false;
  let at = 2;
  while (at < bytes.length) {
    if (bytes[at] !== 0xff) throw new Damaged('no marker where one must be');
    const marker = bytes[at + 1];
    if (marker === undefined) break;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === END_OF_IMAGE) {
      if (!pictured) break;
      keep(at, at + 2);
      return whole(Uint8Array.from([0xff, 0xd8, ...(orientation > 1 ? orientationSegment(orientation) : [])]));
    }
    count();
    const size = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    let end = at + 2 + size;
    if (size < 2 || end > bytes.length) throw new Damaged('a segment runs past the end');
    const segment = bytes.subarray(at, end);
    if (marker === 0xe1 && ascii(segment, 4, 4) === 'Exif') orientation = readOrientation(segment.subarray(10));
    if (marker === START_OF_SCAN) {
      pictured = true;
      end = endOfScan(bytes, end);
    }
    if (neededToDisplay(marker, segment)) keep(at, end);
    at = end;
  }
  throw new Damaged(pictured ? 'the JPEG has no end' : 'the JPEG holds no picture');
}
