// WeCom's side of an app: encrypted callbacks, the encrypted reply, and the API for tokens and messages.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { listen } from './listen.mjs';

export const options = {
  'corp-id': { type: 'string', default: 'ww0123456789abcdef' },
  token: { type: 'string', default: 'simulated-token' },
  'aes-key': { type: 'string', default: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' },
  user: { type: 'string', default: 'staff-1' },
};

export function platform({ port = '0', told = () => {} }) {
  return listen(port, ({ path, query, body }) => {
    if (path === '/cgi-bin/gettoken') return { body: { errcode: 0, access_token: 'simulated', expires_in: 7200 } };
    if (query.access_token !== 'simulated') return { body: { errcode: 40014, errmsg: 'invalid access_token' } };
    if (path !== '/cgi-bin/message/send') return undefined;
    const { touser, text } = JSON.parse(body.toString());
    told(`${touser}: ${text.content}`);
    return { body: { errcode: 0, msgid: randomBytes(4).toString('hex') } };
  });
}

const sha1 = (...parts) => createHash('sha1').update(parts.sort().join('')).digest('hex');
const keyOf = (aesKey) => Buffer.from(`${aesKey}=`, 'base64');
let last = Date.now() * 1000;

/** Posts one callback, encrypted and signed, and answers with the words of the reply. */
export async function post({ gateway, account, token, 'aes-key': aesKey, 'corp-id': corpId }, xml) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(5).toString('hex');
  const encrypted = encrypt(keyOf(aesKey), xml, corpId);
  const query = { msg_signature: sha1(token, timestamp, nonce, encrypted), timestamp, nonce };
  const answer = await fetch(`${gateway}/in/${account}?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body: `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}: ${text}`);
  const reply = /<Encrypt><!\[CDATA\[(.+?)\]\]>/.exec(text)?.[1];
  return reply ? (/<Content><!\[CDATA\[([\s\S]*?)\]\]>/.exec(decrypt(keyOf(aesKey), reply))?.[1] ?? '') : '';
}

export function say(settings, words, fields = {}) {
  const { user = 'staff-1' } = settings;
  const all = { ToUserName: settings['corp-id'], FromUserName: user, CreateTime: Math.floor(Date.now() / 1000) };
  const said = { ...all, MsgType: 'text', Content: words, MsgId: ++last, AgentID: 1000002, ...fields };
  const inner = Object.entries(said).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  return post(settings, `<xml>${inner.join('')}</xml>`);
}

function encrypt(key, text, corpId) {
  const words = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(words.length);
  const plain = Buffer.concat([randomBytes(16), length, words, Buffer.from(corpId)]);
  const pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString(
    'base64',
  );
}

function decrypt(key, encrypted) {
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64')), decipher.final()]);
  return plain.subarray(20, 20 + plain.readUInt32BE(16)).toString();
}
