// WeChat customer service: what a citizen says lies in a list, a callback wakes the gateway, and it pulls page by page.
import { listen } from './listen.mjs';
import { post, options as work } from './wecom.mjs';

export const options = {
  ...work,
  user: { type: 'string', default: 'wmSimulated1' },
  kf: { type: 'string', default: 'wkSimulated1' },
};

const rows = [];
const sent = new Set();
const PAGE = 2;

export function platform({ port = '0', told = () => {} }) {
  // Each opens with nothing said: whoever opens a second one in the same process must not be read the first one's messages.
  rows.length = 0;
  sent.clear();
  return listen(port, ({ path, query, body }) => {
    if (path === '/cgi-bin/gettoken') return { body: { errcode: 0, access_token: 'simulated', expires_in: 7200 } };
    if (query.access_token !== 'simulated') return { body: { errcode: 40014, errmsg: 'invalid access_token' } };
    const asked = JSON.parse(body.toString() || '{}');
    if (path === '/cgi-bin/kf/sync_msg') {
      const from = Number(asked.cursor ?? 0);
      const msg_list = rows.slice(from, from + PAGE);
      const next = from + msg_list.length;
      return { body: { errcode: 0, msg_list, next_cursor: String(next), has_more: next < rows.length ? 1 : 0 } };
    }
    if (path !== '/cgi-bin/kf/send_msg') return undefined;
    if (!sent.has(asked.msgid)) told(`${asked.touser}: ${asked.text.content}`);
    sent.add(asked.msgid);
    return { body: { errcode: 0, msgid: asked.msgid } };
  });
}

export async function say(settings, words, fields = {}) {
  const { user = 'wmSimulated1', kf = 'wkSimulated1' } = settings;
  rows.push({
    ...{ msgid: `sim-${Date.now()}-${rows.length}`, open_kfid: kf, external_userid: user, origin: 3 },
    ...{ send_time: Math.floor(Date.now() / 1000), msgtype: 'text', text: { content: words }, ...fields },
  });
  const woken = { MsgType: 'event', Event: 'kf_msg_or_event', Token: 'simulated', OpenKfId: kf };
  const inner = Object.entries(woken).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  await post(settings, `<xml>${inner.join('')}</xml>`);
  return '(taken; the words come by the API)';
}
