// The SQLite store keeps every store's promises, in this thread and in a thread of its own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { openInThread, openInWorker } from '../../src/store/sqlite/client.ts';
import { storeContract } from '../contract/store.ts';
import { MASTER, newFolder } from './folders.ts';

const options = () => ({ file: join(newFolder(), 'civicline.db'), masterKey: MASTER, instance: 'test' });

storeContract('sqlite in this thread', async (now) => openInThread({ ...options(), now }));

const built = existsSync(new URL('../../dist/store/sqlite/worker.js', import.meta.url));
if (built) storeContract('sqlite in a thread of its own', () => openInWorker(options()));
else
  describe('sqlite in a thread of its own', () => {
    it.skip('SKIPPED: the store thread is not built; run `npm run build` first', () => undefined);
  });
