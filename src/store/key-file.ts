// The master key: from the environment, or from a key file of mode 600 made in the data folder at first start.
import { scryptSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../core/errors.ts';
import { makeFolder } from './folder.ts';
import { KEY_BYTES, randomOf } from './vault.ts';

export interface MasterKey {
  readonly key: Uint8Array;
  readonly from: 'environment' | 'file';
  /** Where the key lies, when it lies in a file: beside the data, which `doctor` warns of. */
  readonly path?: string;
  readonly created: boolean;
  /** Others than the owner may read the file. */
  readonly exposed: boolean;
}

export const KEY_FILE = 'key';
const SHORTEST_PHRASE = 16;

/**
 * `given` is CIVICLINE_KEY: 64 hex digits, 32 bytes in base64, or a phrase of at least 16 characters (stretched with
 * scrypt). Without it the file `key` in `dataDir` is read, or made when there is no store yet that an older key sealed.
 * Rejects with `bad_key` or `key_missing`.
 */
export function loadMasterKey(options: { dataDir: string; given?: string; storeExists: boolean }): MasterKey {
  if (options.given !== undefined && options.given !== '') {
    return { key: parseKey(options.given), from: 'environment', created: false, exposed: false };
  }
  const path = join(options.dataDir, KEY_FILE);
  if (existsSync(path)) {
    const exposed = process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
    return { key: parseKey(readFileSync(path, 'utf8').trim()), from: 'file', path, created: false, exposed };
  }
  if (options.storeExists) {
    throw new GatewayError({
      code: 'key_missing',
      message: `there is a store in ${options.dataDir}, but no key: neither CIVICLINE_KEY nor ${path}`,
      retryable: false,
      status: 500,
      advice: 'Put back the key this store was made with. A new key would open nothing in it.',
    });
  }
  makeFolder(options.dataDir);
  return { key: makeKeyFile(path), from: 'file', path, created: true, exposed: false };
}

/** 32 bytes from hex, base64 or a phrase. */
export function parseKey(text: string): Uint8Array {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  if (text.length < SHORTEST_PHRASE) {
    throw new GatewayError({
      code: 'bad_key',
      message: `the master key is too short (${text.length} characters)`,
      retryable: false,
      status: 500,
      field: 'CIVICLINE_KEY',
      advice: `Give 64 hexadecimal digits, 44 characters of base64 or a phrase of at least ${SHORTEST_PHRASE} characters.`,
    });
  }
  // The salt is fixed because the key must be the same on every machine that is given the phrase.
  return scryptSync(text, 'civicline master key', KEY_BYTES, { N: 1 << 15, r: 8, p: 1, maxmem: 64 << 20 });
}

/** A new random key in a file that only its owner reads; a file that is there stays as it is, and this throws. */
export function makeKeyFile(path: string): Uint8Array {
  const key = randomOf(KEY_BYTES);
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, `${key.toString('base64')}\n`);
    fsyncSync(file); // a key lost by a power cut would lose everything sealed under it
  } finally {
    closeSync(file);
  }
  return key;
}

/** Puts a new key into the key file; the old one stays beside it under a name of its own, since older backups need it. */
export function replaceKeyFile(path: string, key: Uint8Array, now: number): string {
  const next = `${path}.next`;
  rmSync(next, { force: true });
  writeFileSync(next, `${Buffer.from(key).toString('base64')}\n`, { mode: 0o600, flush: true });
  const old = `${path}.old-${new Date(now).toISOString().replace(/\D/g, '').slice(0, 14)}`;
  linkSync(path, old); // at no moment is there no key file
  renameSync(next, path);
  return old;
}
