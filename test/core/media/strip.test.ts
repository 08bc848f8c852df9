// Files freed of positions: what tells where, when and by whose phone is gone; what a decoder needs is still there, byte for byte.
import { describe, expect, it } from 'vitest';
import { keepAttachment } from '../../../src/core/media/attachment.ts';
import { keeper, MOST_PIECES } from '../../../src/core/media/pieces.ts';
import { mediaTypeOf, sniff } from '../../../src/core/media/sniff.ts';
import { Damaged, stripMetadata } from '../../../src/core/media/strip.ts';

const latin = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const u32 = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const u32le = (n: number): number[] => u32(n).reverse();
const has = (bytes: Uint8Array, text: string): boolean => Buffer.from(bytes).includes(text, 0, 'latin1');

/** Big-endian TIFF with orientation 6 and a GPS directory that holds the canary. */
const CANARY = 'N29.8683E121.544';
const tiff = [
  ...latin('MM\0*'),
  ...u32(8),
  ...[0, 2],
  ...[0x01, 0x12, 0, 3, ...u32(1), 0, 6, 0, 0],
  ...[0x88, 0x25, 0, 4, ...u32(1), ...u32(38)],
  ...u32(0),
  ...[0, 1, 0, 1, 0, 2, ...u32(CANARY.length), ...u32(56)],
  ...u32(0),
  ...latin(CANARY),
];
const segment = (marker: number, body: number[]): number[] => [0xff, marker, ...u32(body.length + 2).slice(2), ...body];
const APP0 = segment(0xe0, latin('JFIF\0\x01\x02\0\0\x01\0\x01\0\0'));
const EXIF = segment(0xe1, [...latin('Exif\0\0'), ...tiff]);
const ICC = segment(0xe2, latin('ICC_PROFILE\0\x01\x01profile'));
const XMP = segment(0xe1, latin(`http://ns.adobe.com/xap/1.0/\0<x>${CANARY}</x>`));
const TABLES = segment(0xdb, Array(65).fill(1));
const SCAN = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56];
const jpeg = (...parts: number[][]): Uint8Array => Uint8Array.from([0xff, 0xd8, ...parts.flat()]);
const END = [0xff, 0xd9];

