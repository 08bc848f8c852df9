// Keepings: small notes of the log's followers, by kind and id.
import type { Direct } from '../direct.ts';
import type { Ground } from './ground.ts';

export function openKeepings(ground: Ground): Pick<Direct, 'keep' | 'keepings'> {
  const { db } = ground;
  const put = db.prepare(
    'INSERT INTO keepings (kind, id, doc) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET doc = excluded.doc',
  );
  const drop = db.prepare('DELETE FROM keepings WHERE kind = ? AND id = ?');
  const all = db.prepare<[string], { id: string; doc: string }>(
    'SELECT id, doc FROM keepings WHERE kind = ? ORDER BY id',
  );
  return {
    keep(kind, id, value) {
      ground.commit(() => {
        if (value === null) drop.run(kind, id);
        else put.run(kind, id, JSON.stringify(value));
      });
    },
    keepings: (kind) => all.all(kind).map(({ id, doc }) => ({ id, value: JSON.parse(doc) })),
  };
}
