// Cells: what accounts keep between runs, sealed, since a token or a cursor is a secret or may name somebody.
import type { Direct } from '../direct.ts';
import { seal, unseal } from '../vault.ts';
import type { Ground } from './ground.ts';
import type { Seals } from './seals.ts';

interface CellRow {
  readonly vault: number;
  readonly sealed: Buffer;
}

const place = (account: string, name: string): string => `cell:${JSON.stringify([account, name])}`;

export function openCells(ground: Ground, seals: Seals): Pick<Direct, 'cell' | 'putCell'> {
  const { db } = ground;
  const find = db.prepare<[string, string], CellRow>('SELECT vault, sealed FROM cells WHERE account = ? AND name = ?');
  const put = db.prepare(
    `INSERT INTO cells (account, name, vault, sealed) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET sealed = excluded.sealed`,
  );
  const drop = db.prepare('DELETE FROM cells WHERE account = ? AND name = ?');

  return {
    cell(account, name) {
      const row = find.get(account, name);
      const key = row && seals.find(row.vault);
      return row && key ? unseal(key.key, row.sealed, place(account, name)).toString('utf8') : undefined;
    },
    putCell(account, name, value) {
      ground.commit(() => {
        const known = find.get(account, name);
        if (value === undefined) {
          drop.run(account, name);
          if (known) seals.destroy(known.vault);
          return;
        }
        const { vault, key } = (known && seals.find(known.vault)) ?? seals.create();
        put.run(account, name, vault, seal(key, Buffer.from(value), place(account, name)));
      });
    },
  };
}
