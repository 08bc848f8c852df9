// Charsets: what Chinese mail says it is written in, and what it is. Labels are corrected before or while parsing.
import { Transform, type TransformCallback } from 'node:stream';
import iconv from 'iconv-lite';

/** All of these are written by programs that mean GB18030: emoji and rare characters of names need its four bytes. */
const GB = /^(?:x-)?(?:gb[_-]?2312(?:-80)?|gbk|cp-?936|ms-?936|windows-936|euc-cn|gb_?18030)$/i;
const KNOWN_8BIT =
  /^(?:big-?5(?:-?hkscs)?|x-x-big5|cn-big5|gb.*|cp-?9\d\d|ms-?936|windows-9\d\d|euc-.*|shift[_-]?jis|ks_c.*)$/i;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * Strict UTF-8 with at least one character of three bytes, as Chinese always has. Two-byte ones alone prove nothing:
 * 联通 in GBK is valid UTF-8.
 */
function asUtf8(bytes: Uint8Array): string | undefined {
  if (!bytes.some((byte) => byte >= 0xe0)) return undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined; // not UTF-8: then it is what the label says
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false; // it says so, and is not
  }
}

/** The words of bytes that claim a charset. An unknown claim reads as UTF-8 where that fits, else as GB18030. */
export function decodeText(bytes: Uint8Array, label: string): string {
  const name = label.trim().replace(/^["']|["']$/g, '');
  if (KNOWN_8BIT.test(name) || !iconv.encodingExists(name)) {
    const read = asUtf8(bytes);
    if (read !== undefined) return read;
    return iconv.decode(Buffer.from(bytes), GB.test(name) || !iconv.encodingExists(name) ? 'gb18030' : name);
  }
  return iconv.decode(Buffer.from(bytes), name);
}

/** Of one part: far more than is kept of its words, so that who cuts them knows that there were more. */
const MOST_PART = 4 * 1_048_576;

/**
 * The shape mailparser asks of a charset decoder: a part's bytes in, UTF-8 out. Gathers a part whole, as its parser does
 * too; lines come by the million, so they are laid into one block and not kept each for itself.
 */
export class PartDecoder extends Transform {
  readonly #label: string;
  #block = Buffer.allocUnsafe(16_384);
  #size = 0;

  constructor(label: string) {
    super();
    this.#label = label;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const taken = chunk.subarray(0, MOST_PART - this.#size);
    if (this.#size + taken.length > this.#block.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#block.length, this.#size + taken.length));
      this.#block.copy(larger, 0, 0, this.#size);
      this.#block = larger;
    }
    taken.copy(this.#block, this.#size);
    this.#size += taken.length;
    done();
  }

  override _flush(done: TransformCallback): void {
    this.push(Buffer.from(decodeText(this.#block.subarray(0, this.#size), this.#label)));
    done();
  }
}

const WORD = /=\?([\w.:-]{2,30})(\*\w*)?\?([bq])\?([^?\s]{0,2000})\?=/gi;

/** Encoded words with their true charset as label. Latin-1 text in and out, byte for byte. */
function relabelWords(line: string): string {
  return line.replace(WORD, (whole, label: string, language: string | undefined, code: string, body: string) => {
    if (!KNOWN_8BIT.test(label)) return whole;
    const bytes = code.toLowerCase() === 'b' ? Buffer.from(body, 'base64') : fromQ(body);
    const name = asUtf8(bytes) === undefined ? (GB.test(label) ? 'gb18030' : label) : 'utf-8';
    return `=?${name}${language ?? ''}?${code}?${body}?=`;
  });
}

const fromQ = (body: string): Buffer =>
  Buffer.from(
    body
      .replace(/_/g, ' ')
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** Headers written in bare 8-bit bytes, against the rules, become UTF-8. */
function bare(line: string, label: string): string {
  if (!/[\x80-\xff]/.test(line)) return line;
  const bytes = Buffer.from(line, 'latin1');
  // A mail that says it is UTF-8 is taken at its word where its bytes are: Latin and Cyrillic letters have two of them.
  if (/^utf-?8$/i.test(label) && isUtf8(bytes)) return line;
  return Buffer.from(decodeText(Buffer.from(line, 'latin1'), label), 'utf8').toString('latin1');
}

/** Where the headers end; a mail without an empty line is all headers. */
export function headerEnd(mail: Uint8Array): number {
  const view = Buffer.from(mail.buffer, mail.byteOffset, mail.byteLength);
  const ends = ['\r\n\r\n', '\n\n'].map((gap) => view.indexOf(gap)).filter((at) => at >= 0);
  return ends.length === 0 ? mail.length : Math.min(...ends);
}

const CHARSET = /charset\s*=\s*"?([\w.:-]{2,30})/i;

/** The mail with its headers corrected: labels of encoded words, bare bytes. Bodies stay as they are. */
export function correctHeaders(mail: Uint8Array): Buffer {
  const end = headerEnd(mail);
  const head = Buffer.from(mail.subarray(0, end)).toString('latin1');
  const label = CHARSET.exec(head)?.[1] ?? 'gb18030';
  const lines = head
    .split(/(?<=\n)/)
    .map((line) => bare(relabelWords(line), KNOWN_8BIT.test(label) || /^utf-?8$/i.test(label) ? label : 'gb18030'));
  return Buffer.concat([Buffer.from(lines.join(''), 'latin1'), mail.subarray(end)]);
}
