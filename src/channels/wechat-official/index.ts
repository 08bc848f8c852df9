// WeChat official accounts (公众号) and mini programs: what citizens write there, and the city's replies.
import { type Channel, defineChannel } from '../../core/channel.ts';
import { once } from '../../core/once.ts';
import { openCallbacks } from '../common/callback.ts';
import { MOST_BYTES } from '../common/push.ts';
import { pushLines } from '../common/pushes.ts';
import { officialApi, sender } from './api.ts';
import { greet, type Line, take } from './callback.ts';
import { read } from './read.ts';
import { type OfficialSettings, settings } from './settings.ts';

const WINDOW_MS = 48 * 3_600_000;
const PER_MESSAGE = 5;

export const wechatOfficial: Channel<OfficialSettings> = defineChannel({
  name: 'wechat-official',
  settings,
  read,
  files: pushLines((body) => ({ body })),
  open(known, door) {
    const api = officialApi(known, door);
    const line: Line = { settings: known, door, api, retries: once() };
    return {
      ...openCallbacks(door, [
        {
          method: 'GET',
          summary: 'The platform asks whether this address is ours (WeChat official account)',
          handle: (request) => greet(request, known, door),
        },
        {
          ...{ method: 'POST', body: 'raw', bodyLimit: MOST_BYTES, summary: 'Pushes of a WeChat official account' },
          handle: (request) => take(request, line),
        },
      ]),
      send: sender(known, api),
      outward: { receipts: 'channel', windowMs: WINDOW_MS, perMessage: PER_MESSAGE },
    };
  },
});
