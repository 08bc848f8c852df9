// Sounds: a hand-in's bytes as text, and the recordings that lie inside a vCon.
import { decode, isFields, listOf, textOf } from '../../core/payload.ts';
import { jsonIn } from './body.ts';
import { isVcon } from './vcon/check.ts';

export interface Sound {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly name?: string;
}

const gb = new TextDecoder('gb18030');
export const MOST_SOUNDS = 10;

/** UTF-8, or GB18030 as older exchanges write their lists. */
export function textIn(bytes: Uint8Array): string {
  try {
    return decode(bytes);
  } catch {
    return gb.decode(bytes);
  }
}

/** Throws Unreadable where it begins like JSON and is none. */
export function soundsIn(body: string): Sound[] {
  const start = body.slice(0, 200).trimStart();
  if (!start.startsWith('{') || !body.includes('"dialog"')) return [];
  const value = jsonIn(body);
  const vcon = isFields(value) && isFields(value.vcon) ? value.vcon : value;
  if (!isFields(vcon) || !isVcon(vcon)) return [];
  const sounds: Sound[] = [];
  for (const dialog of listOf(vcon.dialog)) {
    const mediaType = textOf(dialog.mediatype) || textOf(dialog.mimetype);
    const coded = /^base64(?:url)?$/.test(textOf(dialog.encoding)) ? textOf(dialog.body) : '';
    if (dialog.type !== 'recording' || coded === '' || !/^(?:audio|video)\//.test(mediaType)) continue;
    if (sounds.length >= MOST_SOUNDS) break;
    const name = textOf(dialog.filename);
    sounds.push({
      bytes: Buffer.from(coded, 'base64url'),
      mediaType: mediaType.slice(0, 127),
      ...(name ? { name } : {}),
    });
  }
  return sounds;
}
