// QQ: callbacks of an official bot (q.qq.com): the address check, signed events, and replies within the platform's window.
import { createHash } from 'node:crypto';
import { ANY_TEXT, readBlock } from '../../core/block.ts';
import { type AccountBlock, type Channel, type Door, defineChannel } from '../../core/channel.ts';
import { Unreadable } from '../../core/errors.ts';
import { fetchFiles } from '../../core/media/fetch-file.ts';
import { once } from '../../core/once.ts';
import { bytesOf, decode, type Fields, fieldsOf, readJsonFields, textOf } from '../../core/payload.ts';
import { badSignature, checkTime } from '../../core/proof.ts';
import type { Route, RouteAnswer, RouteRequest } from '../../core/route.ts';
import { openCallbacks } from '../common/callback.ts';
import { pushLines } from '../common/pushes.ts';
import { filesOf, type QqPayload, readQq } from './read.ts';
import { PRIVATE_WINDOW_MS, qqSender, REPLIES_EACH } from './send.ts';
import { type QqKeys, qqKeys, qqSign, qqVerify } from './sign.ts';

export interface QqSettings {
  readonly appId: string;
  readonly secret: string;
  readonly keys: QqKeys;
  readonly apiBase?: string;
  readonly maxSkewSeconds?: number;
}

function settings(block: AccountBlock): QqSettings {
  const { appId, secret } = readBlock(block, {
    appId: { like: /^\d{1,32}$/, says: 'must be the digits of the bot’s AppID' },
    secret: ANY_TEXT,
  });
  const { apiBase, maxSkewSeconds } = block;
  return {
    ...{ appId, secret, keys: qqKeys(secret) },
    ...(apiBase === undefined ? {} : { apiBase }),
    ...(maxSkewSeconds === undefined ? {} : { maxSkewSeconds }),
  };
}

const ADDRESS_CHECK = 13;
const TAKEN: RouteAnswer = { status: 200, body: { op: 12, d: 0 } };

/**
 * The platform asks, unsigned, for a signature over text of its own: whoever asks gets one. So only what no event can
 * begin with is signed: digits, then a token without a brace. Else a stranger could have a forged event signed by us.
 */
function answerCheck(event: Fields, keys: QqKeys): RouteAnswer {
  const { plain_token, event_ts } = fieldsOf(event.d);
  const [token, at] = [textOf(plain_token), textOf(event_ts)];
  if (!/^[\w+/=-]{1,128}$/.test(token) || !/^\d{1,16}$/.test(at))
    throw new Unreadable('this is no address check of QQ', 'd.plain_token');
  return { status: 200, body: { plain_token: token, signature: qqSign(keys, at + token) } };
}

function checkCaller(request: RouteRequest, body: Uint8Array, settings: QqSettings, now: number): void {
  const signature = request.headers['x-signature-ed25519'] ?? '';
  const timestamp = request.headers['x-signature-timestamp'] ?? '';
  if (!qqVerify(settings.keys, signature, timestamp, body)) throw badSignature();
  checkTime(Number(timestamp), now, settings.maxSkewSeconds);
}

type Once = ReturnType<typeof once<RouteAnswer>>;

async function take(request: RouteRequest, settings: QqSettings, door: Door, retries: Once): Promise<RouteAnswer> {
  const body = bytesOf(request.body);
  const event = readJsonFields(decode(body));
  if (event.op === ADDRESS_CHECK) return answerCheck(event, settings.keys);
  checkCaller(request, body, settings, door.now());
  return retries(createHash('sha256').update(body).digest('hex'), async () => {
    const files = await fetchFiles(filesOf(event), door);
    await door.accept({ event, files } satisfies QqPayload);
    return TAKEN;
  });
}

export const qq: Channel<QqSettings> = defineChannel({
  name: 'qq',
  settings,
  read: (payload, { appId }) => readQq(payload, appId),
  files: pushLines((line) => ({ event: readJsonFields(line) })),
  open(settings, door) {
    const retries = once<RouteAnswer>();
    const handle: Route['handle'] = (request) => take(request, settings, door, retries);
    return {
      ...openCallbacks(door, [{ method: 'POST', body: 'raw', summary: 'Callbacks of a QQ bot', handle }]),
      send: qqSender(settings, door),
      outward: { receipts: 'queue', windowMs: PRIVATE_WINDOW_MS, perMessage: REPLIES_EACH, takesId: true },
    };
  },
});
