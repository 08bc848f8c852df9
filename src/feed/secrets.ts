// Secrets of endpoints: `whsec_` for HMAC, `whsk_` and `whpk_` for ed25519, how they are made and how they are replaced.
import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { GatewayError } from '../core/errors.ts';
import type { Endpoint } from '../core/store.ts';

const BYTES = 32;
/** Live at once, of each kind. */
const MOST_LIVE = 5;
/** What stands before the 32 bytes of an ed25519 key in PKCS#8 and in SPKI (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

type Secrets = Endpoint['secrets'];
export type Kind = 'hmac' | 'ed25519';

/** A new secret, `whsec_` and 32 random bytes in base64. */
export function newSecret(random: (bytes: number) => Uint8Array = randomBytes): string {
  return `whsec_${Buffer.from(random(BYTES)).toString('base64')}`;
}

/** A new signing key, `whsk_` and 64 bytes in base64: the seed and the public key. */
export function newSigningKey(random: (bytes: number) => Uint8Array = randomBytes): string {
  const seed = Buffer.from(random(BYTES));
  return `whsk_${Buffer.concat([seed, publicBytes(seed)]).toString('base64')}`;
}

/** `whpk_` of a `whsk_`: what a receiver verifies v1a with. It is no secret. */
export function publicKeyOf(signingKey: string): string {
  return `whpk_${publicBytes(seedOf(signingKey)).toString('base64')}`;
}

/** Key bytes of a secret, with or without its prefix. Throws `secret_invalid`. */
export function secretKey(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.length === 0) throw unusable('A signing secret must not be empty.');
  return key;
}

/** Throws `secret_invalid`. */
export function privateKey(signingKey: string): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8, seedOf(signingKey)]), format: 'der', type: 'pkcs8' });
}

/** Throws `secret_invalid`. */
export function publicKey(written: string): KeyObject {
  const bytes = Buffer.from(written.replace(/^whpk_/, ''), 'base64');
  if (bytes.length !== BYTES) throw unusable('A public key is whpk_ and 32 bytes in base64.');
  return createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' });
}

export const kindOf = (secret: string): Kind => (secret.startsWith('whsk_') ? 'ed25519' : 'hmac');

/** Secrets of one kind that sign at `now` (epoch ms), newest first. */
export function liveOf(secrets: Secrets, kind: Kind, now: number): string[] {
  return secrets.flatMap(({ secret, until }) =>
    kindOf(secret) === kind && (until === undefined || until > now) ? [secret] : [],
  );
}

/** A new secret at the head of its kind; the older ones sign until `until` (epoch ms), or end now when it is left out. */
export function rotated(secrets: Secrets, fresh: Secrets[number], now: number, until?: number): Secrets {
  const kind = kindOf(fresh.secret);
  const others = secrets.filter(({ secret }) => kindOf(secret) !== kind);
  if (until === undefined) return [fresh, ...others];
  const ending = secrets
    .filter((one) => kindOf(one.secret) === kind && (one.until ?? until) > now)
    .map((one) => ({ ...one, until: Math.min(one.until ?? until, until) }));
  return [fresh, ...ending.slice(0, MOST_LIVE - 1), ...others];
}

/** With a signing key when v1a is wanted and there is none; without any when it is not. */
export function fitting(secrets: Secrets, wantsV1a: boolean): Secrets {
  if (!wantsV1a) return secrets.filter(({ secret }) => kindOf(secret) === 'hmac');
  const has = secrets.some(({ secret, until }) => kindOf(secret) === 'ed25519' && until === undefined);
  return has ? secrets : [...secrets, { secret: newSigningKey() }];
}

function seedOf(signingKey: string): Buffer {
  const bytes = Buffer.from(signingKey.replace(/^whsk_/, ''), 'base64');
  if (bytes.length !== BYTES && bytes.length !== 2 * BYTES)
    throw unusable('A signing key is whsk_ and 64 bytes in base64.');
  return bytes.subarray(0, BYTES);
}

function publicBytes(seed: Uint8Array): Buffer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-BYTES);
}

function unusable(message: string): GatewayError {
  return new GatewayError({ code: 'secret_invalid', message, retryable: false });
}
