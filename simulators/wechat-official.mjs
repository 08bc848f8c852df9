// WeChat's side of an official account: signed pushes, encrypted when a key is given, and the API for tokens, messages and media.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { listen } from './listen.mjs';

export const options = {
  'app-id': { type: 'string', default: 'wx0123456789abcdef' },
  token: { type: 'string', default: 'simulated-token' },
  /** 43 characters; without one the pushes are plain. */
  'aes-key': { type: 'string' },
  openid: { type: 'string', default: 'oSimulated_1' },
};

/** One pixel, so that a picture can be fetched. */
const PICTURE = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Answers as the platform does; `told` hears every message that goes out, `refuse` may answer instead (an errcode). */
export function platform({ port = '0', told = () => {}, refuse = () => undefined }) {
  let tokens = 0;
  return listen(port, ({ path, query, body }) => {
    if (path === '/cgi-bin/stable_token') {
      tokens += 1;
      return { body: { access_token: `simulated-access-${tokens}`, expires_in: 7200 } };
    }
    if (!query.access_token?.startsWith('simulated-access-'))
      return { body: { errcode: 40001, errmsg: 'invalid credential' } };
    if (path === '/cgi-bin/media/get') return { type: 'image/gif', body: PICTURE };
    if (path !== '/cgi-bin/message/custom/send') return undefined;
    const message = JSON.parse(body.toString());
    const errcode = refuse(message) ?? 0;
    if (errcode === 0) told(`${message.touser}: ${message.text?.content ?? message.msgtype}`, message);
    return { body: { errcode, errmsg: errcode === 0 ? 'ok' : 'refused' } };
  });
}

const sha1 = (...parts) => createHash('sha1').update(parts.sort().join('')).digest('hex');
const cdata = (text) => `<![CDATA[${text}]]>`;
let last = Date.now() * 1000;

/** One push as the platform would make it: `{url, body}`. `fields` are XML elements after the usual four. */
export function push(settings, fields, type = 'text') {
  const { gateway, account, openid = 'oSimulated_1', token, 'app-id': appId, 'aes-key': aesKey } = settings;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(5).toString('hex');
  const inner = Object.entries({ MsgId: String(++last), ...fields });
  const xml = `<xml><ToUserName>${cdata('gh_simulated')}</ToUserName><FromUserName>${cdata(openid)}</FromUserName><CreateTime>${timestamp}</CreateTime><MsgType>${cdata(type)}</MsgType>${inner
    .map(([name, value]) => `<${name}>${cdata(value)}</${name}>`)
    .join('')}</xml>`;
  const query = { signature: sha1(token, timestamp, nonce), timestamp, nonce, openid };
  let body = xml;
  if (aesKey) {
    const encrypted = encrypt(aesKey, xml, appId);
    Object.assign(query, { encrypt_type: 'aes', msg_signature: sha1(token, timestamp, nonce, encrypted) });
    body = `<xml><ToUserName>${cdata('gh_simulated')}</ToUserName><Encrypt>${cdata(encrypted)}</Encrypt></xml>`;
  }
  return { url: `${gateway}/in/${account}?${new URLSearchParams(query)}`, body };
}

/** Sends one text and answers with the words of the reply. */
export async function say(settings, words, fields = {}) {
  return send(settings, push(settings, { Content: words, ...fields }));
}

export async function send(settings, { url, body }) {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'text/xml' }, body });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}: ${text}`);
  const encrypted = part(text, 'Encrypt');
  const reply = encrypted ? decrypt(settings['aes-key'], encrypted) : text;
  return part(reply, 'Content') ?? reply;
}

const part = (xml, name) => new RegExp(`<${name}><!\\[CDATA\\[([\\s\\S]*?)\\]\\]></${name}>`).exec(xml)?.[1];
const keyOf = (aesKey) => Buffer.from(`${aesKey}=`, 'base64');

function encrypt(aesKey, text, appId) {
  const key = keyOf(aesKey);
  const words = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(words.length);
  const plain = Buffer.concat([randomBytes(16), length, words, Buffer.from(appId)]);
  const pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString(
    'base64',
  );
}

function decrypt(aesKey, encrypted) {
  const key = keyOf(aesKey);
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64')), decipher.final()]);
  return plain.subarray(20, 20 + plain.readUInt32BE(16)).toString();
}
