// WeChat official accounts (公众号) and mini programs: what citizens write there, and the city's replies.
import { type Channel, defineChannel } from '../../core/channel.ts';
import { accountClosed } from '../../core/proof.ts';
import type { RouteRequest } from '../../core/route.ts';
import { MOST_BYTES } from '../common/push.ts';
import { officialApi, sender } from './api.ts';
import { greet, take } from './callback.ts';
import { read } from './read.ts';
import { type OfficialSettings, settings } from './settings.ts';

const WINDOW_MS = 48 * 3_600_000;
const PER_MESSAGE = 5;

export const wechatOfficial: Channel<OfficialSettings> = defineChannel({
  name: 'wechat-official',
  settings,
  read,
  open(known, door) {
    let open = true;
    const api = officialApi(known, door);
    const whileOpen =
      <T>(work: (request: RouteRequest) => T) =>
      (request: RouteRequest): T => {
        if (!open) throw accountClosed();
        return work(request);
      };
    const path = `/in/${door.account}`;
    const tags = ['intake'];
    door.route({
      ...{ method: 'GET', path, access: 'public', tags },
      summary: 'The platform asks whether this address is ours (WeChat official account)',
      handle: whileOpen((request) => greet(request, known, door)),
    });
    door.route({
      ...{ method: 'POST', path, access: 'public', tags, body: 'raw', bodyLimit: MOST_BYTES },
      summary: 'Pushes of a WeChat official account',
      handle: whileOpen(async (request) => take(request, known, door, api)),
    });
    return {
      async close() {
        open = false;
      },
      send: sender(known, api),
      outward: { receipts: 'channel', windowMs: WINDOW_MS, perMessage: PER_MESSAGE },
    };
  },
});
