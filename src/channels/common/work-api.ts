// WeCom's API (qyapi): one token an account, renewed when it is refused; calls in JSON, media as files.
// Source: WeCom developer documentation, gettoken (path 91039), media/get (path 90254).
import { keepToken } from '../../core/access-token.ts';
import type { Door } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { fetchFiles } from '../../core/media/fetch-file.ts';
import type { Part } from '../../core/message.ts';
import { type Fields, fieldsOf, textOf } from '../../core/payload.ts';

export interface WorkApi {
  /** Resolves with the answer of errcode 0. Rejects with `platform_refused` and the code in its message. */
  call(path: string, body: object): Promise<Fields>;
  /** A medium kept as a part; undefined when the platform does not hand it out in time. */
  medium(mediaId: string, name?: string): Promise<Part | undefined>;
}

export interface WorkAccount {
  readonly corpId: string;
  readonly secret: string;
  readonly apiBase?: string;
}

const API_BASE = 'https://qyapi.weixin.qq.com';
const DEAD_TOKEN = [40001, 40014, 42001];
const PASSING = [-1, 45009, 45033];
/** The documented end of a citizen's window at customer service: too late, or too many. */
const WINDOW_CLOSED = [95001, 95002];

export function workApi(account: WorkAccount, door: Door): WorkApi {
  const base = (account.apiBase ?? API_BASE).replace(/\/+$/, '');
  const tokens = keepToken(() => fetchToken(base, account, door), door.now);
  const post = async (path: string, body: object): Promise<Fields> => {
    const token = await tokens.get();
    const url = `${base}${path}${path.includes('?') ? '&' : '?'}access_token=${encodeURIComponent(token)}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await door.fetch(url, { api: true, method: 'POST', headers, body: JSON.stringify(body) });
    const fields = jsonOf(answer);
    if (DEAD_TOKEN.includes(codeOf(fields))) tokens.refused(token);
    return fields;
  };
  return {
    async call(path, body) {
      const first = await post(path, body);
      const answer = DEAD_TOKEN.includes(codeOf(first)) ? await post(path, body) : first;
      if (codeOf(answer) !== 0) throw refused(answer);
      return answer;
    },
    async medium(mediaId, name) {
      const token = await tokens.get();
      const query = `access_token=${encodeURIComponent(token)}&media_id=${encodeURIComponent(mediaId)}`;
      const url = `${base}/cgi-bin/media/get?${query}`;
      const [part] = await fetchFiles([{ url, api: true, ...(name ? { name } : {}) }], door);
      return part;
    },
  };
}

async function fetchToken(base: string, { corpId, secret }: WorkAccount, door: Door) {
  const query = `corpid=${encodeURIComponent(corpId)}&corpsecret=${encodeURIComponent(secret)}`;
  const answer = jsonOf(await door.fetch(`${base}/cgi-bin/gettoken?${query}`, { api: true }));
  const token = textOf(answer.access_token);
  if (token === '') throw refused(answer);
  return { token, expiresInSeconds: Number(answer.expires_in) || 0 };
}

const codeOf = ({ errcode }: Fields): number => (typeof errcode === 'number' ? errcode : 0);

function refused(answer: Fields): GatewayError {
  const code = codeOf(answer);
  const message = `WeCom refused with ${code}`;
  if (WINDOW_CLOSED.includes(code)) return new GatewayError({ code: 'window_closed', message, retryable: false });
  return new GatewayError({ code: 'platform_refused', message, retryable: PASSING.includes(code), status: 502 });
}

function jsonOf({ status, bytes }: { readonly status: number; readonly bytes: Uint8Array }): Fields {
  try {
    return fieldsOf(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    const code = status >= 500 ? 'unknown_result' : 'bad_answer';
    throw new GatewayError({ code, message: `WeCom answered ${status} without JSON`, retryable: false, cause });
  }
}
