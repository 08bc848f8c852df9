// The callback: handshake, proof, opening of the encryption, and the answer within the platform's five seconds.
import { randomBytes } from 'node:crypto';
import type { Accepted, Door } from '../../core/channel.ts';
import { GatewayError, Unreadable } from '../../core/errors.ts';
import type { once } from '../../core/once.ts';
import { decode } from '../../core/payload.ts';
import { badSignature, checkTime } from '../../core/proof.ts';
import type { RouteAnswer, RouteRequest } from '../../core/route.ts';
import { pieces } from '../../core/text/pieces.ts';
import { checkWechatSignature, wechatDecrypt, wechatEncrypt, wechatSignature } from '../../core/wechat-crypt.ts';
import { type Fields, fieldsOf, textOf } from '../common/push.ts';
import type { WechatApi } from '../common/wechat-api.ts';
import { LONGEST, say } from './api.ts';
import { partsOf } from './media.ts';
import { isEvent } from './read.ts';
import type { OfficialSettings } from './settings.ts';

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };
/** Acknowledged; the platform neither asks again nor tells the citizen that nobody answered. */
const DONE: RouteAnswer = { status: 200, headers: PLAIN, body: 'success' };

interface Signed {
  readonly timestamp: string;
  readonly nonce: string;
}

/** Throws 403 when the query is not signed with the account's token, or long ago. */
function signed({ query }: RouteRequest, settings: OfficialSettings, door: Door, shown = query.signature): Signed {
  const { timestamp = '', nonce = '' } = query;
  checkWechatSignature(shown, settings.token, timestamp, nonce);
  checkTime(timestamp === '' ? Number.NaN : Number(timestamp), door.now(), settings.maxSkewSeconds);
  return { timestamp, nonce };
}

/** The platform asks whether this address is ours. */
export function greet(request: RouteRequest, settings: OfficialSettings, door: Door): RouteAnswer {
  const { echostr = '', msg_signature: shown, timestamp = '', nonce = '' } = request.query;
  if (shown === undefined || !settings.key) {
    signed(request, settings, door);
    return { status: 200, headers: PLAIN, body: echostr };
  }
  checkWechatSignature(shown, settings.token, timestamp, nonce, echostr);
  checkTime(Number(timestamp), door.now(), settings.maxSkewSeconds);
  return { status: 200, headers: PLAIN, body: wechatDecrypt(settings.key, echostr, settings.appId) };
}

export interface Line {
  readonly settings: OfficialSettings;
  readonly door: Door;
  readonly api: WechatApi;
  readonly retries: ReturnType<typeof once<string>>;
}

export async function take(request: RouteRequest, line: Line): Promise<RouteAnswer> {
  const { settings, door } = line;
  const now = signed(request, settings, door);
  const outer = bodyOf(request);
  const body = settings.key && settings.mode !== 'plain' ? opened(outer, request, settings) : outer;
  const fields = understood(body, settings, door);
  if (!fields) return DONE;
  const words = await line.retries(body, () => dealWith(fields, body, line));
  return words === '' ? DONE : passive(fields, words, now, settings);
}

/** The platform asks three times, five seconds each: after that nobody reads the answer. */
const TRIES_MS = 15_000;

/** Resolves with the words for the answer, once what was said is durable; '' where there are none. */
async function dealWith(fields: Fields, body: string, { settings, door, api }: Line): Promise<string> {
  const began = door.now();
  const parts = isEvent(fields) ? [] : await partsOf(fields, api, door);
  const words = replyTo(fields, await door.accept({ body, parts }), settings, door);
  // Mini programs have no reply in the answer, and late ones nobody who reads it: there all of it goes by the API, as what is too long does.
  const isRead = !body.trim().startsWith('{') && door.now() - began < TRIES_MS;
  const [first = '', ...rest] = [...(isRead ? [] : ['']), ...pieces(words, LONGEST)];
  const openid = textOf(fields, 'FromUserName');
  if (openid && rest.length > 0)
    sayAll(api, openid, rest).catch((error: unknown) => {
      door.log.warn({ account: door.account, err: error }, 'a reply beside the answer could not be sent');
    });
  return first;
}

async function sayAll(api: WechatApi, openid: string, all: readonly string[]): Promise<void> {
  for (const one of all) await say(api, openid, one);
}

function bodyOf({ body }: RouteRequest): string {
  if (!(body instanceof Uint8Array)) throw new Unreadable('a push has a body', 'body');
  return decode(body);
}

/** In safe and compatible mode only what is encrypted counts: the plain fields beside it are signed by nobody. */
function opened(outer: string, { query }: RouteRequest, settings: OfficialSettings): string {
  const { timestamp = '', nonce = '', msg_signature: shown } = query;
  const encrypted = textOf(fieldsOf(outer), 'Encrypt') ?? textOf(fieldsOf(outer), 'encrypt');
  if (encrypted === undefined || !settings.key) throw badSignature('the encrypted message');
  checkWechatSignature(shown, settings.token, timestamp, nonce, encrypted);
  return wechatDecrypt(settings.key, encrypted, settings.appId);
}

/** What opened with our key came from the platform: unknown, it is acknowledged, or it would come again for ever. */
function understood(body: string, settings: OfficialSettings, door: Door): Fields | undefined {
  try {
    return fieldsOf(body);
  } catch (error) {
    if (settings.mode === 'plain' || !(error instanceof GatewayError)) throw error;
    door.log.warn({ account: door.account, code: error.code }, 'a push was acknowledged, but not understood');
    return undefined;
  }
}

function replyTo(fields: Fields, accepted: readonly Accepted[], settings: OfficialSettings, door: Door): string {
  const [first] = accepted;
  if (first) return door.words(first.receipt);
  switch (textOf(fields, 'Event')?.toLowerCase()) {
    case 'subscribe':
    case 'scan':
    case 'user_enter_tempsession':
      return door.words('welcome');
    case 'click':
      return menuReply(textOf(fields, 'EventKey') ?? '', settings) ?? door.words('welcome');
    default:
      return '';
  }
}

const menuReply = (key: string, { menu }: OfficialSettings): string | undefined =>
  Object.hasOwn(menu, key) ? menu[key] : undefined;

const cdata = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

function passive(fields: Fields, words: string, now: Signed, settings: OfficialSettings): RouteAnswer {
  const headers = { 'content-type': 'application/xml; charset=utf-8' };
  const xml = `<xml><ToUserName>${cdata(textOf(fields, 'FromUserName') ?? '')}</ToUserName><FromUserName>${cdata(
    textOf(fields, 'ToUserName') ?? '',
  )}</FromUserName><CreateTime>${Number(textOf(fields, 'CreateTime')) || 0}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>${cdata(
    words,
  )}</Content></xml>`;
  if (!settings.key || settings.mode === 'plain') return { status: 200, headers, body: xml };
  const { timestamp, nonce } = now;
  const encrypted = wechatEncrypt(settings.key, xml, settings.appId, randomBytes(16));
  const signature = wechatSignature(settings.token, timestamp, nonce, encrypted);
  const body = `<xml><Encrypt>${cdata(encrypted)}</Encrypt><MsgSignature>${cdata(
    signature,
  )}</MsgSignature><TimeStamp>${cdata(timestamp)}</TimeStamp><Nonce>${cdata(nonce)}</Nonce></xml>`;
  return { status: 200, headers, body };
}
