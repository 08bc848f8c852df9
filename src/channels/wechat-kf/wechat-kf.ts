// WeChat customer service (微信客服): citizens write from WeChat, a callback wakes us, we pull what they said and reply by the API.
import { readBlock } from '../../core/block.ts';
import { type AccountBlock, type Channel, type Door, defineChannel, type Outgoing } from '../../core/channel.ts';
import { GatewayError, Unreadable } from '../../core/errors.ts';
import { readJsonFields } from '../../core/payload.ts';
import type { RouteAnswer, RouteRequest } from '../../core/route.ts';
import { pieces } from '../../core/text/pieces.ts';
import { fieldsOf, textOf } from '../common/push.ts';
import { pushLines } from '../common/pushes.ts';
import { type WorkApi, workApi } from '../common/work-api.ts';
import { DONE, openWork, openWorkCallbacks, WORK_FIELDS, type WorkSecrets, workKey } from '../common/work-callback.ts';
import { openPuller, type Puller } from './pull.ts';
import { readKf } from './read.ts';

export interface KfSettings extends WorkSecrets {
  readonly openKfId: string;
  readonly secret: string;
  readonly apiBase?: string;
}

const WINDOW_MS = 48 * 3_600_000;
const PER_MESSAGE = 5;
const LONGEST_BYTES = 2_000;
/** The callback is answered already: a film may take its time, but not all the time of those who wrote after it. */
const MEDIUM_MS = 8_000;

function settings(block: AccountBlock): KfSettings {
  const { encodingAesKey, ...texts } = readBlock(block, {
    ...WORK_FIELDS,
    openKfId: { like: /^[\w-]{1,64}$/, says: 'must be the id of the customer service account, wk…' },
  });
  const { apiBase, maxSkewSeconds } = block;
  return {
    ...texts,
    key: workKey(encodingAesKey),
    ...(apiBase === undefined ? {} : { apiBase }),
    ...(maxSkewSeconds === undefined ? {} : { maxSkewSeconds }),
  };
}

/** Acknowledged at once: what was said stays with the platform for three days, and our cursor has not moved. */
function take(request: RouteRequest, settings: KfSettings, door: Door, puller: Puller): RouteAnswer {
  const body = openWork(request, settings, door.now());
  try {
    const event = fieldsOf(body);
    const ours = textOf(event, 'OpenKfId') === settings.openKfId;
    if (textOf(event, 'Event') === 'kf_msg_or_event' && ours) puller.wake(textOf(event, 'Token'));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    door.log.warn({ account: door.account }, 'a callback was acknowledged, but not understood');
  }
  return DONE;
}

async function send({ id, to, message }: Outgoing, { corpId, openKfId }: KfSettings, api: WorkApi): Promise<string> {
  const touser = to.keys.find(({ kind, scope }) => kind === 'external_userid' && scope === corpId)?.value;
  if (!touser) throw new GatewayError({ code: 'no_address', message: 'no customer of this account', retryable: false });
  for (const [i, content] of pieces(message.text, LONGEST_BYTES).entries()) {
    // The platform sends one message for an id, however often it is asked.
    const msgid = i === 0 ? id : `${id.slice(0, 29)}-${i}`;
    await api.call('/cgi-bin/kf/send_msg', { touser, open_kfid: openKfId, msgid, msgtype: 'text', text: { content } });
  }
  return id;
}

export const wechatKf: Channel<KfSettings> = defineChannel({
  name: 'wechat-kf',
  settings,
  read: (payload, { corpId }) => readKf(payload, corpId),
  files: pushLines((line) => ({ row: readJsonFields(line) })),
  open(settings, door) {
    const api = workApi(settings, door, MEDIUM_MS);
    const puller = openPuller(settings.openKfId, api, door);
    const summary = 'Wake-up calls of WeChat customer service';
    const callbacks = openWorkCallbacks(door, settings, summary, (request) => take(request, settings, door, puller));
    // What was said while the gateway was down waits there.
    puller.wake();
    return {
      async close() {
        await callbacks.close();
        await puller.close();
      },
      send: (outgoing) => send(outgoing, settings, api),
      outward: { receipts: 'queue', windowMs: WINDOW_MS, perMessage: PER_MESSAGE, takesId: true },
    };
  },
});
