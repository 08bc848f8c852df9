// Lanes: what stands still behind a dead letter goes on once that one is delivered after all, or skipped by a person.
import type { Store } from '../core/store.ts';
import type { Follower } from './follow.ts';
import type { Ledger } from './ledger.ts';
import type { EndpointRun } from './run.ts';
import { parks } from './terms.ts';

export interface LaneDeps {
  readonly store: Pick<Store, 'haltedIn' | 'settle'>;
  readonly ledger: Pick<Ledger, 'flush' | 'exclusive'>;
  readonly follower: Pick<Follower, 'stir'>;
  /** `lane.released`. */
  released(run: EndpointRun, lane: string): void;
}

const PIECE = 256;

/**
 * Takes up what is parked in a lane, a piece at a time, or lets the lane go on when nothing is. Does nothing while a dead
 * letter still holds it up; one that no longer does, since the endpoint now asks for `skip`, is marked as passed. Rejects when
 * the store does; the lane then goes on standing still.
 */
export async function release(deps: LaneDeps, run: EndpointRun, lane: string): Promise<void> {
  const { ledger, follower } = deps;
  for (;;) {
    const before = run.parkedIn(lane);
    if (before === undefined || run.stopped) return;
    await ledger.flush();
    const parked = await behind(deps, run, lane);
    if (parked === 'held') return;
    if (parked.length > 0) {
      run.takeUp(parked);
      follower.stir(run);
      return;
    }
    // Whatever came meanwhile was parked too, and is seen in the next round.
    if (run.parkedIn(lane) !== before) continue;
    run.unpark(lane);
    deps.released(run, lane);
    return;
  }
}

/** The next rows parked in a lane; `held` while a dead letter stands among them. */
async function behind({ store, ledger }: LaneDeps, run: EndpointRun, lane: string) {
  for (;;) {
    const rows = await store.haltedIn(run.endpoint.id, lane, PIECE);
    const dead = rows.filter(({ state }) => state === 'dead');
    if (dead.length === 0) return rows;
    if (parks(run.terms)) return 'held';
    await ledger.exclusive(() =>
      store.settle(
        dead.map((row) => ({ ...row, passed: true })),
        [],
      ),
    );
  }
}
