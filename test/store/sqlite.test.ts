// The SQLite store keeps every store's promises, in this thread and in a thread of its own.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { openInThread, openInWorker } from '../../src/store/sqlite/client.ts';
import { storeContract } from '../contract/store.ts';
import { MASTER, newFolder } from './folders.ts';

const options = () => ({ file: join(newFolder(), 'civicline.db'), masterKey: MASTER, instance: 'test' });

/** A store nothing was said to yet, made once: the tables of hundreds of stores would take longer than their tests. */
const empty = (async () => {
  const made = options();
  await (await openInThread(made)).close();
  return readFileSync(made.file);
})();

async function fresh() {
  const made = options();
  writeFileSync(made.file, await empty);
  return made;
}

storeContract('sqlite in this thread', async (now) => openInThread({ ...(await fresh()), now }));

const built = existsSync(new URL('../../dist/store/sqlite/worker.js', import.meta.url));
if (built) storeContract('sqlite in a thread of its own', async () => openInWorker(await fresh()));
else
  describe('sqlite in a thread of its own', () => {
    it.skip('SKIPPED: the store thread is not built; run `npm run build` first', () => undefined);
  });
