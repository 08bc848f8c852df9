// OneBot over HTTP: reports by POST, the receipt as a quick operation in the answer, later words over the implementation's API.
import { createHash } from 'node:crypto';
import type { Opened } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { CHAT_FILES } from '../../core/media/fetch-file.ts';
import { bytesOf, decode, type Fields, readJsonFields } from '../../core/payload.ts';
import type { RouteAnswer, RouteRequest } from '../../core/route.ts';
import { openCallbacks } from '../common/callback.ts';
import { checkCaller, type Line, takeEvent } from './line.ts';
import { type Action, deliver, saying } from './send.ts';

/** In base64, and within the time a report may take. */
const FILE = { maxBytes: CHAT_FILES.maxBytes * 1.4, timeoutMs: 3_000 };
const NOTHING: RouteAnswer = { status: 204 };

export function openHttp(line: Line): Opened {
  const { apiBase } = line.settings;
  const summary = 'Events of a OneBot implementation; the answer carries the receipt';
  const callbacks = openCallbacks(line.door, [
    { method: 'POST', body: 'raw', summary, handle: (request) => take(request, line) },
  ]);
  if (apiBase === undefined) return callbacks;
  return {
    ...callbacks,
    send: (outgoing) => deliver((action) => callHttp(action, apiBase, line), outgoing, line.version),
    outward: { receipts: 'channel' },
  };
}

async function take(request: RouteRequest, line: Line): Promise<RouteAnswer> {
  const body = bytesOf(request.body);
  checkCaller(request, body, line.settings);
  const event = readJsonFields(decode(body));
  const { apiBase } = line.settings;
  const call = apiBase === undefined ? undefined : (action: Action) => callHttp(action, apiBase, line, FILE);
  const key = createHash('sha256').update(body).digest('hex');
  const taken = await line.retries(key, () => takeEvent(event, line, call));
  if (!taken?.receipt) return NOTHING;
  const { said, receipt } = taken;
  const words = line.door.words(receipt, { group: !said.private });
  if (words === '') return NOTHING;
  // v12 takes a list of actions back; v11 a reply that is never read as CQ code and names nobody.
  const { action, params } = saying(said, words);
  const answer = said.version === 12 ? [{ action, params }] : { reply: words, auto_escape: true, at_sender: false };
  return { status: 200, body: answer };
}

/** v11 has a path for each action, v12 one for all. */
async function callHttp(
  { version, action, params }: Action,
  apiBase: string,
  { settings, door }: Line,
  limits: { readonly maxBytes?: number; readonly timeoutMs?: number } = {},
): Promise<Fields> {
  const { accessToken } = settings;
  const answer = await door.fetch(version === 12 ? apiBase : `${apiBase.replace(/\/$/, '')}/${action}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify(version === 12 ? { action, params } : params),
    api: true,
    ...limits,
  });
  if (answer.status === 200) return readJsonFields(Buffer.from(answer.bytes).toString('utf8'));
  const message = `the OneBot implementation answered ${answer.status}`;
  // 401 and 403: the access token was changed; words to citizens wait until somebody enters the new one.
  const retryable = answer.status === 401 || answer.status === 403 || answer.status >= 500;
  throw new GatewayError({ code: 'platform_refused', message, retryable });
}
