// Take: one hand-in as it arrives: multipart taken apart, sound that lies in a vCon kept, the rest handed to the door.
import type { Door } from '../../core/channel.ts';
import { Unreadable } from '../../core/errors.ts';
import type { Part } from '../../core/message.ts';
import { decode, type Fields, isFields, listOf, textOf } from '../../core/payload.ts';
import { jsonIn, type PhonePayload } from './body.ts';
import { isVcon } from './vcon/check.ts';

type Means = Pick<Door, 'blob' | 'now'>;

export interface Came {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly source?: string;
  readonly proof: NonNullable<PhonePayload['proof']>;
  readonly call?: Fields;
}

const gb = new TextDecoder('gb18030');
const MOST_SOUNDS = 10;

/** UTF-8, or GB18030 as older exchanges write their lists. */
export function textIn(bytes: Uint8Array): string {
  try {
    return decode(bytes);
  } catch {
    return gb.decode(bytes);
  }
}

/** Throws Unreadable. What it keeps belongs to the next accepted message that names it, or is swept. */
export async function payloadOf(came: Came, means: Means): Promise<PhonePayload> {
  const { bytes, mediaType, source, proof, call } = came;
  const shared = {
    at: means.now(),
    proof,
    ...(source === undefined ? {} : { source }),
    ...(call === undefined ? {} : { call }),
  };
  if (mediaType.startsWith('multipart/')) return { ...shared, ...(await apart(bytes, mediaType, means)) };
  const body = textIn(bytes);
  const parts = await soundsIn(body, means);
  return {
    ...shared,
    body,
    mediaType: mediaType.split(';')[0] || 'text/plain',
    ...(parts.length > 0 ? { parts } : {}),
  };
}

/** The first field or file that is text is the hand-in; sound beside it is kept. */
async function apart(bytes: Uint8Array, mediaType: string, means: Means) {
  const form = await formOf(bytes, mediaType);
  const parts: Part[] = [];
  let body: string | undefined;
  let kind = 'text/plain';
  for (const [name, value] of form) {
    if (typeof value === 'string') {
      if (body === undefined && value.trim() !== '' && !/^(?:id|name|title)$/i.test(name)) body = value;
    } else if (/^(?:audio|video)\//.test(value.type)) {
      if (parts.length < MOST_SOUNDS)
        parts.push(await keep(new Uint8Array(await value.arrayBuffer()), value.type, means, value.name));
    } else if (body === undefined) {
      body = textIn(new Uint8Array(await value.arrayBuffer()));
      kind = value.type.split(';')[0] || kind;
    }
  }
  if (body === undefined) throw new Unreadable('the form has no transcript and no record of a call', 'body');
  return { body, mediaType: kind, ...(parts.length > 0 ? { parts } : {}) };
}

async function formOf(bytes: Uint8Array, mediaType: string) {
  try {
    return await new Response(Buffer.from(bytes), { headers: { 'content-type': mediaType } }).formData();
  } catch (cause) {
    throw new Unreadable('the form cannot be taken apart', 'body', cause);
  }
}

async function keep(bytes: Uint8Array, mediaType: string, means: Means, name?: string): Promise<Part> {
  const told = name ? { name: name.slice(0, 255) } : {};
  const { ref, hash, size } = await means.blob(bytes, { mediaType, ...told });
  return { kind: mediaType.startsWith('video/') ? 'video' : 'audio', mediaType, ...told, size, hash, blob: ref };
}

/** Recordings that lie inside a vCon. One that is invalid keeps nothing: it is refused a moment later. */
async function soundsIn(body: string, means: Means): Promise<Part[]> {
  const start = body.slice(0, 200).trimStart();
  if (!start.startsWith('{') || !body.includes('"dialog"')) return [];
  const value = jsonIn(body);
  const vcon = isFields(value) && isFields(value.vcon) ? value.vcon : value;
  if (!isFields(vcon) || !isVcon(vcon)) return [];
  const parts: Part[] = [];
  for (const dialog of listOf(vcon.dialog)) {
    const mediaType = textOf(dialog.mediatype) || textOf(dialog.mimetype);
    const coded = /^base64(?:url)?$/.test(textOf(dialog.encoding)) ? textOf(dialog.body) : '';
    if (dialog.type !== 'recording' || coded === '' || !/^(?:audio|video)\//.test(mediaType)) continue;
    if (parts.length >= MOST_SOUNDS) break;
    parts.push(await keep(Buffer.from(coded, 'base64url'), mediaType.slice(0, 127), means, textOf(dialog.filename)));
  }
  return parts;
}
