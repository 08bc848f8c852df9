// Media of a push: fetched at once, since the platform keeps them three days, but never longer than the citizen's reply can wait.
import type { Door } from '../../core/channel.ts';
import type { Part } from '../../core/message.ts';
import { type Fields, textOf } from '../common/push.ts';
import type { WechatApi } from '../common/wechat-api.ts';

const MEDIA = ['image', 'voice', 'video', 'shortvideo'];

/** What could be had; a medium that could not leaves the message as it is, with its id in the original. */
export async function partsOf(fields: Fields, api: WechatApi, door: Door): Promise<Part[]> {
  const type = textOf(fields, 'MsgType')?.toLowerCase() ?? '';
  if (type === 'location') return location(fields, door);
  if (!MEDIA.includes(type)) return [];
  const picture = textOf(fields, 'PicUrl');
  const part = await api.medium(textOf(fields, 'MediaId') ?? '', picture === undefined ? {} : { instead: picture });
  return part ? [part] : [];
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
