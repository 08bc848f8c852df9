// QQ's Ed25519: the key pair is made from the bot's secret, by the platform and by us alike.
// Source: QQ bot documentation, api-v2/dev-prepare/interface-framework/{sign,event-emit}.md.
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

const SEED_BYTES = 32;
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface QqKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The secret repeated as often as 32 bytes need it: a short one three times and more. */
export function seedOf(secret: string): Buffer {
  const times = Math.ceil(SEED_BYTES / Math.max(1, Buffer.byteLength(secret)));
  return Buffer.from(secret.repeat(times)).subarray(0, SEED_BYTES);
}

export function qqKeys(secret: string): QqKeys {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seedOf(secret)]), format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** Hex, 128 characters. */
export const qqSign = ({ privateKey }: QqKeys, text: string | Uint8Array): string =>
  sign(null, Buffer.from(text), privateKey).toString('hex');

/** Over the timestamp as it was sent and the raw bytes of the body. */
export function qqVerify({ publicKey }: QqKeys, signature: string, timestamp: string, body: Uint8Array): boolean {
  if (!/^[0-9a-f]{128}$/i.test(signature)) return false;
  const bytes = Buffer.from(signature, 'hex');
  // The three highest bits are never set in a signature this scheme makes (RFC 8032, 5.1.7).
  if (((bytes[63] ?? 255) & 224) !== 0) return false;
  return verify(null, Buffer.concat([Buffer.from(timestamp), body]), publicKey, bytes);
}
