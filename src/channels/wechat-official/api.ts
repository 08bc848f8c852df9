// The platform's API: stable_token, which annuls nobody else's, and customer-service messages out.
// Source: WeChat official account documentation, stable_token, message/custom/send, media/get.
import { keepToken } from '../../core/access-token.ts';
import type { Door, Outgoing } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { textOf } from '../../core/payload.ts';
import { pieces } from '../../core/text/pieces.ts';
import { jsonOf, noToken, type WechatApi, wechatApi } from '../common/wechat-api.ts';
import type { OfficialSettings } from './settings.ts';

const OFFICIAL = { name: 'WeChat', passing: [-1, 45009, 45011], closed: [45015, 45047] };
/** Texts on this platform hold 2,048 bytes, in the answer to a push too. */
export const LONGEST = 1_900;

export function officialApi(settings: OfficialSettings, door: Door): WechatApi {
  const base = settings.apiBase;
  // Kept over a restart: the platform counts how often a token is asked for.
  const shelf = {
    get: () => door.cells.get('token'),
    put: (value: string) => door.cells.put('token', value),
  };
  const tokens = keepToken((isForced) => fetchToken(settings, isForced, door), door.now, shelf);
  return wechatApi({ ...OFFICIAL, base, tokens }, door);
}

async function fetchToken({ apiBase, appId, appSecret }: OfficialSettings, isForced: boolean, door: Door) {
  const asked = { grant_type: 'client_credential', appid: appId, secret: appSecret, force_refresh: isForced };
  const headers = { 'content-type': 'application/json' };
  const options = { api: true, method: 'POST', headers, body: JSON.stringify(asked) };
  const answer = jsonOf(OFFICIAL.name, await door.fetch(`${apiBase}/cgi-bin/stable_token`, options));
  const token = textOf(answer.access_token);
  if (token === '') throw noToken(OFFICIAL, answer);
  return { token, expiresInSeconds: Number(answer.expires_in) || 7200 };
}

/** One customer-service text. */
export const say = (api: WechatApi, openid: string, content: string) =>
  api.call('/cgi-bin/message/custom/send', { touser: openid, msgtype: 'text', text: { content } });

export function sender(settings: OfficialSettings, api: WechatApi) {
  return async ({ to, message }: Outgoing): Promise<undefined> => {
    const key = to.keys.find((one) => one.kind === 'openid' && one.scope === settings.appId);
    if (!key) throw new GatewayError({ code: 'no_address', message: 'no openid of this account', retryable: false });
    const [first = '', ...rest] = pieces(message.text, LONGEST);
    await say(api, key.value, first);
    for (const piece of rest)
      await say(api, key.value, piece).catch((cause: unknown) => {
        const code = 'unknown_result';
        throw new GatewayError({ code, message: 'only a part of the message was sent', retryable: false, cause });
      });
    return undefined;
  };
}
