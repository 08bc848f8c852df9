// Hot: the board of matters that move people now, reckoned anew each minute, and the event that tells when one has become hot.
import type { Log } from './core/channel.ts';
import type { City } from './core/city.ts';
import type { NewEvent } from './core/event.ts';
import { type Heat, heatOf, type MatterFacts, typicalWords } from './core/heat.ts';
import type { Store } from './core/store.ts';
import { toRfc3339 } from './core/time.ts';
import type { After } from './retention.ts';

export interface BoardDeps {
  readonly store: Pick<Store, 'growing' | 'matterFacts' | 'openedSince' | 'append' | 'keep' | 'keepings'>;
  readonly city: () => City;
  readonly now: () => number;
  readonly ulid: () => string;
  readonly log: Log;
  /** Wakes the followers of the log. */
  readonly committed: () => void;
}

/** A matter on the board. */
export interface OnBoard extends Heat {
  readonly matter: MatterFacts['matter'];
  readonly hot: boolean;
  /** Typical of what was said. */
  readonly words: readonly string[];
  /** It makes up a great share of all that came in within the hour. */
  readonly storm: boolean;
  /** Units that some of its cases complain about: it is not theirs to see. */
  readonly barred: readonly string[];
}

export interface Board {
  /** Hottest first; at most a few seconds old. */
  list(): Promise<readonly OnBoard[]>;
  close(): Promise<void>;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Matters looked at: the latest to grow. What has not grown for three days has cooled to an eighth. */
const MOST = 300;
const LOOKED_BACK = 3 * DAY;
const EVERY_MS = 60_000;
const FRESH_MS = 5_000;
const KIND = 'hot';

/** Without `after` nothing runs by itself: the board is reckoned when it is asked for. */
export function openBoard(deps: BoardDeps, after?: After): Board {
  let closed = false;
  let cancel: (() => void) | undefined;
  let latest: { readonly at: number; readonly list: Promise<readonly OnBoard[]> } | undefined;
  const list = (): Promise<readonly OnBoard[]> => {
    const at = deps.now();
    if (!latest || at - latest.at >= FRESH_MS || at < latest.at) {
      const reckoned = reckon(deps);
      latest = { at, list: reckoned };
      reckoned.catch(() => {
        latest = undefined; // the next who asks tries again
      });
    }
    return latest.list;
  };
  let running: Promise<void> = Promise.resolve();
  const again = (): void => {
    if (!closed && after)
      cancel = after(EVERY_MS, () => {
        running = list()
          .then((board) => tell(board, deps))
          .catch((error: unknown) => deps.log.warn({ err: error }, 'hot matters could not be reckoned; trying again'))
          .finally(again);
      });
  };
  again();
  return {
    list,
    async close() {
      closed = true;
      cancel?.();
      await running;
    },
  };
}

export async function reckon({ store, city, now }: Pick<BoardDeps, 'store' | 'city' | 'now'>): Promise<OnBoard[]> {
  const at = now();
  const { hot } = city().relate;
  const opened = await store.openedSince(at - HOUR);
  const board: OnBoard[] = [];
  for (const id of await store.growing({ since: at - LOOKED_BACK, limit: MOST })) {
    const facts = await store.matterFacts(id);
    const heat = facts && heatOf(facts, at);
    if (!facts || !heat) continue;
    const within = facts.reported.filter((one) => one.at > at - HOUR).length;
    board.push({
      ...heat,
      matter: facts.matter,
      // What one person alone said is typical of nothing.
      words: heat.reporters < 2 ? [] : typicalWords(facts.words),
      hot: heat.heat >= hot.from && heat.reporters >= hot.least,
      barred: [...new Set(facts.reported.flatMap((one) => one.barred))],
      storm: heat.reporters >= hot.least && within >= hot.stormShare * opened,
    });
  }
  return board.sort((a, b) => b.heat - a.heat || (a.matter.id < b.matter.id ? -1 : 1));
}

/** Each once: it is told again only after it had cooled to half of what makes a matter hot. */
export async function tell(board: readonly OnBoard[], deps: BoardDeps): Promise<void> {
  const { store, city, now } = deps;
  const told = new Set((await store.keepings(KIND)).map(({ id }) => id));
  const onBoard = new Map(board.map((one) => [one.matter.id, one]));
  for (const id of told) {
    const one = onBoard.get(id);
    if (!one || one.heat < city().relate.hot.from / 2) await store.keep(KIND, id, null);
  }
  for (const one of board) {
    if (!one.hot || told.has(one.matter.id)) continue;
    // The event first: told twice after a crash is no harm, told never would be.
    await store.append([eventOf(one, deps)]);
    await store.keep(KIND, one.matter.id, { at: toRfc3339(now(), city().utcOffsetMinutes) });
    deps.committed();
  }
}

function eventOf({ matter, heat, reporters, storm, barred }: OnBoard, { city, now, ulid }: BoardDeps): NewEvent {
  const unit = city().units.find(({ code }) => code === matter.unit);
  return {
    id: `evt_${ulid()}`,
    type: 'matter.hot',
    subject: matter.id,
    time: toRfc3339(now(), city().utcOffsetMinutes),
    data: {
      ...{ matterId: matter.id, size: matter.size, category: matter.category },
      ...(unit ? { unit: { code: unit.code, name: unit.name } } : {}),
      ...{ heat, reporters, storm, href: `/v1/matters/${matter.id}` },
    },
    tenant: matter.tenant,
    ...(matter.unit ? { unit: matter.unit } : {}),
    ...(barred.length > 0 ? { barred } : {}),
  };
}
