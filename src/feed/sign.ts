// Standard Webhooks v1: HMAC-SHA256 over `id.timestamp.body` with `whsec_` secrets; several live secrets, several signatures.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../core/errors.ts';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A new secret, `whsec_` and 32 random bytes in base64. */
export function newSecret(random: (bytes: number) => Uint8Array = randomBytes): string {
  return PREFIX + Buffer.from(random(SECRET_BYTES)).toString('base64');
}

/** Key bytes of a secret, with or without its prefix. Throws `secret_invalid`. */
export function secretKey(secret: string): Buffer {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  if (key.length === 0) {
    throw new GatewayError({
      code: 'secret_invalid',
      message: 'A signing secret must not be empty.',
      retryable: false,
    });
  }
  return key;
}

/** `webhook-signature`: one `v1,…` for each key, separated by spaces. `timestamp` is in epoch seconds. */
export function sign(keys: readonly Uint8Array[], id: string, timestamp: number, body: Uint8Array | string): string {
  return keys.map((key) => `v1,${digest(key, id, String(timestamp), body).toString('base64')}`).join(' ');
}

export interface Signed {
  readonly secrets: readonly string[];
  /** Names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array | string;
  /** Epoch seconds. */
  readonly now: number;
  /** Seconds a timestamp may lie from `now`, either way; 300 by the specification. */
  readonly tolerance?: number;
}

/** Throws `signature_invalid` with the reason, unless one of the signatures fits one of the secrets. */
export function verify({ secrets, headers, body, now, tolerance = 300 }: Signed): void {
  const keys = secrets.map(secretKey);
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
  const wanted = keys.map((key) => digest(key, id, timestamp, body));
  for (const entry of given.split(' ')) {
    if (!entry.startsWith('v1,')) continue;
    const bytes = Buffer.from(entry.slice(3), 'base64');
    if (wanted.some((want) => want.length === bytes.length && timingSafeEqual(want, bytes))) return;
  }
  throw invalid('no v1 signature fits');
}

function digest(key: Uint8Array, id: string, timestamp: string, body: Uint8Array | string): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
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
