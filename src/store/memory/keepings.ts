// Keepings: small notes of the log's followers, by kind and id.
import type { Direct } from '../direct.ts';
import { copy, type Ground } from './ground.ts';
import { ascending } from './trail.ts';

export function openKeepings(ground: Ground): Pick<Direct, 'keep' | 'keepings'> {
  const { keepings } = ground;
  return {
    keep(kind, id, value) {
      ground.commit(() => {
        if (value === null) keepings.delete(`${kind} ${id}`);
        else keepings.set(`${kind} ${id}`, { kind, id, value: copy(value) });
      });
    },
    keepings: (kind) =>
      [...keepings.values()]
        .filter((one) => one.kind === kind)
        .map(({ id, value }) => ({ id, value: copy(value) }))
        .sort((a, b) => ascending(a.id, b.id)),
  };
}
