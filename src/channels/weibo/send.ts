// Replies after the first: Weibo's customer-service message, allowed within 48 hours of the citizen's last word.
// Source: Weibo 粉丝服务平台, page 发送客服消息 (messages/reply). Not tried against the live platform.
import type { Door, Outgoing } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { fieldsOf, textOf } from '../../core/payload.ts';

export const WINDOW_MS = 48 * 3_600_000;
const API_BASE = 'https://m.api.weibo.com';
const SLOW_DOWN = [10022, 10023, 10024];
/** The account's token is over or void: words to citizens wait until somebody enters a new one. */
const TOKEN_OVER = [21315, 21316, 21317, 21327, 21332];

export function weiboSender(accessToken: string, apiBase: string | undefined, door: Door) {
  return async ({ to, message }: Outgoing): Promise<undefined> => {
    const uid = to.keys.find((key) => key.kind === 'weibo_uid' && key.proved)?.value;
    if (!uid)
      throw new GatewayError({ code: 'no_address', message: 'the citizen has no Weibo number', retryable: false });
    const form = new URLSearchParams({
      access_token: accessToken,
      type: 'text',
      // The field itself is JSON in URL encoding, before the form is encoded.
      data: encodeURIComponent(JSON.stringify({ text: message.text })),
      receiver_id: uid,
    });
    const answer = await door.fetch(`${apiBase ?? API_BASE}/2/messages/reply.json`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      api: true,
    });
    settle(answer.status, Number(errorOf(answer.bytes)));
    return undefined;
  };
}

function settle(status: number, code: number): void {
  if (status < 300 && code === 0) return;
  const retryable = status === 429 || status >= 500 || [...SLOW_DOWN, ...TOKEN_OVER].includes(code);
  throw new GatewayError({ code: 'platform_refused', message: `Weibo answered ${status} with ${code}`, retryable });
}

function errorOf(bytes: Uint8Array): string {
  try {
    return textOf(fieldsOf(JSON.parse(Buffer.from(bytes).toString('utf8'))).error_code) || '0';
  } catch {
    // An answer that is no JSON says nothing but its status.
    return '0';
  }
}
