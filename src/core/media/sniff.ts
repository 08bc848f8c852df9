// Sniff: what kind of file some bytes really are, told from their first bytes, never from a name or a header.

/** Media types that name the same thing; the right-hand side is what the house keeps. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'image/heif': 'image/heic',
  'audio/mp3': 'audio/mpeg',
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
};

/** Claims that say nothing, as phones and old browsers send them. */
const VAGUE = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'application/x-download']);

/** Containers whose first bytes are the same for a family of documents: the claim chooses within the family. */
const FAMILIES: Readonly<Record<string, (claim: string) => boolean>> = {
  'application/zip': (c) => c.startsWith('application/vnd.openxmlformats-officedocument.') || c.endsWith('+zip'),
  'application/x-ole-storage': (c) => c === 'application/msword' || c.startsWith('application/vnd.ms-'),
  'video/mp4': (c) => c === 'video/quicktime' || c === 'video/3gpp' || c === 'audio/mp4',
  'video/quicktime': (c) => c === 'video/mp4',
  'video/webm': (c) => c === 'audio/webm' || c === 'video/x-matroska',
  'audio/ogg': (c) => c === 'video/ogg' || c === 'audio/opus',
};

const OFFICE: Readonly<Record<string, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
};

const ascii = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));

/** Brand of an ISO base media file (`ftyp` box). */
function isoBrand(brand: string): string {
  if (/^(hei|hev|mif|msf)/.test(brand)) return 'image/heic';
  if (brand.startsWith('avi')) return 'image/avif';
  if (brand === 'qt  ') return 'video/quicktime';
  if (brand.startsWith('M4A')) return 'audio/mp4';
  if (brand.startsWith('3g')) return 'video/3gpp';
  return 'video/mp4';
}

/** Media type by magic bytes; undefined when they tell nothing (plain text among them). */
export function sniff(bytes: Uint8Array): string | undefined {
  const head = ascii(bytes, 0, 16);
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'image/gif';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WAVE') return 'audio/wav';
  if (head.slice(4, 8) === 'ftyp') return isoBrand(head.slice(8, 12));
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return 'image/tiff';
  if (head.startsWith('%PDF-')) return 'application/pdf';
  if (head.startsWith('PK\x03\x04')) return 'application/zip';
  if (head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return 'application/x-ole-storage';
  if (head.startsWith('\x1a\x45\xdf\xa3')) return 'video/webm';
  if (head.startsWith('OggS')) return 'audio/ogg';
  if (head.startsWith('#!AMR')) return 'audio/amr';
  if (head.slice(0, 8).includes('#!SILK')) return 'audio/silk';
  if (head.startsWith('ID3') || /^\xff[\xfb\xf3\xf2]/.test(head)) return 'audio/mpeg';
  return undefined;
}

export function tidyMediaType(claim: string | undefined): string {
  const bare = (claim ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return ALIASES[bare] ?? bare;
}

/**
 * The media type to keep for bytes that came under a claim, or undefined when claim and bytes disagree.
 * A vague claim takes what the bytes say, helped by the ending of the name where a container has many uses.
 */
export function mediaTypeOf(
  bytes: Uint8Array,
  claim: string | undefined,
  name: string | undefined,
): string | undefined {
  const found = sniff(bytes);
  const ending = (name ?? '').toLowerCase().match(/\.([a-z0-9]{1,5})$/)?.[1] ?? '';
  const stated = tidyMediaType(claim);
  const wanted = VAGUE.has(stated) ? (OFFICE[ending] ?? '') : stated;
  if (found === undefined)
    return isPlainText(bytes) && (wanted === 'text/plain' || ending === 'txt') ? 'text/plain' : undefined;
  if (wanted === '' || wanted === found) return found;
  return FAMILIES[found]?.(wanted) ? wanted : undefined;
}

function isPlainText(bytes: Uint8Array): boolean {
  return !bytes.includes(0);
}
