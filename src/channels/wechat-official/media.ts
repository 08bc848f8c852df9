// Media of a push: fetched at once, since the platform keeps them three days, but never longer than the citizen's reply can wait.
import type { Door } from '../../core/channel.ts';
import { type AttachmentLimits, keepAttachment } from '../../core/media/attachment.ts';
import type { Part } from '../../core/message.ts';
import { type Fields, textOf } from '../common/push.ts';
import type { OfficialApi } from './api.ts';

/** The platform waits five seconds for the whole answer. */
const PATIENCE_MS = 2_500;

const TYPES: Readonly<Record<string, string>> = {
  image: 'image/jpeg',
  voice: 'audio/amr',
  video: 'video/mp4',
  shortvideo: 'video/mp4',
};

/** What could be had; a medium that could not leaves the message as it is, with its id in the original. */
export async function partsOf(fields: Fields, api: OfficialApi, door: Door): Promise<Part[]> {
  const type = textOf(fields, 'MsgType')?.toLowerCase() ?? '';
  if (type === 'location') return location(fields, door);
  const usual = TYPES[type];
  const mediaId = textOf(fields, 'MediaId');
  if (usual === undefined) return [];
  try {
    const got = (mediaId && (await api.media(mediaId, PATIENCE_MS))) || (await picture(fields, door));
    return got ? [await kept(got, usual, door)] : [];
  } catch (error) {
    door.log.warn({ account: door.account, err: error, type }, 'a medium could not be fetched; the message is kept');
    return [];
  }
}

async function picture(fields: Fields, door: Door) {
  const url = textOf(fields, 'PicUrl');
  if (url === undefined) return undefined;
  const { status, headers, bytes } = await door.fetch(url, { maxBytes: 20 * 1_048_576, timeoutMs: PATIENCE_MS });
  return status === 200 ? { bytes, mediaType: headers['content-type'] ?? '' } : undefined;
}

const IMAGES: AttachmentLimits = {
  maxFiles: 1,
  maxBytes: 20 * 1_048_576,
  mediaTypes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/heic'],
};

async function kept(
  { bytes, mediaType }: { bytes: Uint8Array; mediaType: string },
  usual: string,
  door: Door,
): Promise<Part> {
  // Pictures are freed of the position they carry; sound and film are kept as they are.
  if (usual === 'image/jpeg') return keepAttachment({ bytes }, IMAGES, (b, info) => door.blob(b, info));
  const type = /^(?:audio|video)\/[\w.+-]+$/.test(mediaType) ? mediaType : usual;
  const { ref, hash, size } = await door.blob(bytes, { mediaType: type });
  return { kind: usual.startsWith('audio') ? 'audio' : 'video', mediaType: type, size, hash, blob: ref };
}

/** A pin on the map, as GeoJSON, beside its label. */
async function location(fields: Fields, door: Door): Promise<Part[]> {
  const [latitude, longitude] = [Number(textOf(fields, 'Location_X')), Number(textOf(fields, 'Location_Y'))];
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return [];
  const point = { type: 'Point', coordinates: [longitude, latitude] };
  const mediaType = 'application/geo+json';
  const { ref, hash, size } = await door.blob(Buffer.from(JSON.stringify(point)), { mediaType });
  return [{ kind: 'location', mediaType, size, hash, blob: ref }];
}
