// The SQLite store put together: one connection, one keyring, and the parts of the port that stand on them.
import type { Direct } from '../direct.ts';
import { backUp } from './backup.ts';
import { blindsMemory } from './blinds.ts';
import { openBlobKeeper, openBlobs } from './blobs.ts';
import { openCalls } from './calls.ts';
import { openReadSecret } from './case-rows.ts';
import { openCases } from './cases.ts';
import { openCells } from './cells.ts';
import { openChange } from './change.ts';
import { openClaims } from './claims.ts';
import { openDeliveries, openEndpoints } from './endpoints.ts';
import { openErase } from './erase.ts';
import { explain } from './errors.ts';
import { openFollower } from './follow.ts';
import { openForget } from './forget.ts';
import { Ground } from './ground.ts';
import { openHeat } from './heat.ts';
import { openKeepings } from './keepings.ts';
import { openKeys } from './keys.ts';
import { openAppend, openLog } from './log.ts';
import { openMatterReader, openMatterRows } from './matters.ts';
import { type OpenFile, openFile } from './open.ts';
import { openOutgoing } from './outgoing.ts';
import { openParcels } from './parcels.ts';
import { openParties } from './parties.ts';
import { openQuarantine } from './quarantine.ts';
import { openRatings } from './ratings.ts';
import { openRecall } from './recall.ts';
import { openRotate } from './rotate.ts';
import { openRulingReader, openRulingRows } from './rulings.ts';
import { openSeals } from './seals.ts';
import { openStats } from './stats.ts';
import { openWaiting } from './waiting.ts';
import { openTrail, openWitness } from './witness.ts';
import { openWriter } from './write.ts';

export interface SqliteOptions {
  readonly file: string;
  /** 32 bytes. */
  readonly masterKey: Uint8Array;
  /** Name of this gateway in the source of its events. */
  readonly instance: string;
  readonly readOnly?: boolean;
  readonly now?: () => number;
  /** Told when the disk failed in a way after which this process must not go on writing. */
  readonly onFatal?: (error: unknown) => void;
}

export interface SqliteStore extends Direct {
  /** Carries several calls in one transaction: durable together when it returns, or gone together when it throws. */
  together<T>(work: () => T): T;
  /** Inside `together`: SQLite has given up the whole transaction, not only one call's part of it. */
  readonly abandoned: boolean;
}

export function openSqlite(options: SqliteOptions): SqliteStore {
  return sqliteOn(openFile(options.file, options.readOnly === true), options);
}

/** The store over a file that is already open, which is closed with it. */
export function sqliteOn({ db, close }: OpenFile, options: SqliteOptions): SqliteStore {
  try {
    const ground = new Ground({
      db,
      masterKey: options.masterKey,
      instance: options.instance,
      now: options.now ?? Date.now,
      onFatal: options.onFatal ?? (() => undefined),
    });
    return {
      ...assemble(ground),
      close,
      together: (work) => ground.commit(work),
      get abandoned() {
        return !db.inTransaction;
      },
    };
  } catch (error) {
    close();
    throw explain(error, options.file);
  }
}

function assemble(ground: Ground): Omit<Direct, 'close'> {
  const seals = openSeals(ground);
  const append = openAppend(ground);
  const witness = openWitness(ground);
  const matters = openMatterRows(ground);
  const rulings = openRulingRows(ground);
  const readSecret = openReadSecret(ground, seals);
  const blindsOf = blindsMemory(ground.keyring);
  const keepBlobs = openBlobKeeper(ground, seals);
  const follow = openFollower(ground, seals);
  const counts = openStats(ground);
  const claims = openClaims(ground, seals);
  const waiting = openWaiting(ground, seals, keepBlobs);
  const ratings = openRatings(ground);
  const parties = openParties(ground, seals, claims, witness);
  return {
    kind: 'sqlite',
    epoch: ground.epoch,
    ...openRecall({ ground, seals, blindsOf, parties, claims, waiting }),
    ...openWriter({
      ground,
      seals,
      blindsOf,
      append,
      matters,
      keepBlobs,
      follow,
      parties,
      claims,
      waiting,
      rate: ratings.put,
    }),
    ...openQuarantine(ground, seals, keepBlobs),
    ...openCases(ground, seals, readSecret),
    ...openMatterReader(ground),
    ...openHeat(ground),
    ...openChange({ ground, seals, append, matters, witness, readSecret, rulings }),
    ...openRulingReader(ground),
    ...openErase({ ground, seals, append, witness, parties }),
    ...openForget({ ground, seals, claims, parties, waiting }),
    ...openLog(ground, append),
    ...openEndpoints(ground, seals),
    ...openDeliveries(ground),
    ...openParcels(ground, seals, witness),
    ...openKeepings(ground),
    ...openKeys(ground),
    ...openTrail(ground, witness),
    ...openBlobs(ground, seals),
    ...openCells(ground, seals),
    ...openCalls(ground, seals),
    ratingCells: ratings.cells,
    ...openOutgoing(ground, { append, witness, parties }),
    overdue: waiting.overdue,
    findClaim: claims.findClaim,
    partyOf: parties.partyOf,
    findParty: parties.findParty,
    splitParty: parties.splitParty,
    ...openRotate(ground),
    ...counts,
    backup: (path) => backUp(ground.db, path, counts.stats()),
  };
}
