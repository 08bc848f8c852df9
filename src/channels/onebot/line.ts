// A line to a OneBot implementation, over HTTP or its own socket: its settings, its proof, and how what it reports is taken in.
import { createHmac } from 'node:crypto';
import { ANY_TEXT, readBlock } from '../../core/block.ts';
import type { AccountBlock, Door } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { once } from '../../core/once.ts';
import type { Fields } from '../../core/payload.ts';
import { badBlock, badSignature, sameText } from '../../core/proof.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { RouteRequest } from '../../core/route.ts';
import { keptFiles } from './files.ts';
import { type OnebotPayload, type Said, saidIn } from './read.ts';
import type { Call } from './send.ts';

export interface OnebotSettings {
  readonly secret?: string;
  readonly accessToken?: string;
  /** `http`: it reports by POST; `reverse-ws`: it opens a socket to us, for reports and for our calls. */
  readonly mode: 'http' | 'reverse-ws';
  /** Where the implementation's HTTP API listens. */
  readonly apiBase?: string;
}

export function settings(block: AccountBlock): OnebotSettings {
  const may = { like: /^(?:http|reverse-ws)$/, says: 'must be http or reverse-ws' };
  const { secret, accessToken, mode } = readBlock(block, {}, { secret: ANY_TEXT, accessToken: ANY_TEXT, mode: may });
  const { apiBase } = block;
  if (mode === 'reverse-ws') {
    if (accessToken === undefined)
      throw badBlock('accessToken', 'must be set: it is the only proof a OneBot socket brings');
    if (secret !== undefined) throw badBlock('secret', 'proves nothing at a socket: leave it out');
    if (apiBase !== undefined) throw badBlock('apiBase', 'is not used: calls go out over the socket; leave it out');
    return { mode, accessToken };
  }
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

/**
 * Either proof suffices; one that is shown and wrong is refused, whatever the other says. 401 without any, 403 when wrong.
 * At a socket there is no body, and the token alone proves.
 */
export function checkCaller(
  { headers, query }: Pick<RouteRequest, 'headers' | 'query'>,
  body: Uint8Array,
  settings: OnebotSettings,
): void {
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

/** What was said, and the receipt where it was a message to the city. */
export interface Taken {
  readonly said: Said;
  readonly receipt?: Receipt;
}

/** One account: what it hears, and in which version's spelling it heard last. */
export interface Line {
  readonly settings: OnebotSettings;
  readonly door: Door;
  /** By what makes two reports the same one: which an implementation may send again when we were slow. */
  readonly retries: ReturnType<typeof once<Taken | undefined>>;
  version: 11 | 12;
}

export const lineOf = (settings: OnebotSettings, door: Door): Line => ({
  ...{ settings, door, version: 11 },
  retries: once(),
});

/** Resolves when what was said is durable; undefined for what is no message to the city. `call` is for files given by id. */
export async function takeEvent(event: Fields, line: Line, call: Call | undefined): Promise<Taken | undefined> {
  const { door } = line;
  const said = saidIn(event);
  if (!said) return undefined;
  line.version = said.version;
  const files = await keptFiles(said, door, call);
  const [accepted] = await door.accept({ event, files } satisfies OnebotPayload);
  return { said, ...(accepted ? { receipt: accepted.receipt } : {}) };
}