describe('a JPEG', () => {
  it('loses position, maker and comments, keeps colours, tables and every byte of the picture', () => {
    const dirty = jpeg(
      APP0,
      EXIF,
      XMP,
      ICC,
      segment(0xfe, latin(CANARY)),
      TABLES,
      SCAN,
      END,
      latin(`trailer ${CANARY}`),
    );
    const clean = stripMetadata(dirty, 'image/jpeg');
    expect(has(clean, CANARY)).toBe(false);
    expect(has(clean, 'ICC_PROFILE')).toBe(true);
    expect(Buffer.from(clean).subarray(-(TABLES.length + SCAN.length + 2))).toEqual(
      Buffer.from([...TABLES, ...SCAN, ...END]),
    );
  });

  it('still stands the right way up', () => {
    const clean = stripMetadata(jpeg(APP0, EXIF, TABLES, SCAN, END), 'image/jpeg');
    const at = Buffer.from(clean).indexOf('Exif\0\0', 0, 'latin1');
    expect([...clean.subarray(at + 16, at + 28)]).toEqual([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
  });

  it('cleaned twice is the same as cleaned once', () => {
    const once = stripMetadata(jpeg(APP0, EXIF, TABLES, SCAN, END), 'image/jpeg');
    expect(stripMetadata(once, 'image/jpeg')).toEqual(once);
  });

  it('whose segments run past its end is refused, since a position may hide in it', () => {
    expect(() => stripMetadata(jpeg(APP0, [0xff, 0xe1, 0xff, 0xff, 1]), 'image/jpeg')).toThrow(Damaged);
    expect(() => stripMetadata(jpeg([0x00, 0x01]), 'image/jpeg')).toThrow(Damaged);
  });

  it('without a picture or without its end is refused', () => {
    expect(() => stripMetadata(jpeg(Array(50).fill(0xff)), 'image/jpeg')).toThrow('no picture');
    expect(() => stripMetadata(jpeg(APP0, TABLES, END), 'image/jpeg')).toThrow('no picture');
    expect(() => stripMetadata(jpeg(APP0, TABLES, SCAN), 'image/jpeg')).toThrow('no end');
  });
});

const chunk = (type: string, body: number[]): number[] => [...u32(body.length), ...latin(type), ...body, ...u32(0)];
const png = (...chunks: number[][]): Uint8Array => Uint8Array.from([...latin('\x89PNG\r\n\x1a\n'), ...chunks.flat()]);

describe('a PNG', () => {
  it('loses text, time and Exif and what follows its end', () => {
    const keep = [chunk('IHDR', Array(13).fill(0)), chunk('IDAT', [1, 2, 3]), chunk('IEND', [])] as const;
    const dirty = png(
      keep[0],
      chunk('eXIf', tiff),
      chunk('tEXt', latin(CANARY)),
      chunk('iTXt', latin(CANARY)),
      keep[1],
      keep[2],
      latin(CANARY),
    );
    expect(stripMetadata(dirty, 'image/png')).toEqual(png(...keep));
  });

  it('cut off in the middle is refused', () => {
    expect(() => stripMetadata(png(chunk('IHDR', [1, 2, 3])), 'image/png')).toThrow(Damaged);
    expect(() => stripMetadata(png([0, 0, 9, 9, ...latin('IDAT')]), 'image/png')).toThrow(Damaged);
  });
});

describe('a WebP', () => {
  it('loses Exif and XMP, with their flags, and its length is right again', () => {
    const part = (type: string, body: number[]): number[] => [
      ...latin(type),
      ...u32le(body.length),
      ...body,
      ...(body.length % 2 ? [0] : []),
    ];
    const webp = (...parts: number[][]): Uint8Array =>
      Uint8Array.from([...latin('RIFF'), ...u32le(4 + parts.flat().length), ...latin('WEBP'), ...parts.flat()]);
    const header = (flags: number): number[] => part('VP8X', [flags, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const picture = part('VP8 ', [1, 2, 3]);
    const dirty = webp(header(0x2c), picture, part('EXIF', tiff), part('XMP ', latin(CANARY)));
    expect(stripMetadata(dirty, 'image/webp')).toEqual(webp(header(0x20), picture));
  });
});

describe('a HEIC picture or an MP4 film', () => {
  const box = (type: string, ...body: number[][]): number[] => [
    ...u32(8 + body.flat().length),
    ...latin(type),
    ...body.flat(),
  ];

  it('loses the position inside its data without any byte moving', () => {
    const dirty = Uint8Array.from([
      ...box('ftyp', latin('heic')),
      ...box('meta', [0, 0, 0, 0]),
      ...box('mdat', latin('Exif\0\0'), tiff, latin('pixels')),
    ]);
    const clean = stripMetadata(dirty, 'image/heic');
    expect(clean).toHaveLength(dirty.length);
    expect(has(clean, CANARY)).toBe(false);
    expect(has(clean, 'pixels')).toBe(true);
    expect(has(clean, 'meta')).toBe(true);
  });

  it('loses its user data: ©xyz, keys and makers’ boxes', () => {
    const place = box('udta', box('\xa9xyz', latin(CANARY)));
    const keys = box('meta', latin(CANARY));
    const dirty = Uint8Array.from([
      ...box('ftyp', latin('mp42')),
      ...box('moov', box('mvhd', [1]), place, keys),
      ...box('uuid', latin(CANARY)),
      ...box('mdat', latin('film')),
    ]);
    const clean = stripMetadata(dirty, 'video/mp4');
    expect(clean).toHaveLength(dirty.length);
    expect(has(clean, CANARY)).toBe(false);
    expect(has(clean, 'film')).toBe(true);
  });

  it('whose boxes do not add up is refused', () => {
    expect(() => stripMetadata(Uint8Array.from([...u32(99), ...latin('moov')]), 'video/mp4')).toThrow(Damaged);
  });
});

describe('a file made of very many pieces', () => {
  const times = (head: number[], body: number[], count: number, tail: number[] = []): Uint8Array =>
    Buffer.concat([Buffer.from(head), Buffer.alloc(body.length * count, Buffer.from(body)), Buffer.from(tail)]);
  const riff = [...latin('RIFF'), 0xff, 0xff, 0xff, 0x7f, ...latin('WEBP')];
  const made: [string, string, (count: number) => Uint8Array][] = [
    ['WebP', 'image/webp', (n) => times(riff, [...latin('ABCD'), 0, 0, 0, 0], n)],
    ['PNG', 'image/png', (n) => times([...png()], chunk('tEXt', []), n - 1, chunk('IEND', []))],
    ['JPEG', 'image/jpeg', (n) => times([0xff, 0xd8], segment(0xe1, []), n - 1, [...SCAN, ...END])],
    ['film', 'video/mp4', (n) => times([], [...u32(8), ...latin('free')], n)],
    [
      'HEIC of XMP blocks',
      'image/heic',
      (n) => times([0, 0, 0, 0, ...latin('mdat')], latin('<x:xmpmeta</x:xmpmeta>'), n - 1),
    ],
    ['film of boxes in boxes', 'video/mp4', (n) => nested(n)],
  ];
  function nested(count: number): Uint8Array {
    const bytes = Buffer.alloc(count * 8);
    for (let i = 0; i < count; i++) bytes.set([...u32((count - i) * 8), ...latin('moov')], i * 8);
    return bytes;
  }

  it.each(made)('is refused as damaged before they cost anything: a %s', (_, type, of) => {
    expect(() => stripMetadata(of(MOST_PIECES + 1), type)).toThrow(Damaged);
  });

  it.each(made.slice(0, 5))('but one of many thousands is a file like any other: a %s', (_, type, of) => {
    expect(stripMetadata(of(MOST_PIECES), type).length).toBeGreaterThan(0);
  });

  it('is told to the sender as a damaged file, by its name', async () => {
    const limits = { maxFiles: 1, maxBytes: 1_000_000, mediaTypes: ['image/webp'] };
    const bytes = times(riff, [...latin('ABCD'), 0, 0, 0, 0], MOST_PIECES + 1);
    const keep = () => Promise.reject(new Error('kept'));
    await expect(keepAttachment({ bytes, name: '门口.webp' }, limits, keep)).rejects.toMatchObject({
      ...{ code: 'damaged_file', status: 400, retryable: false, field: 'files' },
      message: expect.stringContaining('门口.webp is damaged'),
    });
  });

  it('is refused too when the entries of its Exif claim the whole file again and again', () => {
    const entry = [0x01, 0, 0, 7, ...u32(10_000), ...u32(0)];
    const directory = [...latin('Exif\0\0MM\0*'), ...u32(8), ...u32(1000).slice(2)];
    const mdat = times(directory, entry, 1000);
    const dirty = Buffer.concat([Buffer.from([...u32(8 + mdat.length), ...latin('mdat')]), mdat]);
    expect(() => stripMetadata(dirty, 'image/heic')).toThrow('on top of each other');
  });

  it('is put together from whole stretches: neighbours that stay are copied as one', () => {
    let copies = 0;
    const bytes = Uint8Array.from([1, 2, 3, 4, 5, 6]);
    const counted = Object.assign(bytes, {
      subarray(from: number, to: number) {
        copies += 1;
        return Uint8Array.prototype.subarray.call(bytes, from, to);
      },
    });
    const { keep, whole } = keeper(counted);
    expect([keep(0, 2), keep(2, 4), keep(5, 6)]).toEqual([0, 2, 4]);
    expect([...whole(Uint8Array.of(9))]).toEqual([9, 1, 2, 3, 4, 6]);
    expect(copies).toBe(2);
  });
});

describe('what a file is', () => {
  it.each([
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['GIF89a', 'image/gif'],
    ['RIFF....WEBP', 'image/webp'],
    ['....ftypheic', 'image/heic'],
    ['....ftypqt  ', 'video/quicktime'],
    ['....ftypisom', 'video/mp4'],
    ['%PDF-1.7', 'application/pdf'],
    ['hello', undefined],
  ])('is told from its first bytes: %j', (head, type) => {
    expect(sniff(Buffer.from(head, 'latin1'))).toBe(type);
  });

  it('must agree with what is claimed; a vague claim takes what the bytes say', () => {
    const jpg = jpeg(APP0);
    expect(mediaTypeOf(jpg, 'image/png', 'a.png')).toBeUndefined();
    expect(mediaTypeOf(jpg, 'image/jpg; q=1', 'a.jpg')).toBe('image/jpeg');
    expect(mediaTypeOf(jpg, 'application/octet-stream', undefined)).toBe('image/jpeg');
    expect(mediaTypeOf(Buffer.from('MZ'), 'image/jpeg', 'a.jpg')).toBeUndefined();
    expect(mediaTypeOf(Buffer.from('PK\x03\x04'), '', 'a.docx')).toContain('wordprocessingml');
    expect(mediaTypeOf(Buffer.from('PK\x03\x04'), 'application/pdf', 'a.pdf')).toBeUndefined();
  });

  it('is kept only when it is small enough, allowed and whole; its name loses folders and control characters', async () => {
    const limits = { maxFiles: 1, maxBytes: 1000, mediaTypes: ['image/jpeg'] };
    const keep = async (bytes: Uint8Array) => ({ ref: 'b1', hash: 'sha256:1', size: bytes.length });
    const file = (bytes: Uint8Array, name = 'a.jpg') => keepAttachment({ bytes, name, mediaType: '' }, limits, keep);
    await expect(file(new Uint8Array(1001))).rejects.toMatchObject({ code: 'too_large', status: 413 });
    await expect(file(png())).rejects.toMatchObject({ code: 'media_type_refused' });
    await expect(file(jpeg(APP0, [0xff, 0xe1, 0xff, 0xff]))).rejects.toMatchObject({ code: 'damaged_file' });
    const kept = await file(jpeg(APP0, TABLES, SCAN, END), '..\\..\\家门口\u202e.jpg');
    expect(kept).toMatchObject({ kind: 'image', mediaType: 'image/jpeg', name: '家门口.jpg', blob: 'b1' });
  });
});
