// Rotate: wraps every data key under a new master key, in one transaction; the old key opens nothing afterwards.
import type { Direct } from '../direct.ts';
import { rewrapPending } from './blobs.ts';
import type { Ground } from './ground.ts';
import { rewrapVaults } from './seals.ts';

export function openRotate(ground: Ground): Pick<Direct, 'rotate'> {
  const { db, keyring } = ground;
  return {
    rotate(newMasterKey) {
      const next = keyring.under(newMasterKey);
      const wrap = (key: Uint8Array, place: string): Buffer => next.wrap(key, place);
      const count = ground.commit(() => {
        db.prepare("UPDATE meta SET value = ? WHERE key = 'blind_secret'").run(next.wrappedSecret());
        return rewrapVaults(ground, wrap) + rewrapPending(ground, wrap);
      });
      keyring.adopt(next);
      // The keys wrapped under the old master key lie in the WAL until it is cut.
      ground.cutWal();
      return count;
    },
  };
}
