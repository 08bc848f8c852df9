// Forms with files: the parts of a multipart body as they arrive, each bounded, so that no upload fills the memory.
import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { FormPart } from '../core/route.ts';
import { bodyRefusal, refusal, toGatewayError } from './problem.ts';

export interface FormLimits {
  readonly maxFiles: number;
  /** Bytes of one file. */
  readonly maxBytes: number;
}

const MAX_FIELDS = 100;
const MAX_FIELD_BYTES = 262_144;

/** Yields the parts in order; what the caller of the generator leaves unread is drained by the plugin. */
export async function* multipartParts(request: FastifyRequest, limits: FormLimits): AsyncGenerator<FormPart> {
  const options = {
    // Else the plugin ends the whole form with the first file that is too large, and with it the words.
    throwFileSizeLimit: false,
    limits: {
      fileSize: limits.maxBytes,
      // One more than allowed, so that the channel can say in its own words that there are too many.
      files: limits.maxFiles + 1,
      fields: MAX_FIELDS,
      fieldSize: MAX_FIELD_BYTES,
      fieldNameSize: 100,
      headerPairs: 50,
    },
  };
  try {
    for await (const part of request.parts(options)) yield part.type === 'file' ? fileOf(part) : fieldOf(part);
  } catch (error) {
    throw readable(error);
  }
}

function fieldOf(part: MultipartValue): FormPart {
  if (part.valueTruncated || part.fieldnameTruncated)
    throw refusal(413, 'too_large', 'a field is too long', { field: part.fieldname.slice(0, 100) });
  return {
    name: part.fieldname,
    value: typeof part.value === 'string' ? part.value : String(part.value),
    bytes: () =>
      Promise.reject(refusal(400, 'not_a_file', 'this part is a field, not a file', { field: part.fieldname })),
  };
}

function fileOf(part: MultipartFile): FormPart {
  return {
    name: part.fieldname,
    ...(part.filename ? { filename: part.filename } : {}),
    ...(part.mimetype ? { mediaType: part.mimetype } : {}),
    bytes: async () => {
      const bytes = await part.toBuffer().catch((error: unknown) => {
        throw readable(error);
      });
      if (part.file.truncated) throw refusal(413, 'too_large', 'the file is too large', { field: part.fieldname });
      return bytes;
    },
  };
}

/** A broken or cut-off form is the sender's, whatever the parser calls it. */
function readable(error: unknown): Error {
  const { error: known, expected } = toGatewayError(error);
  if (expected) return known;
  return bodyRefusal(400, 'invalid_form', 'the form is broken or was cut off');
}
