// The directory of stores: which one a URL names. A new database is one line here and the contract suite in test/contract/store.ts.
import path from 'node:path';
import { GatewayError } from '../core/errors.ts';
import type { Store } from '../core/store.ts';
import { openMemory } from './memory/store.ts';
import { STORE_FILE } from './sqlite/backup.ts';
import { openInThread, openInWorker } from './sqlite/client.ts';

export interface StoreOptions {
  /** `sqlite:` (a file in the data folder) or `memory:` (nothing survives the process). */
  readonly url: string;
  readonly dataDir: string;
  /** 32 bytes. */
  readonly masterKey: Uint8Array;
  /** Name of this gateway in the source of its events. */
  readonly instance: string;
  readonly readOnly?: boolean;
  /** SQLite in the caller's own thread: for commands that run once. */
  readonly inThread?: boolean;
  /** The store's writer died or must not write any more: nothing can be promised from here on. */
  readonly onFatal: (error: Error) => void;
}

/** Rejects with `store_in_use`, `corrupt`, `wrong_key`, `store_too_new`, `bad_store_url`. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url, dataDir, masterKey, instance, onFatal } = options;
  const [kind] = url.split(':', 1);
  if (kind === 'memory') return openMemory({ instance });
  if (kind !== 'sqlite') throw unknownStore(url);
  const sqlite = {
    ...{ file: path.join(dataDir, STORE_FILE), masterKey, instance, readOnly: options.readOnly === true },
    onFatal: (cause: unknown) => onFatal(cause instanceof Error ? cause : new Error(String(cause))),
  };
  return options.inThread ? openInThread(sqlite) : openInWorker(sqlite);
}

function unknownStore(url: string): GatewayError {
  return new GatewayError({
    code: 'bad_store_url',
    message: `no store is known for ${url.replace(/\/\/[^@/]*@/, '//…@')}`,
    retryable: false,
    status: 500,
    field: 'store.url',
    advice: 'Use sqlite: or memory: in civicline.yaml.',
  });
}
