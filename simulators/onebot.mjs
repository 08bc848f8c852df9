// A OneBot v11 implementation: events by HTTP with X-Signature, quick replies, and its own API for later words.
import { createHmac } from 'node:crypto';
import { listen } from './listen.mjs';

export const options = {
  secret: { type: 'string', default: 'simulated-secret' },
  user: { type: 'string', default: '10000001' },
  /** A group's number: the words are said there, naming the account. */
  group: { type: 'string' },
};

const SELF = 10001000;
let last = Math.floor(Date.now() / 1000) % 1_000_000;

export function platform({ port = '0', told = () => {} }) {
  return listen(port, ({ path, body }) => {
    const { user_id, group_id, message } = JSON.parse(body.toString() || '{}');
    if (path !== '/send_private_msg' && path !== '/send_group_msg') return { status: 404, body: { status: 'failed' } };
    told(`${group_id ?? user_id}: ${message}`);
    return { body: { status: 'ok', retcode: 0, data: { message_id: ++last } } };
  });
}

export async function say({ gateway, account, secret, user = '10000001', group }, words, fields = {}) {
  const event = {
    ...{ time: Math.floor(Date.now() / 1000), self_id: SELF, post_type: 'message', message_id: ++last },
    ...{ user_id: Number(user), message: group ? `[CQ:at,qq=${SELF}]${words}` : words, raw_message: words, font: 0 },
    ...(group
      ? { message_type: 'group', sub_type: 'normal', group_id: Number(group) }
      : { message_type: 'private', sub_type: 'friend' }),
    ...{ sender: { nickname: '模拟市民' }, ...fields },
  };
  const body = JSON.stringify(event);
  const signature = `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`;
  const answer = await fetch(`${gateway}/in/${account}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-self-id': String(SELF), 'x-signature': signature },
    body,
  });
  if (answer.status === 204) return '';
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}: ${text}`);
  return JSON.parse(text).reply;
}
