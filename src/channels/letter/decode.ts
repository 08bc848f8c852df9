// Decode: the words of a small text file in UTF-8, UTF-16 or GB18030, told by its bytes alone.
import iconv from 'iconv-lite';

export function decodeWords(bytes: Uint8Array): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view[0] === 0xff && view[1] === 0xfe) return iconv.decode(view, 'utf-16le');
  if (view[0] === 0xfe && view[1] === 0xff) return iconv.decode(view, 'utf-16be');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(view);
  } catch {
    return iconv.decode(view, 'gb18030'); // what Chinese programs write when they do not write UTF-8
  }
}
