// Attachment: what the house takes in as a file from a citizen, checked, freed of positions and kept as a sealed blob.
import { GatewayError } from '../errors.ts';
import type { Part } from '../message.ts';
import { LARGE } from './pieces.ts';
import { mediaTypeOf } from './sniff.ts';
import { Damaged, stripMetadata } from './strip.ts';

export interface AttachmentLimits {
  readonly maxFiles: number;
  /** Bytes of one file. */
  readonly maxBytes: number;
  readonly mediaTypes: readonly string[];
}

export interface OfferedFile {
  readonly bytes: Uint8Array;
  /** What the sender says it is. */
  readonly mediaType?: string | undefined;
  readonly name?: string | undefined;
}

/** `Door.blob`: keeps bytes sealed and pending. */
export type KeepBlob = (
  bytes: Uint8Array,
  info: { readonly mediaType: string; readonly name?: string },
) => Promise<{ ref: string; hash: string; size: number }>;

const refused = (code: string, status: number, message: string): GatewayError =>
  new GatewayError({ code, message, retryable: false, status, field: 'files' });

export function tooLarge(name: string | undefined, limits: AttachmentLimits): GatewayError {
  const megabytes = Math.floor(limits.maxBytes / 1_048_576);
  return refused('too_large', 413, `${name ?? 'a file'} is over ${megabytes} MB`);
}

export function tooMany(limits: AttachmentLimits): GatewayError {
  return refused('too_many_files', 413, `at most ${limits.maxFiles} files come with one message`);
}

const kindOf = (mediaType: string): Part['kind'] => {
  const family = mediaType.slice(0, mediaType.indexOf('/'));
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'file';
};

/** A name as it may be shown and saved: no folders, no control characters, at most 120 characters. */
export function tidyName(name: string | undefined): string | undefined {
  const last = (name ?? '').split(/[\\/]/).pop() ?? '';
  const tidy = last.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
  return tidy === '' ? undefined : [...tidy].slice(-120).join('');
}

/**
 * Checks size, true type and allowed types, takes positions out, keeps the rest. Rejects with GatewayError:
 * `too_large`, `media_type_refused` (not among those allowed), `media_type_mismatch` (bytes are not what was claimed),
 * `damaged_file` (cannot be read to its end, so positions cannot be taken out).
 */
export async function keepAttachment(file: OfferedFile, limits: AttachmentLimits, keep: KeepBlob): Promise<Part> {
  const name = tidyName(file.name);
  if (file.bytes.length > limits.maxBytes) throw tooLarge(name, limits);
  const mediaType = mediaTypeOf(file.bytes, file.mediaType, name);
  if (!mediaType) throw refused('media_type_mismatch', 415, `${name ?? 'a file'} is not what it says it is`);
  if (!limits.mediaTypes.includes(mediaType)) {
    throw refused('media_type_refused', 415, `${name ?? 'a file'} is ${mediaType}, which is not taken here`);
  }
  const bytes = stripped(file.bytes, mediaType, name);
  // Going through a large file and handing it on are two turns, so that nobody waits for both.
  if (bytes.length > LARGE) await new Promise((resolve) => setImmediate(resolve));
  const kept = await keep(bytes, { mediaType, ...(name ? { name } : {}) });
  return {
    kind: kindOf(mediaType),
    mediaType,
    ...(name ? { name } : {}),
    size: kept.size,
    hash: kept.hash,
    blob: kept.ref,
  };
}

function stripped(bytes: Uint8Array, mediaType: string, name: string | undefined): Uint8Array {
  try {
    return stripMetadata(bytes, mediaType);
  } catch (error) {
    if (error instanceof Damaged)
      throw refused('damaged_file', 400, `${name ?? 'a file'} is damaged and cannot be opened`);
    throw error;
  }
}
