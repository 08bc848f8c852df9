// WeCom's API (qyapi): one token for each secret of the corporation.
// Source: WeCom developer documentation, gettoken (path 91039), media/get (path 90254).
import { keepToken } from '../../core/access-token.ts';
import type { Door } from '../../core/channel.ts';
import { textOf } from '../../core/payload.ts';
import { jsonOf, noToken, type WechatApi, wechatApi } from './wechat-api.ts';

export type WorkApi = WechatApi;

export interface WorkAccount {
  readonly corpId: string;
  readonly secret: string;
  readonly apiBase?: string;
}

const API_BASE = 'https://qyapi.weixin.qq.com';
/** The documented end of a citizen's window at customer service: too late, or too many. */
const WORK = { name: 'WeCom', passing: [-1, 45009, 45033], closed: [95001, 95002] };

/** `patienceMs`: how long a medium is waited for, where nobody waits for an answer. */
export function workApi(account: WorkAccount, door: Door, patienceMs?: number): WorkApi {
  const base = (account.apiBase ?? API_BASE).replace(/\/+$/, '');
  const tokens = keepToken(() => fetchToken(base, account, door), door.now);
  return wechatApi({ ...WORK, base, tokens, ...(patienceMs === undefined ? {} : { patienceMs }) }, door);
}

async function fetchToken(base: string, { corpId, secret }: WorkAccount, door: Door) {
  const query = `corpid=${encodeURIComponent(corpId)}&corpsecret=${encodeURIComponent(secret)}`;
  const answer = jsonOf(WORK.name, await door.fetch(`${base}/cgi-bin/gettoken?${query}`, { api: true }));
  const token = textOf(answer.access_token);
  if (token === '') throw noToken(WORK, answer);
  return { token, expiresInSeconds: Number(answer.expires_in) || 0 };
}
