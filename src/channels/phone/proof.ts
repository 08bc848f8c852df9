// Proof: which source hands this in: a bearer token, a signature over time and bytes, or Twilio's own signature.
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { GatewayError } from '../../core/errors.ts';
import { badSignature, checkTime, sameText } from '../../core/proof.ts';
import type { RouteRequest } from '../../core/route.ts';
import type { PhoneSettings, PhoneSource } from './settings.ts';

export interface Proved {
  readonly source: PhoneSource;
  readonly by: 'signature' | 'token';
}

const TIME = 'x-civicline-timestamp';
const SIGNATURE = 'x-civicline-signature';
const TWILIO = 'x-twilio-signature';

/** Rejects with 401 without any proof, 403 with a wrong or an old one. Nothing has been read by then. */
export async function proveSource(
  request: RouteRequest,
  bytes: Uint8Array,
  settings: PhoneSettings,
  now: number,
): Promise<Proved> {
  const { headers } = request;
  if (headers[TWILIO] !== undefined) return byTwilio(request, bytes, settings.sources);
  if (headers[SIGNATURE] !== undefined) return bySignature(request, bytes, settings, now);
  const token = tokenIn(headers.authorization);
  if (token === undefined) throw unproved();
  const source = settings.sources.find((one) => one.token !== undefined && sameText(one.token, token));
  if (!source) throw badSignature('the token');
  return { source, by: 'token' };
}

const unproved = (): GatewayError =>
  new GatewayError({
    code: 'unproved',
    message: 'nothing shows who hands this in',
    retryable: false,
    status: 401,
    advice: 'Send the token of a source as Authorization: Bearer, or sign time and body; see docs/channels/phone.md.',
  });

/** Bearer, or the password of Basic: exchanges can often send nothing else. */
function tokenIn(authorization = ''): string | undefined {
  const [scheme = '', given = ''] = authorization.split(' ', 2);
  if (/^bearer$/i.test(scheme)) return given;
  if (!/^basic$/i.test(scheme)) return undefined;
  const pair = Buffer.from(given, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

/** `sha256=` + hex of the HMAC over `time.body`. The time is signed with it, so that nothing is played back later. */
async function bySignature(
  { headers }: RouteRequest,
  bytes: Uint8Array,
  settings: PhoneSettings,
  now: number,
): Promise<Proved> {
  const time = headers[TIME] ?? '';
  const shown = (headers[SIGNATURE] ?? '').replace(/^sha256=/, '').toLowerCase();
  for (const source of settings.sources) {
    if (source.secret === undefined) continue;
    const made = await over(createHmac('sha256', source.secret).update(`${time}.`), bytes);
    if (!sameText(made, shown)) continue;
    checkTime(/^\d{1,12}$/.test(time) ? Number(time) : Number.NaN, now, settings.maxSkewSeconds);
    return { source, by: 'signature' };
  }
  throw badSignature();
}

const PIECE = 2 ** 20;

/** A piece a turn: anybody may send sixteen megabytes under a signature that is none. */
async function over(hash: Hash | Hmac, bytes: Uint8Array): Promise<string> {
  for (let at = 0; at < bytes.length; at += PIECE) {
    if (at > 0) await nextTurn();
    hash.update(bytes.subarray(at, at + PIECE));
  }
  return hash.digest('hex');
}

const MOST_TWILIO = 262_144;

/** Over the address as Twilio calls it and the fields of the form, or the hash of a body in JSON. No time is signed. */
async function byTwilio(request: RouteRequest, bytes: Uint8Array, sources: readonly PhoneSource[]): Promise<Proved> {
  if (!sources.some(({ twilio }) => twilio)) throw badSignature();
  // Its fields are sorted before anything is proved: a stranger's megabytes are not.
  if (bytes.length > MOST_TWILIO) throw badSignature('what is too large for Twilio');
  const shown = request.headers[TWILIO] ?? '';
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const params = isForm ? new URLSearchParams(Buffer.from(bytes).toString('utf8')) : undefined;
  for (const source of sources) {
    const { twilio } = source;
    if (!twilio) continue;
    const urls = addresses(request, twilio.url);
    if (!urls.some((url) => sameText(twilioSignature(twilio.authToken, url, params), shown))) continue;
    if (!params && !(await hashFits(request, bytes))) throw badSignature('bodySHA256');
    return { source, by: 'signature' };
  }
  throw badSignature();
}

/** Source: Twilio, "Validating requests"; every pair of the form in the order of its names, without a separator. */
export function twilioSignature(authToken: string, url: string, params?: URLSearchParams): string {
  const pairs = params ? [...new Set([...params].map(([name, value]) => `${name}${value}`))].sort() : [];
  return createHmac('sha1', authToken)
    .update(`${url}${pairs.join('')}`, 'utf8')
    .digest('base64');
}

async function hashFits({ query }: RouteRequest, bytes: Uint8Array): Promise<boolean> {
  const told = query.bodySHA256 ?? '';
  return told !== '' && sameText(await over(createHash('sha256'), bytes), told.toLowerCase());
}

/** As it was called, with and without the port that goes without saying. */
function addresses({ url, headers }: RouteRequest, told?: string): string[] {
  const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
  const bases =
    told === undefined
      ? ['https', 'http'].map((scheme) => `${scheme}://${headers.host ?? ''}${url}`)
      : [withQuery(told, query)];
  return bases.flatMap((base) => {
    const parts = /^(https?):\/\/([^/?#:]+)(?::(\d+))?(.*)$/.exec(base);
    if (!parts) return [base];
    const [, scheme, host, port, rest] = parts;
    const usual = scheme === 'https' ? '443' : '80';
    const bare = `${scheme}://${host}${rest}`;
    return port === undefined
      ? [base, `${scheme}://${host}:${usual}${rest}`]
      : port === usual
        ? [base, bare]
        : [base, bare];
  });
}

const withQuery = (told: string, query: string): string =>
  told.includes('?') || query === '' ? told : `${told}${query}`;
