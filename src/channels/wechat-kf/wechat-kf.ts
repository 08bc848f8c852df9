// WeChat customer service (微信客服): citizens write from WeChat, a callback wakes us, we pull what they said and reply by the API.
import { readBlock } from '../../core/block.ts';
import { type AccountBlock, type Channel, type Door, defineChannel, type Outgoing } from '../../core/channel.ts';
import { GatewayError, Unreadable } from '../../core/errors.ts';
import { textOf as named, readJsonFields } from '../../core/payload.ts';
import type { RouteAnswer, RouteRequest } from '../../core/route.ts';
import { pieces } from '../../core/text/pieces.ts';
import { fieldsOf, textOf } from '../common/push.ts';
import { pushLines } from '../common/pushes.ts';
import { type WorkApi, workApi } from '../common/work-api.ts';
import { DONE, openWork, openWorkCallbacks, WORK_FIELDS, type WorkSecrets, workKey } from '../common/work-callback.ts';
import { openPullers, type Pullers } from './pullers.ts';
import { readKf } from './read.ts';

export interface KfSettings extends WorkSecrets {
  /** Absent: all accounts the callbacks speak of. */
  readonly openKfId?: string;
  readonly secret: string;
  readonly apiBase?: string;
}

const KF_ID = /^[\w-]{1,64}$/;
const WINDOW_MS = 48 * 3_600_000;
const PER_MESSAGE = 5;
const LONGEST_BYTES = 2_000;
/** The callback is answered already: a film may take its time, but not all the time of those who wrote after it. */
const MEDIUM_MS = 8_000;

function settings(block: AccountBlock): KfSettings {
  const openKfId = { like: KF_ID, says: 'must be the id of the customer service account, wk…' };
  const { encodingAesKey, ...texts } = readBlock(block, WORK_FIELDS, { openKfId });
  const { apiBase, maxSkewSeconds } = block;
  return {
    ...texts,
    key: workKey(encodingAesKey),
    ...(apiBase === undefined ? {} : { apiBase }),
    ...(maxSkewSeconds === undefined ? {} : { maxSkewSeconds }),
  };
}

/** Acknowledged at once: what was said stays with the platform for three days, and our cursor has not moved. */
function take(request: RouteRequest, settings: KfSettings, door: Door, pullers: Pullers): RouteAnswer {
  const body = openWork(request, settings, door.now());
  try {
    const event = fieldsOf(body);
    const openKfId = textOf(event, 'OpenKfId') ?? '';
    if (textOf(event, 'Event') === 'kf_msg_or_event' && KF_ID.test(openKfId))
      pullers.wake(openKfId, textOf(event, 'Token'));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    door.log.warn({ account: door.account }, 'a callback was acknowledged, but not understood');
  }
  return DONE;
}

interface Line {
  readonly settings: KfSettings;
  readonly api: WorkApi;
  readonly pullers: Pullers;
}

async function send({ id, to, message, inReply }: Outgoing, { settings, api, pullers }: Line): Promise<string> {
  const { corpId } = settings;
  const touser = to.keys.find(({ kind, scope }) => kind === 'external_userid' && scope === corpId)?.value;
  const openKfId = touser && (settings.openKfId ?? accountOf(inReply) ?? pullers.heardAt(touser));
  if (!openKfId)
    throw new GatewayError({ code: 'no_address', message: 'no customer of this account', retryable: false });
  for (const [i, content] of pieces(message.text, LONGEST_BYTES).entries()) {
    // The platform sends one message for an id, however often it is asked.
    const msgid = i === 0 ? id : `${id.slice(0, 29)}-${i}`;
    await api.call('/cgi-bin/kf/send_msg', { touser, open_kfid: openKfId, msgid, msgtype: 'text', text: { content } });
  }
  return id;
}

/** At which of the corporation's accounts it was said. */
function accountOf(inReply: Outgoing['inReply']): string | undefined {
  if (inReply?.raw === undefined) return undefined;
  return named(readJsonFields(inReply.raw.content).open_kfid) || undefined;
}

export const wechatKf: Channel<KfSettings> = defineChannel({
  name: 'wechat-kf',
  settings,
  read: (payload, { corpId }) => readKf(payload, corpId),
  files: pushLines((line) => ({ row: readJsonFields(line) })),
  async open(settings, door) {
    const api = workApi(settings, door, MEDIUM_MS);
    const pullers = await openPullers(settings.openKfId, api, door);
    const summary = 'Wake-up calls of WeChat customer service';
    const callbacks = openWorkCallbacks(door, settings, summary, (request) => take(request, settings, door, pullers));
    return {
      async close() {
        await callbacks.close();
        await pullers.close();
      },
      send: (outgoing) => send(outgoing, { settings, api, pullers }),
      outward: { receipts: 'queue', windowMs: WINDOW_MS, perMessage: PER_MESSAGE, takesId: true },
    };
  },
});
