// WeChat crypt: signatures and the message encryption shared by official accounts, WeCom and its customer service.
// Source: Tencent's WXBizMsgCrypt; checked against six peers' vectors. AES-256-CBC, padded to 32 bytes, the receiver inside.
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { badSignature, sameText } from './proof.ts';

const BLOCK = 32;
const RANDOM = 16;
const LENGTH = 4;

/** Hex SHA-1 of the parts, sorted and joined; of token, timestamp and nonce, and the encrypted text where there is one. */
export function wechatSignature(...parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');
}

/** Throws `bad_signature` (403). */
export function checkWechatSignature(shown: string | undefined, ...parts: readonly string[]): void {
  if (!sameText(shown ?? '', wechatSignature(...parts))) throw badSignature();
}

/** 43 characters of base64 as the platform shows them; undefined when they are no key. */
export function wechatKey(encodingAesKey: string): Buffer | undefined {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  return /^[A-Za-z0-9+/]{43}$/.test(encodingAesKey) && key.length === BLOCK ? key : undefined;
}

/** The words inside. Throws `bad_signature` when they do not open or were meant for another receiver (app id, corp id). */
export function wechatDecrypt(key: Uint8Array, encrypted: string, receiver: string): string {
  const plain = opened(key, Buffer.from(encrypted, 'base64'));
  const end = plain.length > RANDOM + LENGTH ? RANDOM + LENGTH + plain.readUInt32BE(RANDOM) : Number.POSITIVE_INFINITY;
  if (end > plain.length) throw badSignature('the encrypted message');
  if (!sameText(plain.subarray(end).toString('utf8'), receiver)) throw badSignature('the receiver in the message');
  return plain.subarray(RANDOM + LENGTH, end).toString('utf8');
}

function opened(key: Uint8Array, bytes: Buffer): Buffer {
  if (bytes.length === 0 || bytes.length % 16 !== 0) throw badSignature('the encrypted message');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(bytes), decipher.final()]);
  const pad = padded.at(-1) ?? 0;
  if (pad < 1 || pad > BLOCK) throw badSignature('the encrypted message');
  return padded.subarray(0, padded.length - pad);
}

/** `random` are 16 bytes nobody can guess. */
export function wechatEncrypt(key: Uint8Array, text: string, receiver: string, random: Uint8Array): string {
  const words = Buffer.from(text);
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(words.length);
  const plain = Buffer.concat([random, length, words, Buffer.from(receiver)]);
  const pad = BLOCK - (plain.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString(
    'base64',
  );
}
