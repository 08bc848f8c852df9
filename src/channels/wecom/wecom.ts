// WeCom (企业微信): callbacks of the city's own app, where staff pass on what citizens told them; the receipt goes back sealed.
import { readBlock } from '../../core/block.ts';
import { type AccountBlock, type Channel, type Door, defineChannel, type Outgoing } from '../../core/channel.ts';
import { GatewayError, Unreadable } from '../../core/errors.ts';
import { once } from '../../core/once.ts';
import type { RouteAnswer, RouteRequest } from '../../core/route.ts';
import { pieces } from '../../core/text/pieces.ts';
import { type Fields, fieldsOf, textOf } from '../common/push.ts';
import { pushLines } from '../common/pushes.ts';
import { type WorkApi, workApi } from '../common/work-api.ts';
import {
  cdata,
  DONE,
  openWork,
  openWorkCallbacks,
  sealWork,
  WORK_FIELDS,
  type WorkSecrets,
  workKey,
} from '../common/work-callback.ts';
import { isEvent, readWecom, type WecomPayload } from './read.ts';

export interface WecomSettings extends WorkSecrets {
  readonly agentId: string;
  readonly secret: string;
  readonly apiBase?: string;
}

/** The platform cuts longer texts off. */
const LONGEST_BYTES = 2_000;

function settings(block: AccountBlock): WecomSettings {
  const { encodingAesKey, ...texts } = readBlock(block, {
    ...WORK_FIELDS,
    agentId: { like: /^\d{1,16}$/, says: 'must be the AgentId, digits' },
  });
  const { apiBase, maxSkewSeconds } = block;
  return {
    ...texts,
    key: workKey(encodingAesKey),
    ...(apiBase === undefined ? {} : { apiBase }),
    ...(maxSkewSeconds === undefined ? {} : { maxSkewSeconds }),
  };
}

interface Line {
  readonly settings: WecomSettings;
  readonly door: Door;
  readonly api: WorkApi;
  readonly retries: ReturnType<typeof once<string>>;
}

async function take(request: RouteRequest, line: Line): Promise<RouteAnswer> {
  const { settings, door } = line;
  const body = openWork(request, settings, door.now());
  const fields = understood(body, door);
  if (!fields) return DONE;
  const words = await line.retries(body, async () => {
    const part = isEvent(fields) ? undefined : await mediumOf(fields, line);
    const [accepted] = await door.accept({ body, part } satisfies WecomPayload);
    const [first = '', ...rest] = accepted ? pieces(door.words(accepted.receipt), LONGEST_BYTES) : [];
    const touser = textOf(fields, 'FromUserName');
    if (touser && rest.length > 0)
      sayAll(touser, rest, line).catch((error: unknown) => {
        door.log.warn({ account: door.account, err: error }, 'the rest of a long reply could not be sent');
      });
    return first;
  });
  return words === '' ? DONE : sealWork(replyXml(fields, words, door.now()), request, settings);
}

/** What opened with our key came from the platform: not understood, it is acknowledged, or it would come again. */
function understood(body: string, door: Door): Fields | undefined {
  try {
    return fieldsOf(body);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    door.log.warn({ account: door.account }, 'a callback was acknowledged, but not understood');
    return undefined;
  }
}

async function mediumOf(fields: Fields, { api }: Line): Promise<WecomPayload['part']> {
  const mediaId = textOf(fields, 'MediaId');
  return mediaId === undefined ? undefined : ((await api.medium(mediaId)) ?? null);
}

function replyXml(fields: Fields, words: string, now: number): string {
  const said = [
    `<ToUserName>${cdata(textOf(fields, 'FromUserName') ?? '')}</ToUserName>`,
    `<FromUserName>${cdata(textOf(fields, 'ToUserName') ?? '')}</FromUserName>`,
    `<CreateTime>${Math.floor(now / 1000)}</CreateTime><MsgType>${cdata('text')}</MsgType>`,
    `<Content>${cdata(words)}</Content>`,
  ];
  return `<xml>${said.join('')}</xml>`;
}

/** The platform takes no id, but drops the same text to the same person within its interval: that stands for one. */
async function send({ to, message }: Outgoing, line: Line): Promise<string | undefined> {
  const { corpId } = line.settings;
  const touser = to.keys.find(({ kind, scope }) => kind === 'wecom_staff' && scope === corpId)?.value;
  if (!touser) throw new GatewayError({ code: 'no_address', message: 'nobody of this corporation', retryable: false });
  return sayAll(touser, pieces(message.text, LONGEST_BYTES), line);
}

/** Resolves with the platform's id of the first. */
async function sayAll(touser: string, all: readonly string[], { api, settings }: Line): Promise<string | undefined> {
  let id: string | undefined;
  for (const content of all) {
    const text = { touser, msgtype: 'text', agentid: Number(settings.agentId), text: { content } };
    const answer = await api.call('/cgi-bin/message/send', { ...text, enable_duplicate_check: 1 });
    id ??= textOf(answer, 'msgid');
  }
  return id;
}

export const wecom: Channel<WecomSettings> = defineChannel({
  name: 'wecom',
  settings,
  read: (payload, { corpId }) => readWecom(payload, corpId),
  files: pushLines((body) => ({ body })),
  open(settings, door) {
    const line: Line = { settings, door, api: workApi(settings, door), retries: once() };
    const summary = 'Callbacks of a WeCom app; the answer carries the receipt';
    return {
      ...openWorkCallbacks(door, settings, summary, (request) => take(request, line)),
      send: (outgoing) => send(outgoing, line),
      outward: { receipts: 'channel', takesId: true },
    };
  },
});
