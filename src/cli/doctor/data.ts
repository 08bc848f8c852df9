// What the doctor sees in the store: whether it opens, what waits for a person, endpoints that fail, and a clock that ran back.
import { existsSync } from 'node:fs';
import type { Store } from '../../core/store.ts';
import { storeFile } from '../../rooms.ts';
import type { Settings } from '../../settings.ts';
import { openStore } from '../../store/index.ts';
import { type Finding, verdicts } from './finding.ts';

/** Opened for reading only, so that it may run beside the gateway. */
export async function storeFindings(
  settings: Settings,
  masterKey: Uint8Array | undefined,
  now: number,
): Promise<Finding[]> {
  const { ok, fail } = verdicts('store');
  if (settings.store.url.startsWith('memory:'))
    return [verdicts('store').warn('the store is memory: nothing survives a stop', 'Use sqlite: outside of tests.')];
  if (!existsSync(storeFile(settings))) return [ok('no store yet: the first start makes it')];
  if (!masterKey)
    return [verdicts('store').warn('not looked at, for want of its key', 'Bring the key back, then ask again.')];
  try {
    const { url, dataDir } = settings.store;
    const how = { readOnly: true, inThread: true, onFatal: () => {} };
    const store = await openStore({ url, dataDir, masterKey, instance: settings.instance, ...how });
    try {
      const { messages, cases, events } = await store.stats();
      const well = ok(`${messages} messages, ${cases} cases, ${events} log entries`);
      return [
        well,
        ...(await quarantineFindings(store)),
        ...(await feedFindings(store)),
        ...(await clockFindings(store, now)),
      ];
    } finally {
      await store.close();
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const advice = error instanceof Error && 'advice' in error ? String(error.advice) : 'Restore the last backup.';
    return [fail(detail, advice)];
  }
}

async function quarantineFindings(store: Store): Promise<Finding[]> {
  const { quarantined } = await store.stats();
  if (quarantined === 0) return [];
  const { warn } = verdicts('store');
  return [
    warn(
      `${quarantined} messages no transaction would take`,
      'Read them with POST /v1/quarantine/{id}/reveal and try them again with /retry.',
    ),
  ];
}

async function feedFindings(store: Store): Promise<Finding[]> {
  const { ok, warn } = verdicts('feed');
  const endpoints = await store.endpoints();
  const found: Finding[] = [];
  for (const { id, state, disabledReason } of endpoints) {
    if (state === 'disabled')
      found.push(
        warn(
          `${id} is disabled${disabledReason ? ` (${disabledReason})` : ''}`,
          `Mend it, then POST /v1/endpoints/${id}/enable.`,
        ),
      );
    const [dead] = await store.deliveries({ endpoint: id, state: 'dead', limit: 1 });
    if (dead)
      found.push(
        warn(`${id} has dead letters`, `See GET /v1/endpoints/${id}/deliveries?state=dead, and send them again.`),
      );
  }
  return found.length > 0 ? found : [ok(`${endpoints.length} endpoints, none disabled, no dead letters`)];
}

const A_MINUTE = 60_000;

async function clockFindings(store: Store, now: number): Promise<Finding[]> {
  const { ok, fail } = verdicts('clock');
  const head = await store.head();
  const past = await store.positionAt(now + A_MINUTE);
  if (past >= head) return [ok(`${new Date(now).toISOString()}; no log entry lies in the future`)];
  return [
    fail(
      `${head - past} log entries lie in the future: the clock ran back`,
      'Set the clock (NTP) before going on; deadlines count from it.',
    ),
  ];
}
