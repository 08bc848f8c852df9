// OneBot v11 and v12: events an implementation (NapCat, Lagrange, …) reports by HTTP; receipts go back as quick operations.
import { createHash, createHmac } from 'node:crypto';
import { ANY_TEXT, readBlock } from '../../core/block.ts';
import { type AccountBlock, type Channel, type Door, defineChannel, type Opened } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { CHAT_FILES } from '../../core/media/fetch-file.ts';
import { once } from '../../core/once.ts';
import { bytesOf, decode, type Fields, readJsonFields } from '../../core/payload.ts';
import { badBlock, badSignature, sameText } from '../../core/proof.ts';
import type { RouteAnswer, RouteRequest } from '../../core/route.ts';
import { openCallbacks } from '../common/callback.ts';
import { keptFiles } from './files.ts';
import { type OnebotPayload, readOnebot, saidIn } from './read.ts';
import { type Action, deliver, saying } from './send.ts';

export interface OnebotSettings {
  readonly secret?: string;
  readonly accessToken?: string;
  readonly mode: 'http';
  /** Where the implementation's HTTP API listens. */
  readonly apiBase?: string;
}

function settings(block: AccountBlock): OnebotSettings {
  const { secret, accessToken } = readBlock(
    block,
    {},
    { secret: ANY_TEXT, accessToken: ANY_TEXT, mode: { like: /^http$/, says: 'must be http' } },
  );
  const { apiBase } = block;
  if (secret === undefined && accessToken === undefined)
    throw badBlock('secret', 'or accessToken must be set: else anybody could speak in a citizen’s name');
  return {
    mode: 'http',
    ...(secret === undefined ? {} : { secret }),
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(apiBase === undefined ? {} : { apiBase }),
  };
}

export const onebotSignature = (secret: string, body: Uint8Array): string =>
  `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`;

/** Either proof suffices; one that is shown and wrong is refused, whatever the other says. 401 without any, 403 when wrong. */
function checkCaller({ headers, query }: RouteRequest, body: Uint8Array, settings: OnebotSettings): void {
  const { secret, accessToken } = settings;
  const signature = secret === undefined ? undefined : headers['x-signature'];
  const bearer = headers.authorization?.replace(/^Bearer /i, '') ?? query.access_token;
  const token = accessToken === undefined ? undefined : bearer;
  if (signature === undefined && token === undefined)
    throw new GatewayError({
      code: 'no_proof',
      message: 'signature or token is missing',
      retryable: false,
      status: 401,
    });
  if (secret !== undefined && signature !== undefined && !sameText(signature, onebotSignature(secret, body)))
    throw badSignature();
  if (accessToken !== undefined && token !== undefined && !sameText(token, accessToken))
    throw badSignature('the access token');
}

/** In base64, and within the time a report may take. */
const FILE = { maxBytes: CHAT_FILES.maxBytes * 1.4, timeoutMs: 3_000 };
const NOTHING: RouteAnswer = { status: 204 };

/** One account: what it hears, and in which version's spelling it heard last. */
interface Line {
  readonly settings: OnebotSettings;
  readonly door: Door;
  readonly retries: ReturnType<typeof once<RouteAnswer>>;
  version: 11 | 12;
}

async function take(request: RouteRequest, line: Line): Promise<RouteAnswer> {
  const body = bytesOf(request.body);
  checkCaller(request, body, line.settings);
  const event = readJsonFields(decode(body));
  return line.retries(createHash('sha256').update(body).digest('hex'), () => takeEvent(event, line));
}

async function takeEvent(event: Fields, line: Line): Promise<RouteAnswer> {
  const { door } = line;
  const said = saidIn(event);
  if (!said) return NOTHING;
  line.version = said.version;
  const { apiBase } = line.settings;
  const call = apiBase === undefined ? undefined : (action: Action) => callHttp(action, apiBase, line, FILE);
  const files = await keptFiles(said, door, call);
  const [accepted] = await door.accept({ event, files } satisfies OnebotPayload);
  const words = accepted ? door.words(accepted.receipt, { group: !said.private }) : '';
  if (words === '') return NOTHING;
  // v12 takes a list of actions back; v11 a reply that is never read as CQ code and names nobody.
  const { action, params } = saying(said, words);
  const body = said.version === 12 ? [{ action, params }] : { reply: words, auto_escape: true, at_sender: false };
  return { status: 200, body };
}

/** Over the implementation's HTTP API: v11 has a path for each action, v12 one for all. */
async function callHttp(
  { version, action, params }: Action,
  apiBase: string,
  { settings, door }: Line,
  limits: { readonly maxBytes?: number; readonly timeoutMs?: number } = {},
) {
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
  throw new GatewayError({ code: 'platform_refused', message, retryable: answer.status >= 500 });
}

function sender(line: Line): Partial<Opened> {
  const { apiBase } = line.settings;
  if (apiBase === undefined) return {};
  return {
    send: (outgoing) => deliver((action) => callHttp(action, apiBase, line), outgoing, line.version),
    outward: { receipts: 'channel' },
  };
}

export const onebot: Channel<OnebotSettings> = defineChannel({
  name: 'onebot',
  settings,
  read: readOnebot,
  open(settings, door) {
    const line: Line = { settings, door, retries: once(), version: 11 };
    const summary = 'Events of a OneBot implementation; the answer carries the receipt';
    return {
      ...openCallbacks(door, [{ method: 'POST', body: 'raw', summary, handle: (request) => take(request, line) }]),
      ...sender(line),
    };
  },
});
