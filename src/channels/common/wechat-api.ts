// The API of WeChat's platforms (official accounts, WeCom alike): a token in the query, an errcode in the answer, media by id.
import type { TokenKeeper } from '../../core/access-token.ts';
import type { Door } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { type FileAt, fetchFiles } from '../../core/media/fetch-file.ts';
import type { Part } from '../../core/message.ts';
import { type Fields, fieldsOf, textOf } from '../../core/payload.ts';

export interface WechatApi {
  /** Resolves with the answer of errcode 0. Rejects with `platform_refused`, or `window_closed` where the citizen's time is over. */
  call(path: string, body: object): Promise<Fields>;
  /** A temporary medium kept as a part; undefined when the platform does not hand it out in time. `instead`: the same elsewhere. */
  medium(mediaId: string, more?: { readonly name?: string; readonly instead?: string }): Promise<Part | undefined>;
}

export interface Platform {
  /** As people know it, for messages. */
  readonly name: string;
  /** Without a slash at its end. */
  readonly base: string;
  readonly tokens: TokenKeeper;
  /** How long a medium is waited for in all, ms; by default until the platform asks again. */
  readonly patienceMs?: number;
  /** Error codes that pass by themselves, and those of a citizen's window that is closed or full. */
  readonly passing: readonly number[];
  readonly closed: readonly number[];
}

const DEAD_TOKEN = [40001, 40014, 42001];

export function wechatApi(platform: Platform, door: Door): WechatApi {
  const { base, tokens, patienceMs = PATIENCE_MS } = platform;
  const withToken = (path: string, token: string): string =>
    `${base}${path}${path.includes('?') ? '&' : '?'}access_token=${encodeURIComponent(token)}`;

  async function post(path: string, body: object): Promise<Fields> {
    const token = await tokens.get();
    const headers = { 'content-type': 'application/json' };
    const options = { api: true, method: 'POST', headers, body: JSON.stringify(body) };
    const answer = jsonOf(platform.name, await door.fetch(withToken(path, token), options));
    if (DEAD_TOKEN.includes(codeOf(answer))) tokens.refused(token);
    return answer;
  }

  /** Without a token there is no file; the words are taken in all the same. */
  async function tokenForFile(): Promise<string | undefined> {
    try {
      return await tokens.get();
    } catch (error) {
      const code = error instanceof GatewayError ? error.code : 'failed';
      door.log.warn({ account: door.account, code }, 'a medium could not be fetched');
      return undefined;
    }
  }

  async function fetchMedium(mediaId: string, name: string | undefined, isSecond = false): Promise<Part | undefined> {
    const token = await tokenForFile();
    if (token === undefined) return undefined;
    let isDead = false;
    const url = `${withToken('/cgi-bin/media/get', token)}&media_id=${encodeURIComponent(mediaId)}`;
    // An error comes with status 200 and a code, a film as an address elsewhere.
    const elsewhere: FileAt['elsewhere'] = (bytes) => {
      const told = fieldsIn(bytes);
      isDead = told !== undefined && DEAD_TOKEN.includes(codeOf(told));
      return told && textOf(told.video_url);
    };
    const file: FileAt = { url, api: true, elsewhere, patienceMs: patienceMs - LEFT_MS, ...(name ? { name } : {}) };
    const [part] = await fetchFiles([file], door);
    if (!isDead || isSecond) return part;
    tokens.refused(token);
    return fetchMedium(mediaId, name, true);
  }

  return {
    async call(path, body) {
      const first = await post(path, body);
      const answer = DEAD_TOKEN.includes(codeOf(first)) ? await post(path, body) : first;
      if (codeOf(answer) !== 0) throw refusedBy(platform, answer);
      return answer;
    },
    medium: (mediaId, { name, instead } = {}) =>
      inTime(patienceMs, async () => {
        const part = mediaId === '' ? undefined : await fetchMedium(mediaId, name);
        if (part || instead === undefined) return part;
        return (await fetchFiles([{ url: instead }], door))[0];
      }),
  };
}

/** For all its steps together: the platform asks again after five seconds, and the words must be committed by then. */
const PATIENCE_MS = 3_500;
/** One download ends before all the time is over. */
const LEFT_MS = 500;

async function inTime<T>(ms: number, work: () => Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

export const codeOf = ({ errcode }: Fields): number => (typeof errcode === 'number' ? errcode : 0);

export function refusedBy({ name, passing, closed }: Omit<Platform, 'base' | 'tokens'>, answer: Fields): GatewayError {
  const code = codeOf(answer);
  const told = textOf(answer.errmsg).slice(0, 100);
  const message = `${name} refused with ${code}${told === '' ? '' : ` (${told})`}`;
  if (closed.includes(code)) return new GatewayError({ code: 'window_closed', message, retryable: false });
  // A token that is refused twice running is the account's trouble, not the message's.
  const retryable = passing.includes(code) || DEAD_TOKEN.includes(code);
  return new GatewayError({ code: 'platform_refused', message, retryable, status: 502 });
}

/** Secret, list of allowed addresses, quota: whatever is wrong with the account, words to citizens wait until somebody mends it. */
export function noToken(platform: Omit<Platform, 'base' | 'tokens'>, answer: Fields): GatewayError {
  const { message } = refusedBy(platform, answer);
  const advice = 'Compare the secret and the allowed addresses of this account with those on the platform.';
  return new GatewayError({ code: 'no_token', message, retryable: true, retryAfter: 60, status: 502, advice });
}

/** A gateway on the way may answer instead: 5xx may have reached the platform. */
export function jsonOf(name: string, answer: { readonly status: number; readonly bytes: Uint8Array }): Fields {
  const fields = fieldsIn(answer.bytes);
  if (fields) return fields;
  const message = `${name} answered ${answer.status} without JSON`;
  throw new GatewayError({ code: answer.status >= 500 ? 'unknown_result' : 'bad_answer', message, retryable: false });
}

/** Undefined when the bytes are no JSON: then they are what was asked for, or nothing. */
function fieldsIn(bytes: Uint8Array): Fields | undefined {
  const text = Buffer.from(bytes).toString('utf8').trimStart();
  if (!text.startsWith('{')) return undefined;
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
