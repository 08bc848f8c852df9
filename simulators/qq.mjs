// QQ's side of an official bot: signed events, and the API for tokens and replies; a reply needs the message it answers.
import { createPrivateKey, sign } from 'node:crypto';
import { listen } from './listen.mjs';

export const options = {
  secret: { type: 'string', default: 'simulated-secret' },
  openid: { type: 'string', default: 'SIMULATED1' },
  /** An openid of a group: the words are said there. */
  group: { type: 'string' },
};

/** Numbers a citizen's message has been answered with. */
const answered = new Set();

export function platform({ port = '0', told = () => {} }) {
  return listen(port, ({ path, headers, body }) => {
    const said = JSON.parse(body.toString() || '{}');
    if (path === '/app/getAppAccessToken') return { body: { access_token: 'simulated', expires_in: '7200' } };
    if (headers.authorization !== 'QQBot simulated') return { status: 401, body: { code: 11244, message: 'token' } };
    const to = /^\/v2\/(?:users|groups)\/([^/]+)\/messages$/.exec(path)?.[1];
    if (!to) return undefined;
    const name = `${said.msg_id} ${said.msg_seq}`;
    if (!said.msg_id) return { status: 400, body: { code: 40034102, message: '无权限' } };
    if (answered.has(name)) return { status: 400, body: { code: 40054005, message: '消息被去重，请检查请求msgseq' } };
    answered.add(name);
    told(`${to}: ${said.content}`, said);
    return { body: { id: `sent-${answered.size}`, timestamp: new Date().toISOString() } };
  });
}

/** The seed is the secret, repeated to 32 bytes. */
export function signed(secret, timestamp, body) {
  const seed = Buffer.from(secret.repeat(Math.ceil(32 / secret.length))).subarray(0, 32);
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return sign(null, Buffer.from(timestamp + body), createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

export async function say({ gateway, account, secret, openid = 'SIMULATED1', group }, words, fields = {}) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const author = group ? { member_openid: openid } : { user_openid: openid };
  const t = group ? 'GROUP_AT_MESSAGE_CREATE' : 'C2C_MESSAGE_CREATE';
  const d = { id: `SIM.${Date.now()}.${Math.random()}`, author, content: words, timestamp: new Date().toISOString() };
  const body = JSON.stringify({
    op: 0,
    id: `${t}:1`,
    t,
    d: { ...d, ...(group ? { group_openid: group } : {}), ...fields },
  });
  const answer = await fetch(`${gateway}/in/${account}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-signature-timestamp': timestamp,
      'x-signature-ed25519': signed(secret, timestamp, body).toString('hex'),
    },
    body,
  });
  if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}: ${await answer.text()}`);
  return '(taken; the words come by the API)';
}
