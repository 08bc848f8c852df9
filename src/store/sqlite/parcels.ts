// Parcels: bodies with words in them, sealed under the key of their case, so that they end with it at the latest.
import type { Direct } from '../direct.ts';
import { unseal } from '../vault.ts';
import type { Ground } from './ground.ts';
import { type Seals, sealJson } from './seals.ts';
import type { Witness } from './witness.ts';

interface ParcelRow {
  readonly vault: number;
  readonly sealed: Buffer;
}

const place = (endpoint: string, seq: number): string => `parcel:${endpoint}:${seq}`;

export function openParcels(
  ground: Ground,
  seals: Seals,
  witness: Witness,
): Pick<Direct, 'keepParcel' | 'parcel' | 'dropParcels'> {
  const { db } = ground;
  const vaultOf = db.prepare<[string], number>('SELECT vault FROM cases WHERE no = ? AND erased = 0').pluck();
  const put = db.prepare('INSERT OR REPLACE INTO parcels (endpoint, seq, vault, sealed) VALUES (?, ?, ?, ?)');
  const find = db.prepare<[string, number], ParcelRow>(
    'SELECT vault, sealed FROM parcels WHERE endpoint = ? AND seq = ?',
  );
  const drop = db.prepare('DELETE FROM parcels WHERE endpoint = ?');

  return {
    keepParcel({ endpoint, seq, caseNo, body }, audit) {
      const vault = vaultOf.get(caseNo);
      const key = vault === undefined ? undefined : seals.find(vault);
      if (!key) return false;
      ground.commit(() => {
        put.run(endpoint, seq, key.vault, sealJson(key.key, { body }, place(endpoint, seq)));
        witness(audit);
      });
      return true;
    },
    parcel(endpoint, seq) {
      const row = find.get(endpoint, seq);
      const key = row && seals.find(row.vault);
      if (!row || !key) return undefined;
      const opened: { readonly body: string } = JSON.parse(
        unseal(key.key, row.sealed, place(endpoint, seq)).toString(),
      );
      return opened.body;
    },
    dropParcels: (endpoint) => ground.commit(() => void drop.run(endpoint)),
  };
}
