// The vault: seals what names a person under data keys, and makes the blind indexes by which it is found again.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';
import { GatewayError } from '../core/errors.ts';

export const KEY_BYTES = 32;
const NONCE = 12;
const TAG = 16;
/** 128 bits of an HMAC tell two values apart for any number of messages a city will see, at half the index's size. */
const BLIND = 16;

/** What a blind index stands for; each has its own key, so that equal values of two kinds do not look equal. */
export const PURPOSES = ['delivery', 'content', 'sender', 'query_code', 'idempotency'] as const;
export type Purpose = (typeof PURPOSES)[number];

const pool = Buffer.alloc(8192);
let used = pool.length;

/** Random bytes from a pool refilled in one call: one system call serves a hundred nonces. */
export function randomOf(bytes: number): Buffer {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const out = Buffer.from(pool.subarray(used, used + bytes));
  pool.fill(0, used, used + bytes);
  used += bytes;
  return out;
}

/** A random name for a data set. */
export const newEpoch = (): string => randomOf(12).toString('base64url');

/** AES-256-GCM; the result is nonce, tag, ciphertext. `place` binds the bytes to their row: moved elsewhere, they do not open. */
export function seal(key: KeyObject | Uint8Array, plain: Uint8Array, place: string): Buffer {
  const nonce = randomOf(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(Buffer.from(place));
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([nonce, cipher.getAuthTag(), body], NONCE + TAG + body.length);
}

/** Opens what `seal` made. Rejects with `seal_broken` when key, place or bytes are not the ones it was made with. */
export function unseal(key: KeyObject | Uint8Array, sealed: Uint8Array, place: string): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
    const body = decipher.update(sealed.subarray(NONCE + TAG));
    return Buffer.concat([body, decipher.final()]);
  } catch (cause) {
    throw new GatewayError({
      code: 'seal_broken',
      message: `a sealed record does not open (${place.split(':')[0]})`,
      retryable: false,
      status: 500,
      advice: 'The master key is not the one it was sealed with, or the bytes were changed. Run doctor.',
      cause,
    });
  }
}

/** Holds the master key and the keys of the blind indexes. The blind secret is random, so it outlives a rotation. */
export class Keyring {
  #master: KeyObject;
  readonly #secret: Buffer;
  readonly #blind: ReadonlyMap<Purpose, KeyObject>;

  constructor(masterKey: Uint8Array, blindSecret: Uint8Array) {
    this.#master = masterOf(masterKey);
    this.#secret = Buffer.from(blindSecret);
    this.#blind = new Map(
      PURPOSES.map((p) => [
        p,
        createSecretKey(Buffer.from(hkdfSync('sha256', blindSecret, '', `civicline ${p}`, KEY_BYTES))),
      ]),
    );
  }

  /** 16 bytes by which equal values are found, and nothing else is learnt. */
  blind(purpose: Purpose, ...parts: readonly string[]): Buffer {
    const key = this.#blind.get(purpose);
    if (!key) throw new Error(`no blind key for ${purpose}`);
    const named = parts.map((p) => `${p.length}:${p}`).join('');
    return createHmac('sha256', key).update(named).digest().subarray(0, BLIND);
  }

  wrap(dataKey: Uint8Array, place: string): Buffer {
    return seal(this.#master, dataKey, place);
  }

  unwrap(wrapped: Uint8Array, place: string): Buffer {
    return unseal(this.#master, wrapped, place);
  }

  /** The blind secret under the master key, for the store to keep. */
  wrappedSecret(): Buffer {
    return this.wrap(this.#secret, SECRET_PLACE);
  }

  /** A keyring under another master key that finds what this one indexed. */
  under(newMasterKey: Uint8Array): Keyring {
    return new Keyring(newMasterKey, this.#secret);
  }

  /** Takes the other keyring's master key for its own: the last act of a rotation. */
  adopt(other: Keyring): void {
    this.#master = other.#master;
  }
}

const SECRET_PLACE = 'meta:blind_secret';

/** The keyring of an existing store; `wrong_key` when the master key does not open it. */
export function openKeyring(masterKey: Uint8Array, wrappedSecret: Uint8Array): Keyring {
  const master = masterOf(masterKey);
  try {
    return new Keyring(masterKey, unseal(master, wrappedSecret, SECRET_PLACE));
  } catch (cause) {
    throw new GatewayError({
      code: 'wrong_key',
      message: 'the master key does not open this store',
      retryable: false,
      status: 500,
      advice: 'Set CIVICLINE_KEY, or put back the key file, that this store was made with.',
      cause,
    });
  }
}

export function newKeyring(masterKey: Uint8Array): Keyring {
  return new Keyring(masterKey, randomOf(KEY_BYTES));
}

function masterOf(masterKey: Uint8Array): KeyObject {
  if (masterKey.length !== KEY_BYTES) {
    throw new GatewayError({
      code: 'bad_key',
      message: `a master key has ${KEY_BYTES} bytes, this one has ${masterKey.length}`,
      retryable: false,
      status: 500,
      advice: 'Give 64 hexadecimal digits or 44 characters of base64.',
    });
  }
  return createSecretKey(Buffer.from(masterKey));
}
