// Weibo: private messages to the city's 政务微博, pushed by its 粉丝服务平台; the receipt goes back in the same answer.
import { createHash } from 'node:crypto';
import { ANY_TEXT, readBlock } from '../../core/block.ts';
import { type AccountBlock, type Channel, type Door, defineChannel } from '../../core/channel.ts';
import { fetchFiles } from '../../core/media/fetch-file.ts';
import { once } from '../../core/once.ts';
import { bytesOf, decode } from '../../core/payload.ts';
import { badSignature, checkTime, sameText } from '../../core/proof.ts';
import type { Route, RouteAnswer, RouteRequest } from '../../core/route.ts';
import { openCallbacks } from '../common/callback.ts';
import { pushLines } from '../common/pushes.ts';
import { parseWeibo, pushIn, readWeibo, type WeiboPayload, type WeiboPush } from './read.ts';
import { WINDOW_MS, weiboSender } from './send.ts';

export interface WeiboSettings {
  readonly appSecret: string;
  /** The account's own OAuth token; without it only the answer to a push can reach the citizen. */
  readonly accessToken?: string;
  readonly apiBase?: string;
  readonly maxSkewSeconds?: number;
}

function settings(block: AccountBlock): WeiboSettings {
  const { appSecret, accessToken } = readBlock(block, { appSecret: ANY_TEXT }, { accessToken: ANY_TEXT });
  const { apiBase, maxSkewSeconds } = block;
  return {
    appSecret,
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(apiBase === undefined ? {} : { apiBase }),
    ...(maxSkewSeconds === undefined ? {} : { maxSkewSeconds }),
  };
}

const MEDIA_BASE = 'https://upload.api.weibo.com';

/** Hex SHA-1 of app secret, timestamp and nonce, sorted and joined. */
export const weiboSignature = (appSecret: string, timestamp: string, nonce: string): string =>
  createHash('sha1').update([appSecret, timestamp, nonce].sort().join('')).digest('hex');

/** Of the query alone: the platform does not sign the body, so the address must be https and kept to itself. */
function checkCaller({ query }: RouteRequest, { appSecret, maxSkewSeconds }: WeiboSettings, now: number): void {
  const { signature = '', timestamp = '', nonce = '' } = query;
  if (timestamp === '' || !sameText(signature.toLowerCase(), weiboSignature(appSecret, timestamp, nonce)))
    throw badSignature();
  // Written in milliseconds by the platform, in seconds by its documentation.
  const at = Number(timestamp);
  checkTime(at > 1e11 ? at / 1000 : at, now, maxSkewSeconds);
}

const plain = (body: string): RouteAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

async function take(
  request: RouteRequest,
  settings: WeiboSettings,
  door: Door,
  retries: ReturnType<typeof once<string>>,
): Promise<RouteAnswer> {
  checkCaller(request, settings, door.now());
  const body = decode(bytesOf(request.body));
  const push = parseWeibo(body);
  const words = await retries(body, async () => {
    const file = await fileOf(pushIn(push), settings, door);
    const [accepted] = await door.accept({ push, file } satisfies WeiboPayload);
    return accepted ? door.words(accepted.receipt) : '';
  });
  return words === '' ? plain('') : reply(pushIn(push), words, door.now());
}

/** Source: Weibo 粉丝服务平台, page 获取多媒体文件 (mss/msget). Not tried against the live platform. */
async function fileOf(
  { type, fileId }: WeiboPush,
  { accessToken, apiBase }: WeiboSettings,
  door: Door,
): Promise<WeiboPayload['file']> {
  if (!['image', 'voice', 'video'].includes(type) || fileId === '' || accessToken === undefined) return undefined;
  const query = new URLSearchParams({ access_token: accessToken, fid: fileId });
  const [part] = await fetchFiles([{ url: `${apiBase ?? MEDIA_BASE}/2/mss/msget?${query}`, api: true }], door);
  return part ?? null;
}

/** In the spelling the push came in; sender and receiver change places. */
function reply({ sender, receiver, format }: WeiboPush, words: string, now: number): RouteAnswer {
  if (format === 'json') {
    const data = encodeURIComponent(JSON.stringify({ text: words }));
    return { status: 200, body: { result: true, receiver_id: sender, sender_id: receiver, type: 'text', data } };
  }
  const cdata = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  const fields = [
    `<ToUserName>${cdata(sender)}</ToUserName>`,
    `<FromUserName>${cdata(receiver)}</FromUserName>`,
    `<CreateTime>${Math.floor(now / 1000)}</CreateTime>`,
    `<MsgType>${cdata('text')}</MsgType>`,
    `<Content>${cdata(words)}</Content>`,
  ];
  const headers = { 'content-type': 'text/xml; charset=utf-8' };
  return { status: 200, headers, body: `<xml>${fields.join('')}</xml>` };
}

export const weibo: Channel<WeiboSettings> = defineChannel({
  name: 'weibo',
  settings,
  read: readWeibo,
  files: pushLines((line) => ({ push: parseWeibo(line) })),
  open(settings, door) {
    const greet: Route['handle'] = (request) => {
      checkCaller(request, settings, door.now());
      return plain(request.query.echostr ?? '');
    };
    const retries = once<string>();
    const summary = 'Pushes of Weibo; the answer carries the receipt';
    const { accessToken, apiBase } = settings;
    return {
      ...openCallbacks(door, [
        { method: 'GET', summary: 'Address check of Weibo', handle: greet },
        { method: 'POST', body: 'raw', summary, handle: (request) => take(request, settings, door, retries) },
      ]),
      ...(accessToken === undefined
        ? {}
        : {
            send: weiboSender(accessToken, apiBase, door),
            outward: { receipts: 'channel' as const, windowMs: WINDOW_MS },
          }),
    };
  },
});
