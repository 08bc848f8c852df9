// Shelf: which cases came through Open311, newest first. Kept in memory: a public question must not make the store read a whole city.
import type { ApiStore } from '../deps.ts';
import { CHANNEL } from './request-view.ts';

/** As many as GeoReport v2 gives out at most. */
const ROOM = 1_000;
const PAGE = 500;
/** At the first question it looks back over this many cases, later only over the new ones. */
const MOST_PAGES = 40;

export interface Shelf {
  numbers(): Promise<readonly string[]>;
}

export function openShelf(store: Pick<ApiStore, 'findCases'>): Shelf {
  let known: string[] = [];
  let newest: string | undefined;
  let reading: Promise<readonly string[]> | undefined;

  async function read(): Promise<readonly string[]> {
    const fresh: string[] = [];
    let after: string | undefined;
    let top: string | undefined;
    for (let page = 0; page < MOST_PAGES && fresh.length < ROOM; page += 1) {
      const cases = await store.findCases({ limit: PAGE, ...(after === undefined ? {} : { after }) });
      top ??= cases[0]?.no;
      const seen = cases.findIndex((c) => c.no === newest);
      const unseen = seen < 0 ? cases : cases.slice(0, seen);
      fresh.push(...unseen.filter((c) => c.channel === CHANNEL).map((c) => c.no));
      if (seen >= 0 || cases.length < PAGE) break;
      after = cases.at(-1)?.no;
    }
    known = [...fresh, ...known].slice(0, ROOM);
    newest = top ?? newest;
    return known;
  }

  return {
    /** Who asks while it is read gets the same answer. */
    numbers() {
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
  };
}
