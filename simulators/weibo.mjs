// Weibo's side: signed pushes of private messages, the reply in the answer, and the API for later ones.
import { createHash } from 'node:crypto';
import { listen } from './listen.mjs';

export const options = {
  secret: { type: 'string', default: 'simulated-secret' },
  user: { type: 'string', default: '2489518277' },
};

/** One pixel, so that a picture can be fetched. */
const PICTURE = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

export function platform({ port = '0', told = () => {} }) {
  return listen(port, ({ path, body }) => {
    if (path === '/2/mss/msget') return { type: 'image/gif', body: PICTURE };
    if (path !== '/2/messages/reply.json') return undefined;
    const form = new URLSearchParams(body.toString());
    told(`${form.get('receiver_id')}: ${JSON.parse(decodeURIComponent(form.get('data'))).text}`);
    return { body: { result: true } };
  });
}

let second = Math.floor(Date.now() / 1000);

/** `Mon Jul 16 18:09:20 +0800 2012`; a second later each time, since sender and second name a message. */
export function created() {
  const at = new Date(++second * 1000 + 8 * 3_600_000).toUTCString();
  const [, day, month, year, time] = /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(at);
  return `${at.slice(0, 3)} ${month} ${day} ${time} +0800 ${year}`;
}

export async function say({ gateway, account, secret, user = '2489518277' }, words, fields = {}) {
  const timestamp = String(Date.now());
  const nonce = String(Math.random()).slice(2);
  const signature = createHash('sha1').update([secret, timestamp, nonce].sort().join('')).digest('hex');
  const push = { type: 'text', receiver_id: 1902538057, sender_id: Number(user), created_at: created(), text: words };
  const answer = await fetch(`${gateway}/in/${account}?${new URLSearchParams({ signature, timestamp, nonce })}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...push, data: {}, ...fields }),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}: ${text}`);
  return text === '' ? '' : JSON.parse(decodeURIComponent(JSON.parse(text).data)).text;
}
