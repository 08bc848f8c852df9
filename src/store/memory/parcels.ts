// Parcels: bodies with words in them, until they are delivered or their case is erased.
import type { Parcel } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import type { Ground } from './ground.ts';
import { witness } from './trail.ts';

export const parcelName = ({ endpoint, seq }: Pick<Parcel, 'endpoint' | 'seq'>): string => `${seq} ${endpoint}`;

export function openParcels(ground: Ground): Pick<Direct, 'keepParcel' | 'parcel' | 'dropParcels'> {
  const { parcels } = ground;
  return {
    keepParcel(parcel, audit) {
      if (ground.cases.get(parcel.caseNo)?.erased !== false) return false;
      ground.commit(() => {
        parcels.set(parcelName(parcel), { ...parcel });
        witness(ground, audit);
      });
      return true;
    },
    parcel: (endpoint, seq) => parcels.get(parcelName({ endpoint, seq }))?.body,
    dropParcels(endpoint) {
      ground.commit(() => {
        for (const one of parcels.values()) if (one.endpoint === endpoint) parcels.delete(parcelName(one));
      });
    },
  };
}
