// Signatures after Standard Webhooks over `id.timestamp.body`: v1 (HMAC-SHA256), v1a (ed25519), and sm3 (HMAC-SM3) beside them.
import {
  createHmac,
  createSecretKey,
  type Hmac,
  type KeyObject,
  sign as signWithKey,
  timingSafeEqual,
  verify as verifyWithKey,
} from 'node:crypto';
import { GatewayError } from '../core/errors.ts';
import { privateKey, publicKey, secretKey } from './secrets.ts';

export const SCHEMES = ['v1', 'v1a', 'sm3'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** One entry of `webhook-signature`, from what is signed; text is its UTF-8. */
export type Signer = (content: Uint8Array | string) => string;

/** The signers of a secret: an HMAC secret signs as v1, and as sm3 where asked for; a `whsk_` key as v1a. */
export function signersOf(secret: string, schemes: readonly Scheme[]): Signer[] {
  if (secret.startsWith('whsk_')) {
    const key = privateKey(secret);
    return [(content) => `v1a,${signWithKey(null, Buffer.from(content), key).toString('base64')}`];
  }
  // As a key object: a plain one is copied and wrapped anew for every signature.
  const key = createSecretKey(secretKey(secret));
  const digests = schemes.flatMap((scheme) => (scheme === 'v1a' ? [] : [scheme]));
  return digests.map((scheme) => (content) => `${scheme},${hmac(scheme, key, content).digest('base64')}`);
}

/** `webhook-signature`: one entry a signer, separated by spaces. `timestamp` is in epoch seconds. */
export function sign(signers: readonly Signer[], id: string, timestamp: number, body: Uint8Array | string): string {
  const content = contentOf(id, String(timestamp), body);
  return signers.map((signer) => signer(content)).join(' ');
}

export interface Signed {
  /** `whsec_` secrets (v1 and sm3), `whpk_` public keys (v1a). */
  readonly secrets: readonly string[];
  /** Names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array | string;
  /** Epoch seconds. */
  readonly now: number;
  /** Seconds a timestamp may lie from `now`, either way; 300 by the specification. */
  readonly tolerance?: number;
}

/** The scheme that fits. Throws as `provenBy`. */
export const verify = (signed: Signed): Scheme => provenBy(signed).scheme;

/** What fits. Throws `signature_invalid` with the reason, unless one of the signatures fits one of the secrets. */
export function provenBy({ secrets, headers, body, now, tolerance = 300 }: Signed): {
  readonly scheme: Scheme;
  readonly secret: string;
} {
  const checks = secrets.map(checkOf);
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const given = headers['webhook-signature'];
  if (!id || !timestamp || !given) {
    throw invalid('webhook-id, webhook-timestamp and webhook-signature must be present');
  }
  if (!/^\d{1,12}$/.test(timestamp)) throw invalid('webhook-timestamp is not a number of seconds');
  if (Math.abs(now - Number(timestamp)) > tolerance) {
    throw invalid(`webhook-timestamp is more than ${tolerance} seconds away`);
  }
  const content = contentOf(id, timestamp, body);
  const asked = new Set(checks.flatMap(({ schemes }) => schemes));
  for (const entry of given.split(' ')) {
    const scheme = SCHEMES.find((one) => entry.startsWith(`${one},`));
    if (!scheme || !asked.has(scheme)) continue;
    const signature = Buffer.from(entry.slice(scheme.length + 1), 'base64');
    const fitting = checks.find(({ schemes, fits }) => schemes.includes(scheme) && fits(scheme, content, signature));
    if (fitting) return { scheme, secret: fitting.secret };
  }
  throw invalid(`no ${[...asked].sort().reverse().join(' or ')} signature fits`);
}

interface Check {
  readonly secret: string;
  readonly schemes: readonly Scheme[];
  readonly fits: (scheme: Scheme, content: Uint8Array | string, signature: Uint8Array) => boolean;
}

function checkOf(secret: string): Check {
  if (secret.startsWith('whpk_')) {
    const key: KeyObject = publicKey(secret);
    return {
      secret,
      schemes: ['v1a'],
      fits: (_scheme, content, signature) => verifyWithKey(null, Buffer.from(content), key, signature),
    };
  }
  const key = secretKey(secret);
  return {
    secret,
    schemes: ['v1', 'sm3'],
    fits(scheme, content, signature) {
      const want = hmac(scheme === 'sm3' ? 'sm3' : 'v1', key, content).digest();
      return want.length === signature.length && timingSafeEqual(want, signature);
    },
  };
}

/** Text stays text: hashing it as it is costs half of copying it into bytes first. */
function contentOf(id: string, timestamp: string, body: Uint8Array | string): Uint8Array | string {
  const before = `${id}.${timestamp}.`;
  return typeof body === 'string' ? before + body : Buffer.concat([Buffer.from(before), body]);
}

function hmac(scheme: 'v1' | 'sm3', key: Uint8Array | KeyObject, content: Uint8Array | string): Hmac {
  return createHmac(scheme === 'v1' ? 'sha256' : 'sm3', key).update(content);
}

function invalid(why: string): GatewayError {
  return new GatewayError({
    code: 'signature_invalid',
    message: `The signature does not verify: ${why}.`,
    retryable: false,
    status: 401,
    advice:
      'Verify the raw bytes of the body, before any JSON parser, with the secret shown when the endpoint was made.',
  });
}
