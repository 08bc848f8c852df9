// Strip: takes out of a picture what says where, when and by whose device it was made; the pixels stay as they are.

import { stripIsoMedia } from './iso.ts';
import { stripJpeg } from './jpeg.ts';
import { counter, Damaged, keeper } from './pieces.ts';

export { Damaged } from './pieces.ts';

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const name = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

const PNG_NAMELESS = new Set(['eXIf', 'tEXt', 'iTXt', 'zTXt', 'tIME']);

/** PNG (ISO/IEC 15948): drops the text, time and Exif chunks and whatever follows IEND. */
export function stripPng(bytes: Uint8Array): Uint8Array {
  const { keep, whole } = keeper(bytes);
  const count = counter();
  const all = view(bytes);
  for (let at = 8; at < bytes.length; ) {
    count();
    if (at + 12 > bytes.length) throw new Damaged('a PNG chunk is cut off');
    const end = at + 12 + all.getUint32(at);
    if (end > bytes.length) throw new Damaged('a PNG chunk is longer than the file');
    const type = name(bytes, at + 4);
    if (!PNG_NAMELESS.has(type)) keep(at, end);
    if (type === 'IEND') return whole(bytes.subarray(0, 8));
    at = end;
  }
  throw new Damaged('the PNG has no end');
}

const WEBP_EXIF_AND_XMP = 0x08 | 0x04;

/** WebP (RFC 9649): drops the EXIF and XMP chunks, clears their flags in VP8X and mends the length. */
export function stripWebp(bytes: Uint8Array): Uint8Array {
  const { keep, whole } = keeper(bytes);
  const count = counter();
  const all = view(bytes);
  const flags: number[] = [];
  const stop = Math.min(bytes.length, 8 + all.getUint32(4, true));
  for (let at = 12; at + 8 <= stop; ) {
    count();
    const size = all.getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    if (at + 8 + size > bytes.length) throw new Damaged('a WebP chunk is longer than the file');
    const type = name(bytes, at);
    const kept = type === 'EXIF' || type === 'XMP ' ? undefined : keep(at, Math.min(end, bytes.length));
    if (type === 'VP8X' && kept !== undefined && size > 0) flags.push(12 + kept + 8);
    at = end;
  }
  const clean = whole(bytes.subarray(0, 12));
  view(clean).setUint32(4, clean.length - 8, true);
  for (const at of flags) clean[at] = (clean[at] ?? 0) & ~WEBP_EXIF_AND_XMP;
  return clean;
}

/** The same picture without Exif, GPS, XMP and comments. Other files come back as they are. Throws Damaged. */
export function stripMetadata(bytes: Uint8Array, mediaType: string): Uint8Array {
  try {
    switch (mediaType) {
      case 'image/jpeg':
        return stripJpeg(bytes);
      case 'image/png':
        return stripPng(bytes);
      case 'image/webp':
        return stripWebp(bytes);
      case 'image/heic':
      case 'image/avif':
      case 'video/mp4':
      case 'video/quicktime':
      case 'video/3gpp':
      case 'audio/mp4':
        return stripIsoMedia(bytes);
      default:
        return bytes;
    }
  } catch (error) {
    if (error instanceof RangeError) throw new Damaged('the file ends too early');
    throw error;
  }
}
