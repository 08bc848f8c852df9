// WeCom's callbacks, of its apps and of its customer service alike: always encrypted, the corporation as the receiver.
// Source: WeCom developer documentation, 回调配置 (path 90930) and 加解密方案说明 (path 90968).
import { randomBytes } from 'node:crypto';
import { ANY_TEXT } from '../../core/block.ts';
import type { Door } from '../../core/channel.ts';
import { Unreadable } from '../../core/errors.ts';
import { bytesOf, decode } from '../../core/payload.ts';
import { badSignature, checkTime } from '../../core/proof.ts';
import type { Route, RouteAnswer, RouteRequest } from '../../core/route.ts';
import {
  checkWechatSignature,
  wechatDecrypt,
  wechatEncrypt,
  wechatKey,
  wechatSignature,
} from '../../core/wechat-crypt.ts';
import { type Callbacks, openCallbacks } from './callback.ts';
import { fieldsOf, MOST_BYTES, textOf } from './push.ts';

export interface WorkSecrets {
  readonly corpId: string;
  readonly token: string;
  readonly key: Uint8Array;
  readonly maxSkewSeconds?: number;
}

/** The fields every WeCom block has; `key` is read from `encodingAesKey` by `workKey`. */
export const WORK_FIELDS = {
  corpId: { like: /^[\w-]{1,64}$/, says: 'must be the 企业ID, letters and digits' },
  secret: ANY_TEXT,
  token: ANY_TEXT,
  encodingAesKey: { like: /^[A-Za-z0-9+/]{43}$/, says: 'must be the 43 letters and digits the platform shows' },
} as const;

export function workKey(encodingAesKey: string): Uint8Array {
  const key = wechatKey(encodingAesKey);
  if (!key) throw new Error('a key of 43 letters was checked before');
  return key;
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };
/** Acknowledged, nothing is said. */
export const DONE: RouteAnswer = { status: 200, headers: PLAIN, body: 'success' };

/** A bare `+` in the query is one, not a space: the platform does not always encode it. */
function open(request: RouteRequest, encrypted: string, secrets: WorkSecrets, now: number): string {
  const { msg_signature: shown, timestamp = '', nonce = '' } = request.query;
  checkWechatSignature(shown, secrets.token, timestamp, nonce, encrypted);
  checkTime(timestamp === '' ? Number.NaN : Number(timestamp), now, secrets.maxSkewSeconds);
  return wechatDecrypt(secrets.key, encrypted, secrets.corpId);
}

/** The platform asks whether this address is ours; the answer is the opened word, bare. */
function greet(request: RouteRequest, secrets: WorkSecrets, now: number): RouteAnswer {
  const echo = (request.query.echostr ?? '').replaceAll(' ', '+');
  return { status: 200, headers: PLAIN, body: open(request, echo, secrets, now) };
}

/** Address check and callbacks of one account; `take` gets what is still to be opened. */
export const openWorkCallbacks = (
  door: Door,
  secrets: WorkSecrets,
  summary: string,
  take: Route['handle'],
): Callbacks =>
  openCallbacks(door, [
    { method: 'GET', summary: 'Address check of WeCom', handle: (request) => greet(request, secrets, door.now()) },
    { method: 'POST', body: 'raw', bodyLimit: MOST_BYTES, summary, handle: take },
  ]);

/** What is inside a callback. Throws 403, and Unreadable where there is nothing to open. */
export function openWork(request: RouteRequest, secrets: WorkSecrets, now: number): string {
  const body = decode(bytesOf(request.body));
  if (body.trim() === '') throw new Unreadable('a callback has a body', 'body');
  const outer = fieldsOf(body);
  const encrypted = textOf(outer, 'Encrypt') ?? textOf(outer, 'encrypt');
  if (encrypted === undefined) throw badSignature('the encrypted message');
  return open(request, encrypted, secrets, now);
}

export const cdata = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

/** A passive reply, sealed like the callback it answers. */
export function sealWork(xml: string, request: RouteRequest, secrets: WorkSecrets): RouteAnswer {
  const { timestamp = '', nonce = '' } = request.query;
  const encrypted = wechatEncrypt(secrets.key, xml, secrets.corpId, randomBytes(16));
  const signature = wechatSignature(secrets.token, timestamp, nonce, encrypted);
  const fields = [
    `<Encrypt>${cdata(encrypted)}</Encrypt><MsgSignature>${cdata(signature)}</MsgSignature>`,
    `<TimeStamp>${cdata(timestamp)}</TimeStamp><Nonce>${cdata(nonce)}</Nonce>`,
  ];
  return {
    status: 200,
    headers: { 'content-type': 'application/xml; charset=utf-8' },
    body: `<xml>${fields.join('')}</xml>`,
  };
}
