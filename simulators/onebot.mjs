// A OneBot v11 implementation: events by HTTP with X-Signature, quick replies and its own API; or all of it over a socket it opens.
import { createHmac } from 'node:crypto';
import { WebSocket } from 'undici';
import { listen } from './listen.mjs';

export const options = {
  secret: { type: 'string', default: 'simulated-secret' },
  user: { type: 'string', default: '10000001' },
  /** A group's number: the words are said there, naming the account. */
  group: { type: 'string' },
  /** `http`, or `reverse-ws`: it connects to the gateway with the token, and speaks and listens there. */
  mode: { type: 'string', default: 'http' },
  token: { type: 'string', default: 'simulated-token' },
};

const SELF = 10001000;
let last = Math.floor(Date.now() / 1000) % 1_000_000;

export function platform({ port = '0', told = () => {}, mode = 'http', ...where }) {
  if (mode === 'reverse-ws') return connect(where, told);
  return listen(port, ({ path, body }) => {
    const answer = act(path.slice(1), JSON.parse(body.toString() || '{}'), told);
    return answer ? { body: answer } : { status: 404, body: { status: 'failed' } };
  });
}

function act(action, { user_id, group_id, message }, told) {
  if (action !== 'send_private_msg' && action !== 'send_group_msg') return undefined;
  told(`${group_id ?? user_id}: ${message}`);
  return { status: 'ok', retcode: 0, data: { message_id: ++last } };
}

/** Open sockets, by the account they lead to. */
const sockets = new Map();
const lineTo = ({ gateway, account }) => `${gateway.replace(/^http/, 'ws')}/in/${account}`;

/** Connects as implementations do; rejects when the gateway does not let it in. */
function connect({ gateway, account, token }, told) {
  const url = lineTo({ gateway, account });
  const headers = { authorization: `Bearer ${token}`, 'x-self-id': String(SELF), 'x-client-role': 'Universal' };
  const socket = new WebSocket(url, { headers });
  socket.addEventListener('message', ({ data }) => {
    const { action, params, echo } = JSON.parse(data);
    const answer = act(action, params, told) ?? { status: 'failed', retcode: 1404, data: null };
    socket.send(JSON.stringify({ ...answer, echo }));
  });
  return new Promise((resolve, reject) => {
    socket.addEventListener('error', () => {
      const why = 'is the gateway there, with this account in mode reverse-ws and the same token?';
      reject(new Error(`no socket could be opened at ${url}; ${why}`));
    });
    socket.addEventListener('open', () => {
      sockets.set(url, socket);
      const now = Math.floor(Date.now() / 1000);
      const meta = { time: now, self_id: SELF, post_type: 'meta_event', meta_event_type: 'lifecycle' };
      socket.send(JSON.stringify({ ...meta, sub_type: 'connect' }));
      const gone = new Promise((left) => socket.addEventListener('close', left));
      resolve({
        url,
        says: `the platform is connected to ${url}`,
        close: async () => {
          socket.close();
          await gone;
        },
      });
    });
  });
}

export async function say({ gateway, account, secret, mode, user = '10000001', group }, words, fields = {}) {
  const event = {
    ...{ time: Math.floor(Date.now() / 1000), self_id: SELF, post_type: 'message', message_id: ++last },
    ...{ user_id: Number(user), message: group ? `[CQ:at,qq=${SELF}]${words}` : words, raw_message: words, font: 0 },
    ...(group
      ? { message_type: 'group', sub_type: 'normal', group_id: Number(group) }
      : { message_type: 'private', sub_type: 'friend' }),
    ...{ sender: { nickname: '模拟市民' }, ...fields },
  };
  const body = JSON.stringify(event);
  if (mode === 'reverse-ws') {
    sockets.get(lineTo({ gateway, account })).send(body);
    return '(taken; the answer comes over the socket)';
  }
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
