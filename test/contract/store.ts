// The promises every store keeps. A store's own test names how it is opened, and these run.
import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../src/core/store.ts';
import { callPromises } from './store-calls.ts';
import { casePromises } from './store-cases.ts';
import { intakePromises } from './store-intake.ts';
import { keepingPromises } from './store-keeping.ts';
import { logPromises } from './store-log.ts';
import { matterPromises } from './store-matters.ts';
import { parcelPromises } from './store-parcels.ts';
import { partyPromises } from './store-parties.ts';
import { waitingPromises } from './store-waiting.ts';
import { Teller } from './teller.ts';

export interface Bench {
  /** A new, empty store for each test. */
  readonly store: Store;
  readonly tell: Teller;
  /** Moves the store's clock on, where it takes one; a store in a thread of its own keeps real time. */
  later(ms: number): void;
}

/** `open` answers an empty store; a store with a clock of its own may pass over `now`. */
export function storeContract(name: string, open: (now: () => number) => Promise<Store>): void {
  describe(`what every store promises: ${name}`, () => {
    let store: Store;
    let tell: Teller;
    let moved = 0;
    const begin = Date.now();
    beforeEach(async () => {
      tell = new Teller();
      moved = 0;
      store = await open(() => begin + moved);
    });
    afterEach(() => store.close());

    const bench: Bench = {
      get store() {
        return store;
      },
      get tell() {
        return tell;
      },
      later(ms) {
        moved += ms;
      },
    };
    intakePromises(bench);
    casePromises(bench);
    matterPromises(bench);
    logPromises(bench);
    keepingPromises(bench);
    parcelPromises(bench);
    partyPromises(bench);
    callPromises(bench);
    waitingPromises(bench);
  });
}
