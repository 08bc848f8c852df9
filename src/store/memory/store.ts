// The memory store: the port's promises without a disk, for tests, trials and throw-away runs. Nothing survives the process.
import { GatewayError } from '../../core/errors.ts';
import { cellsOf } from '../../core/satisfaction.ts';
import type { Store } from '../../core/store.ts';
import { type Direct, storeOver } from '../direct.ts';
import { gone } from '../refusals.ts';
import { newEpoch } from '../vault.ts';
import { openBlobs } from './blobs.ts';
import { openCalls } from './calls.ts';
import { openCases } from './cases.ts';
import { openCells } from './cells.ts';
import { openChange } from './change.ts';
import { openDeliveries, openEndpoints } from './endpoints.ts';
import { openErase } from './erase.ts';
import { openForget } from './forget.ts';
import { Ground } from './ground.ts';
import { openHeat } from './heat.ts';
import { openKeepings } from './keepings.ts';
import { openLog } from './log.ts';
import { openMatterReader } from './matters.ts';
import { openOutgoing } from './outgoing.ts';
import { openParcels } from './parcels.ts';
import { openParties } from './parties.ts';
import { openRecall } from './recall.ts';
import { openRulingReader } from './rulings.ts';
import { openKeys, openQuarantine, openTrail } from './trail.ts';
import { openWaiting } from './waiting.ts';
import { openWriter } from './write.ts';

export interface MemoryOptions {
  /** Name of this gateway in the source of its events. */
  readonly instance: string;
  readonly now?: () => number;
}

export function openMemory({ instance, now = Date.now }: MemoryOptions): Store {
  const direct = assemble(new Ground({ instance, now }));
  let closed = false;
  return storeOver(direct.kind, direct.epoch, async (call, args) => {
    if (call === 'close') closed = true;
    else if (closed) throw gone('the store is closed');
    return Reflect.apply(direct[call], direct, args);
  });
}

function assemble(ground: Ground): Direct {
  return {
    kind: 'memory',
    epoch: newEpoch(),
    ...openRecall(ground),
    ...openWriter(ground),
    ...openQuarantine(ground),
    ...openCases(ground),
    ...openMatterReader(ground),
    ...openHeat(ground),
    ...openChange(ground),
    ...openRulingReader(ground),
    ...openErase(ground),
    ...openForget(ground),
    ...openLog(ground),
    ...openEndpoints(ground),
    ...openDeliveries(ground),
    ...openParcels(ground),
    ...openKeepings(ground),
    ...openKeys(ground),
    ...openTrail(ground),
    ...openBlobs(ground),
    ...openCells(ground),
    ...openCalls(ground),
    ratingCells: (query) => cellsOf(ground.ratings.values(), query),
    ...openOutgoing(ground),
    ...openParties(ground),
    ...openWaiting(ground),
    rotate: () => 0, // nothing is sealed
    backup: () => Promise.reject(noBackup()),
    stats: () => statsOf(ground),
    probe: () => undefined,
    close: () => undefined,
  };
}

function statsOf(ground: Ground): ReturnType<Direct['stats']> {
  const sum = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + b, 0);
  return {
    messages: sum(ground.deliveredAs.values().map((d) => d.length)),
    cases: ground.cases.size,
    matters: ground.matters.size,
    events: ground.head,
    quarantined: ground.quarantine.size,
    // Only what can grow large and is counted quickly: the log's bodies and the attachments.
    bytes:
      sum(ground.log.map((e) => (e ? Buffer.byteLength(e.body) : 0))) +
      sum(ground.blobs.values().map((b) => b.bytes.length)),
  };
}

function noBackup(): GatewayError {
  return new GatewayError({
    code: 'not_supported',
    message: 'a store in memory has nothing to back up',
    retryable: false,
    status: 501,
    advice: 'Set store.url to sqlite: to keep what comes in.',
  });
}
