// TIFF: the little of Exif's inner format (TIFF 6.0) that the house reads: which way is up, and where GPS lies.

interface Reader {
  readonly u16: (at: number) => number;
  readonly u32: (at: number) => number;
}

function reader(tiff: Uint8Array): Reader | undefined {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 14) return undefined;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  if (view.getUint16(2, little) !== 42) return undefined;
  return { u16: (at) => view.getUint16(at, little), u32: (at) => view.getUint32(at, little) };
}

/** Offset of the 12-byte entry of `tag` in the first directory, undefined when absent or out of reach. */
function entryOf(tiff: Uint8Array, read: Reader, tag: number): number | undefined {
  const directory = read.u32(4);
  if (directory + 2 > tiff.length) return undefined;
  const count = read.u16(directory);
  for (let i = 0; i < count; i++) {
    const at = directory + 2 + i * 12;
    if (at + 12 > tiff.length) return undefined;
    if (read.u16(at) === tag) return at;
  }
  return undefined;
}

/** Exif orientation 1..8; 1 (as it lies) when nothing readable says otherwise. */
export function readOrientation(tiff: Uint8Array): number {
  const read = reader(tiff);
  const at = read && entryOf(tiff, read, 0x0112);
  if (!read || at === undefined) return 1;
  const value = read.u16(at + 8);
  return value >= 1 && value <= 8 ? value : 1;
}

/** Is this the start of a TIFF structure? */
export function isTiff(tiff: Uint8Array): boolean {
  return reader(tiff) !== undefined;
}
