// The street of a simulated day: an account and a platform for every channel, and how a delivery comes in on each, again under the same id where it is one.

import * as email from '../../simulators/email.mjs';
import * as onebot from '../../simulators/onebot.mjs';
import * as qq from '../../simulators/qq.mjs';
import * as telegram from '../../simulators/telegram.mjs';
import * as web from '../../simulators/web.mjs';
import * as kf from '../../simulators/wechat-kf.mjs';
import * as official from '../../simulators/wechat-official.mjs';
import * as wecom from '../../simulators/wecom.mjs';
import * as weibo from '../../simulators/weibo.mjs';
import { freePort } from './servers.mjs';

const AES = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const SECRET = 'simulated-secret-of-a-day';
const WORK = { corpId: 'ww0123456789abcdef', secret: 's', token: 'simulated-token', encodingAesKey: AES };
const work = { token: WORK.token, 'aes-key': AES, 'corp-id': WORK.corpId };
const SIMULATORS = { email, onebot, qq, telegram, web, 'wechat-kf': kf, 'wechat-official': official, wecom, weibo };

/** Stands all platforms up: `{accounts, deliver, close}`; `accounts` are the blocks of channels.yaml. */
export async function openStreet() {
  const platforms = {};
  for (const [name, simulator] of Object.entries(SIMULATORS)) platforms[name] = await simulator.platform({});
  const at = (name) => ({ channel: name, apiBase: platforms[name].url });
  const smtp = await freePort();
  const accounts = {
    phone: { channel: 'phone', sources: [{ name: 'speech', token: SECRET }] },
    'wechat-official': { ...at('wechat-official'), appId: 'wx1', appSecret: 's', token: 'tok', mode: 'plain' },
    'wechat-kf': { ...at('wechat-kf'), ...WORK, openKfId: 'wkSimulated1' },
    wecom: { ...at('wecom'), ...WORK, agentId: 1000002 },
    qq: { ...at('qq'), appId: '102000001', secret: SECRET },
    onebot: { ...at('onebot'), secret: SECRET },
    telegram: { ...at('telegram'), botToken: '123456:simulated', secretToken: SECRET },
    weibo: { ...at('weibo'), appSecret: SECRET, accessToken: 'simulated' },
    email: {
      channel: 'email',
      smtp: { listen: `127.0.0.1:${smtp}` },
      imap: { host: '127.0.0.1', port: platforms.email.ports.imap, secure: false, user: 'hotline', password: 's' },
    },
  };
  return {
    accounts,
    deliver: (gateway, dialogue, step) => WAYS[dialogue.channel](gateway, dialogue, step, smtp),
    close: () => Promise.all(Object.values(platforms).map((one) => one.close())),
  };
}

/** A citizen's message has one id, and for Weibo one second, however often it is delivered. */
const made = new Map();
const once = (id, make) => {
  if (!made.has(id)) made.set(id, make());
  return made.get(id);
};
let number = Math.floor(Date.now() / 1000) % 100_000_000;
const numbered = (id) => once(id, () => ++number);

const WAYS = {
  async phone(gateway, { citizen }, { id, words }) {
    const caller = `138${String(citizen).padStart(8, '0')}`;
    const query = new URLSearchParams({ id, caller, start: new Date().toISOString() });
    const answer = await fetch(`${gateway}/in/phone?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', authorization: `Bearer ${SECRET}` },
      body: `坐席：您好，政务服务便民热线。\n市民：${words}。\n坐席：好的，已为您登记。`,
    });
    if (!answer.ok) throw new Error(`phone: ${answer.status} ${await answer.text()}`);
  },
  'wechat-official'(gateway, { citizen }, { id, words }) {
    const settings = { gateway, account: 'wechat-official', token: 'tok', openid: `o${citizen}` };
    const MsgId = String(numbered(id));
    if (words === '〔photo〕')
      return official.send(settings, official.push(settings, { MediaId: 'm', MsgId }, 'image'));
    return official.say(settings, words, { MsgId });
  },
  'wechat-kf': (gateway, { citizen }, { id, words }) =>
    kf.say({ gateway, account: 'wechat-kf', ...work, user: `wm${citizen}` }, words, { msgid: id }),
  wecom: (gateway, { citizen }, { id, words }) =>
    wecom.say({ gateway, account: 'wecom', ...work, user: `staff-${citizen}` }, words, { MsgId: numbered(id) }),
  qq: (gateway, { citizen }, { id, words }) =>
    qq.say({ gateway, account: 'qq', secret: SECRET, openid: `Q${citizen}` }, words, { id }),
  onebot: (gateway, { citizen }, { id, words }) =>
    onebot.say({ gateway, account: 'onebot', secret: SECRET, user: String(10_000 + citizen) }, words, {
      message_id: numbered(id),
    }),
  telegram: (gateway, { citizen }, { id, words }) =>
    telegram.say(
      { gateway, account: 'telegram', secret: SECRET, user: String(20_000 + citizen), update: numbered(id) },
      words,
      { message_id: numbered(id) },
    ),
  weibo: (gateway, { citizen }, { id, words }) =>
    weibo.say({ gateway, account: 'weibo', secret: SECRET, user: String(30_000 + citizen) }, words, {
      created_at: once(id, weibo.created),
    }),
  web: (gateway, _, { id, words }) => web.say({ gateway, key: id }, words),
  // Every other citizen's mail lies in the mailbox and is fetched, the others' is handed over.
  email: (_gateway, { citizen }, { id, words }, smtp) =>
    email.say(
      { ...(citizen % 2 === 0 ? {} : { smtp }), from: `citizen-${citizen}@example.com`, subject: '请帮忙解决' },
      words,
      { id: `<${id}@example.com>` },
    ),
};

/** Plays the dialogues over so many lanes; within one the words come in their order, a repeat together with the first. */
export async function playDay(dialogues, { gateway, deliver, lanes = 16, told = () => {} }) {
  let next = 0;
  const lane = async () => {
    while (next < dialogues.length) {
      const one = dialogues[next++];
      for (const step of one.steps) {
        const again = Array.from({ length: step.times - 1 }, () => deliver(gateway, one, step));
        await Promise.all([deliver(gateway, one, step), ...again]);
      }
      told(next);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
