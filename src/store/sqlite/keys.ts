// API keys: known by the hash of the bearer token only.
import type { ApiKey } from '../../core/access.ts';
import type { Direct } from '../direct.ts';
import type { Ground } from './ground.ts';

export function openKeys(ground: Ground): Pick<Direct, 'putKey' | 'keyByHash' | 'keys'> {
  const { db } = ground;
  const put = db.prepare(
    `INSERT INTO keys (id, hash, doc) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, doc = excluded.doc`,
  );
  const byHash = db.prepare<[string], string>('SELECT doc FROM keys WHERE hash = ?').pluck();
  const all = db.prepare<[], string>('SELECT doc FROM keys ORDER BY id').pluck();
  return {
    putKey: (key) => {
      ground.commit(() => put.run(key.id, key.hash, JSON.stringify(key)));
    },
    keyByHash: (hash) => {
      const doc = byHash.get(hash);
      return doc === undefined ? undefined : keyOf(doc);
    },
    keys: () => all.all().map(keyOf),
  };
}

function keyOf(doc: string): ApiKey {
  const key: ApiKey = JSON.parse(doc);
  return key;
}
