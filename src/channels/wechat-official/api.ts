// The platform's API: one token keeper (stable_token, refreshed before its end, one call at a time), messages out, media in.
import type { Door, Outgoing } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { pieces } from '../../core/text/pieces.ts';
import type { OfficialSettings } from './settings.ts';

export interface OfficialApi {
  /** One customer-service text. Rejects with GatewayError; `window_closed` when the 48 hours or the count are over. */
  text(openid: string, text: string): Promise<void>;
  /** A temporary medium by its id; undefined when it cannot be had. */
  media(mediaId: string, timeoutMs: number): Promise<{ bytes: Uint8Array; mediaType: string } | undefined>;
}

const EARLY_MS = 300_000;
const DEAD_TOKEN = new Set([40001, 40014, 42001]);
const CLOSED = new Set([45015, 45047]);
const PASSING = new Set([-1, 45009, 45011]);
const LARGEST = 20 * 1_048_576;

interface Token {
  readonly token: string;
  /** Epoch ms. */
  readonly until: number;
}

type Json = Readonly<Record<string, unknown>>;

export function officialApi(settings: OfficialSettings, door: Door): OfficialApi {
  const { apiBase } = settings;
  const tokens = tokenKeeper(settings, door);

  async function post(path: string, body: object): Promise<Json> {
    const options = {
      ...{ api: true, method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(body),
    };
    return jsonOf(await door.fetch(`${apiBase}${path}${path.includes('?') ? '&' : '?'}${await query()}`, options));
  }

  const query = async (): Promise<string> => `access_token=${encodeURIComponent(await tokens.get())}`;

  return {
    async text(openid, text) {
      const body = { touser: openid, msgtype: 'text', text: { content: text } };
      const path = '/cgi-bin/message/custom/send';
      let answer = await post(path, body);
      if (DEAD_TOKEN.has(codeOf(answer))) {
        await tokens.renew();
        answer = await post(path, body);
      }
      const code = codeOf(answer);
      if (code !== 0) throw refused(code, answer);
    },
    async media(mediaId, timeoutMs) {
      const url = `${apiBase}/cgi-bin/media/get?${await query()}&media_id=${encodeURIComponent(mediaId)}`;
      const got = await door.fetch(url, { api: true, maxBytes: LARGEST, timeoutMs });
      const mediaType = (got.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
      if (got.status !== 200) return undefined;
      if (!/json|text\/plain/.test(mediaType)) return { bytes: got.bytes, mediaType };
      // An error comes with status 200, a video as an address elsewhere.
      const video = jsonOf(got).video_url;
      if (typeof video !== 'string') return undefined;
      const film = await door.fetch(video, { maxBytes: LARGEST, timeoutMs });
      return film.status === 200 ? { bytes: film.bytes, mediaType: 'video/mp4' } : undefined;
    },
  };
}

/** Kept in a cell, so that a restart asks for none; who calls while one is fetched waits for that one. */
function tokenKeeper({ apiBase, appId, appSecret }: OfficialSettings, door: Door) {
  let known: Token | undefined;
  let asked: Promise<Token> | undefined;

  async function ask(force: boolean): Promise<Token> {
    const kept = force ? undefined : parseToken(await door.cells.get('token'));
    if (kept && kept.until - EARLY_MS > door.now()) return kept;
    const body = { grant_type: 'client_credential', appid: appId, secret: appSecret, force_refresh: force };
    const answer = jsonOf(
      await door.fetch(`${apiBase}/cgi-bin/stable_token`, {
        ...{ api: true, method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify(body),
      }),
    );
    const { access_token: token, expires_in: seconds } = answer;
    if (typeof token !== 'string') throw refused(codeOf(answer), answer);
    const fresh = { token, until: door.now() + Number(seconds ?? 7200) * 1000 };
    await door.cells.put('token', JSON.stringify(fresh));
    return fresh;
  }

  async function once(force: boolean): Promise<Token> {
    asked ??= ask(force).finally(() => {
      asked = undefined;
    });
    known = await asked;
    return known;
  }

  return {
    async get() {
      if (known && known.until - EARLY_MS > door.now()) return known.token;
      return (await once(false)).token;
    },
    /** The platform says it is dead. */
    async renew() {
      known = undefined;
      await once(true);
    },
  };
}

function parseToken(text: string | undefined): Token | undefined {
  return text === undefined ? undefined : JSON.parse(text);
}

function jsonOf(answer: { readonly status: number; readonly bytes: Uint8Array }): Json {
  try {
    const value: unknown = JSON.parse(Buffer.from(answer.bytes).toString('utf8'));
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch (cause) {
    throw badAnswer(answer.status, cause);
  }
  throw badAnswer(answer.status);
}

/** A gateway on the way answered: 5xx may have reached the platform. */
function badAnswer(status: number, cause?: unknown): GatewayError {
  const message = `WeChat answered ${status} without JSON`;
  return new GatewayError({ code: status >= 500 ? 'unknown_result' : 'bad_answer', message, retryable: false, cause });
}

const codeOf = ({ errcode }: Json): number => (typeof errcode === 'number' ? errcode : 0);

function refused(code: number, { errmsg }: Json): GatewayError {
  const message = `WeChat refused with ${code}${typeof errmsg === 'string' ? ` (${errmsg.slice(0, 100)})` : ''}`;
  if (CLOSED.has(code)) return new GatewayError({ code: 'window_closed', message, retryable: false });
  return new GatewayError({ code: 'platform_refused', message, retryable: PASSING.has(code), status: 502 });
}

/** Texts on this platform hold 2,048 bytes. */
const LONGEST = 1_900;

export function sender(settings: OfficialSettings, api: OfficialApi) {
  return async ({ to, message }: Outgoing): Promise<undefined> => {
    const key = to.keys.find((one) => one.kind === 'openid' && one.scope === settings.appId);
    if (!key) throw new GatewayError({ code: 'no_address', message: 'no openid of this account', retryable: false });
    const [first = '', ...rest] = pieces(message.text, LONGEST);
    await api.text(key.value, first);
    for (const piece of rest)
      await api.text(key.value, piece).catch((cause: unknown) => {
        const code = 'unknown_result';
        throw new GatewayError({ code, message: 'only a part of the message was sent', retryable: false, cause });
      });
    return undefined;
  };
}
