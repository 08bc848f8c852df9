// The audit trail, API keys and quarantine: small lists that are put and read back.
import type { AuditEntry } from '../../core/access.ts';
import type { Quarantined } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { keyTaken } from '../refusals.ts';
import { dropAside, layAside } from './blobs.ts';
import { copy, type Ground } from './ground.ts';

/** Adds a line; call inside a deed. */
export function witness(ground: Ground, entry: AuditEntry): void {
  ground.push(ground.trail, copy(entry));
}

export function openTrail(ground: Ground): Pick<Direct, 'audit' | 'auditTrail'> {
  return {
    audit: (entry) => ground.commit(() => witness(ground, entry)),
    auditTrail: ({ subject, before = Number.POSITIVE_INFINITY, limit }) =>
      copy(
        ground.trail
          .map((entry, at) => ({ id: at + 1, ...hush(entry, at < (ground.hushed.get(entry.subject) ?? 0)) }))
          .filter((line) => line.id < before && (subject === undefined || line.subject === subject))
          .reverse()
          .slice(0, limit),
      ),
  };
}

function hush(entry: AuditEntry, lost: boolean): AuditEntry {
  const { reason: _reason, ...rest } = entry;
  return lost ? rest : entry;
}

export function openKeys(ground: Ground): Pick<Direct, 'putKey' | 'keyByHash' | 'keys'> {
  const { keys } = ground;
  const byHash = (hash: string) => keys.values().find((key) => key.hash === hash);
  return {
    putKey(key) {
      const other = byHash(key.hash);
      if (other && other.id !== key.id) throw keyTaken();
      ground.commit(() => keys.set(key.id, copy(key)));
    },
    keyByHash(hash) {
      const key = byHash(hash);
      return key && copy(key);
    },
    keys: () => copy(keys.values().sort((a, b) => ascending(a.id, b.id))),
  };
}

type QuarantineCalls = Pick<Direct, 'quarantine' | 'quarantined' | 'findQuarantined' | 'releaseQuarantined'>;

type Place = Pick<Quarantined, 'receivedAt' | 'id'>;

export function openQuarantine(ground: Ground): QuarantineCalls {
  const { quarantine } = ground;
  const newestFirst = (a: Place, b: Place): number => ascending(b.receivedAt, a.receivedAt) || ascending(a.id, b.id);
  return {
    /** The same one again (a platform that retries it) changes nothing. */
    quarantine(item) {
      if (quarantine.has(item.id)) return;
      ground.commit(() => {
        quarantine.set(item.id, copy(item));
        layAside(ground, item);
      });
    },
    findQuarantined(id) {
      const item = quarantine.get(id);
      return item && copy(item);
    },
    releaseQuarantined(id) {
      const item = quarantine.get(id);
      if (!item) return false;
      ground.commit(() => {
        quarantine.delete(id);
        dropAside(ground, item);
      });
      return true;
    },
    quarantined: (limit, after) =>
      copy(
        quarantine
          .values()
          .filter((item) => after === undefined || newestFirst(after, item) < 0)
          .sort(newestFirst)
          .slice(0, limit),
      ),
  };
}

export const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
