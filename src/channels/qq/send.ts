// Replies over QQ's API: only as an answer to a message, within its window and numbered, because later pushes were abolished.
// Source: QQ bot documentation, api-v2/server-inter/message/send-receive/send.md and dev-prepare/interface-framework/api-use.md.
import { createHash } from 'node:crypto';
import { keepToken, type TokenKeeper } from '../../core/access-token.ts';
import type { Door, Outgoing } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { checkGroupWords } from '../../core/group.ts';
import { type Fields, fieldsOf, textOf } from '../../core/payload.ts';
import { type Where, whereOf } from './read.ts';

export interface QqApi {
  readonly appId: string;
  readonly secret: string;
  readonly apiBase?: string;
}

export const PRIVATE_WINDOW_MS = 3_600_000;
export const REPLIES_EACH = 5;
const OPEN_WINDOW_MS = 300_000;
const TOKEN_BASE = 'https://bots.qq.com';
const API_BASE = 'https://api.sgroup.qq.com';
/** The same msg_id with the same msg_seq: this very reply arrived before, and we only did not hear so. */
const ALREADY_SENT = 40054005;
/** Too often just now, or all replies to this message are used up: it passes, or the window closes meanwhile. */
const TOO_OFTEN = 22009;
const TOKEN_REFUSED = [11241, 11242, 11243, 11244];
/** msg_id is no longer good for a reply. */
const TOO_LATE = 40034024;

export function qqSender(api: QqApi, door: Door): (outgoing: Outgoing) => Promise<string | undefined> {
  const tokens = keepToken(() => fetchToken(api, door), door.now);
  return async (outgoing) => {
    const where = addressee(outgoing, api.appId, door.now());
    const first = await post(api, door, tokens, where, outgoing);
    const answer = first.refused ? await post(api, door, tokens, where, outgoing) : first;
    return settled(answer);
  };
}

/** Throws `window_closed` where QQ would not take it any more, and refuses to tell a group what is one person's. */
function addressee(outgoing: Outgoing, appId: string, now: number): Where {
  const { inReply, caseNo, message } = outgoing;
  const where = inReply?.raw ? whereOf(parsed(inReply.raw.content)) : privately(outgoing, appId);
  const windowMs = where?.kind === 'user' ? PRIVATE_WINDOW_MS : OPEN_WINDOW_MS;
  if (!inReply || !where || now - Date.parse(inReply.receivedAt) > windowMs) throw windowClosed();
  if (where.kind === 'group' || where.kind === 'channel') checkGroupWords(message.text, caseNo);
  return where;
}

/** A later word of the citizen may come without its original: in a private chat the openid is the address. */
function privately({ inReply, to }: Outgoing, appId: string): Where | undefined {
  const own = to.keys.find(({ kind, scope, proved }) => kind === 'qq_openid' && scope === appId && proved);
  return own && !inReply?.group ? { kind: 'user', id: own.value } : undefined;
}

const windowClosed = (): GatewayError =>
  new GatewayError({
    code: 'window_closed',
    message: 'QQ takes a reply only within its time after a message of the citizen',
    retryable: false,
  });

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new GatewayError({ code: 'no_address', message: 'the original is not readable', retryable: false, cause });
  }
}

const PATHS: Readonly<Record<Where['kind'], (id: string) => string>> = {
  user: (id) => `/v2/users/${id}/messages`,
  group: (id) => `/v2/groups/${id}/messages`,
  channel: (id) => `/channels/${id}/messages`,
  dms: (id) => `/dms/${id}/messages`,
};

interface Answered {
  readonly status: number;
  readonly body: Fields;
  readonly refused: boolean;
}

async function post(
  api: QqApi,
  door: Door,
  tokens: TokenKeeper,
  where: Where,
  { id, message, inReply }: Outgoing,
): Promise<Answered> {
  const token = await tokens.get();
  const numbered = where.kind === 'user' || where.kind === 'group' ? { msg_type: 0, msg_seq: sequenceOf(id) } : {};
  const answer = await door.fetch((api.apiBase ?? API_BASE) + PATHS[where.kind](encodeURIComponent(where.id)), {
    method: 'POST',
    headers: { authorization: `QQBot ${token}`, 'content-type': 'application/json', 'x-union-appid': api.appId },
    body: JSON.stringify({ content: message.text, msg_id: inReply?.externalId, ...numbered }),
    api: true,
  });
  const body = bodyOf(answer.bytes);
  const refused = answer.status === 401 || TOKEN_REFUSED.includes(Number(body.code));
  if (refused) tokens.refused(token);
  return { status: answer.status, body, refused };
}

/**
 * A number of its own for every reply, the same at each attempt. Counted up, the answer about one case and a greeting's reply,
 * both to one message, would share a number, and QQ would drop the second as one it has.
 */
export const sequenceOf = (id: string): number =>
  1 + (createHash('sha256').update(id).digest().readUInt32BE() % 1_000_000);

function settled({ status, body, refused }: Answered): string | undefined {
  if (status < 300) return textOf(body.id) || undefined;
  if (Number(body.code) === ALREADY_SENT) return undefined;
  if (Number(body.code) === TOO_LATE) throw windowClosed();
  const message = `QQ answered ${status} with code ${textOf(body.code) || 'none'}`;
  // A token that is refused twice running is the account's trouble, not the message's.
  const retryable = refused || status === 429 || status >= 500 || Number(body.code) === TOO_OFTEN;
  throw new GatewayError({ code: 'platform_refused', message, retryable });
}

async function fetchToken({ appId, secret, apiBase }: QqApi, door: Door) {
  const answer = await door.fetch(`${apiBase ?? TOKEN_BASE}/app/getAppAccessToken`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ appId, clientSecret: secret }),
    api: true,
  });
  const { access_token, expires_in } = bodyOf(answer.bytes);
  const token = textOf(access_token);
  // The platform writes the seconds as text.
  if (token !== '') return { token, expiresInSeconds: Number(expires_in) || 0 };
  const advice = 'Compare appId and secret of the account with those on q.qq.com.';
  const message = `QQ gave no access token (status ${answer.status})`;
  throw new GatewayError({ code: 'no_token', message, retryable: true, retryAfter: 60, advice });
}

function bodyOf(bytes: Uint8Array): Fields {
  try {
    return fieldsOf(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    // An answer that is no JSON (a proxy's page) says nothing but its status.
    return {};
  }
}
