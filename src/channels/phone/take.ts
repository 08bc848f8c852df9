// Take: one hand-in as it arrives: multipart taken apart, sound that lies in a vCon kept, the rest handed to the door.
import type { Door } from '../../core/channel.ts';
import { Unreadable } from '../../core/errors.ts';
import type { Part } from '../../core/message.ts';
import type { Fields } from '../../core/payload.ts';
import { HEAVY, readAside } from './aside.ts';
import { type PhonePayload, remember } from './body.ts';
import type { PhoneSettings } from './settings.ts';
import { MOST_SOUNDS, type Sound, soundsIn, textIn } from './sounds.ts';

type Means = Pick<Door, 'blob' | 'now'>;

export interface Came {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly source?: string;
  readonly proof: NonNullable<PhonePayload['proof']>;
  readonly call?: Fields;
}

/** The hand-in itself, and the sound that came beside it. */
interface Apart {
  readonly content: Uint8Array | string;
  readonly mediaType: string;
  readonly sounds: readonly Sound[];
}

/**
 * Throws Unreadable. What it keeps belongs to the next accepted message that names it, or is swept. With `settings` what is
 * heavy is read aside; without them nobody else waits, as in `import`.
 */
export async function payloadOf(came: Came, means: Means, settings?: PhoneSettings): Promise<PhonePayload> {
  const { content, mediaType, sounds: beside } = await apartOf(came);
  const { source, proof, call } = came;
  const told = {
    ...{ at: means.now(), proof, mediaType },
    ...(source === undefined ? {} : { source }),
    ...(call === undefined ? {} : { call }),
  };
  const aside = settings && content.length > HEAVY ? await readAside(content, told, settings) : undefined;
  const body = aside?.packed ?? (typeof content === 'string' ? content : textIn(content));
  const parts: Part[] = [];
  for (const sound of [...beside, ...(aside ? aside.sounds : soundsIn(body))].slice(0, MOST_SOUNDS))
    parts.push(await keep(sound, means));
  const packed = aside ? { packed: true as const } : {};
  const payload = { ...told, body, ...packed, ...(parts.length > 0 ? { parts } : {}) };
  if (aside && settings) remember(payload, settings, aside.found);
  return payload;
}

/** The first field or file that is text is the hand-in; sound beside it is kept. */
async function apartOf({ bytes, mediaType }: Came): Promise<Apart> {
  if (!mediaType.startsWith('multipart/'))
    return { content: bytes, mediaType: mediaType.split(';')[0] || 'text/plain', sounds: [] };
  const sounds: Sound[] = [];
  let content: Apart['content'] | undefined;
  let kind = 'text/plain';
  for (const [name, value] of await formOf(bytes, mediaType)) {
    if (typeof value === 'string') {
      if (content === undefined && value.trim() !== '' && !/^(?:id|name|title)$/i.test(name)) content = value;
    } else if (/^(?:audio|video)\//.test(value.type)) {
      if (sounds.length < MOST_SOUNDS) sounds.push(await soundOf(value));
    } else if (content === undefined) {
      content = new Uint8Array(await value.arrayBuffer());
      kind = value.type.split(';')[0] || kind;
    }
  }
  if (content === undefined) throw new Unreadable('the form has no transcript and no record of a call', 'body');
  return { content, mediaType: kind, sounds };
}

/** A hand-in has its transcript, a few fields and recordings; taking apart a form of very many parts would hold up everybody. */
const MOST_FORM_PARTS = 64;

function hasTooManyParts(bytes: Uint8Array, mediaType: string): boolean {
  const mark = `--${/boundary="?([^";]{1,200})/i.exec(mediaType)?.[1] ?? ''}`;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let parts = 0;
  for (let at = view.indexOf(mark); at >= 0 && parts <= MOST_FORM_PARTS; at = view.indexOf(mark, at + mark.length))
    parts += 1;
  return parts > MOST_FORM_PARTS;
}

async function formOf(bytes: Uint8Array, mediaType: string) {
  if (hasTooManyParts(bytes, mediaType)) throw new Unreadable(`the form has over ${MOST_FORM_PARTS} parts`, 'body');
  try {
    return await new Response(Buffer.from(bytes), { headers: { 'content-type': mediaType } }).formData();
  } catch (cause) {
    throw new Unreadable('the form cannot be taken apart', 'body', cause);
  }
}

const soundOf = async (file: File): Promise<Sound> => ({
  bytes: new Uint8Array(await file.arrayBuffer()),
  mediaType: file.type,
  ...(file.name ? { name: file.name } : {}),
});

async function keep({ bytes, mediaType, name }: Sound, means: Means): Promise<Part> {
  const told = name ? { name: name.slice(0, 255) } : {};
  const { ref, hash, size } = await means.blob(bytes, { mediaType, ...told });
  return { kind: mediaType.startsWith('video/') ? 'video' : 'audio', mediaType, ...told, size, hash, blob: ref };
}
