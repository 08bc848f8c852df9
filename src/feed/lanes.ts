// Lanes: what stands still behind a dead letter goes on once that one is delivered after all, or skipped by a person.
import type { Store } from '../core/store.ts';
import type { Follower } from './follow.ts';
import type { Ledger } from './ledger.ts';
import type { EndpointRun } from './run.ts';

export interface LaneDeps {
  readonly store: Pick<Store, 'haltedIn'>;
  readonly ledger: Pick<Ledger, 'flush'>;
  readonly follower: Pick<Follower, 'stir'>;
  /** `lane.released`. */
  released(run: EndpointRun, lane: string): void;
}

const PIECE = 256;

/**
 * Takes up what is parked in a lane, a piece at a time, or lets the lane go on when nothing is. Does nothing while a dead
 * letter still stands in front. Rejects when the store does; the lane then goes on standing still.
 */
export async function release({ store, ledger, follower, released }: LaneDeps, run: EndpointRun, lane: string) {
  for (;;) {
    const before = run.parkedIn(lane);
    if (before === undefined || run.stopped) return;
    await ledger.flush();
    const rows = await store.haltedIn(run.endpoint.id, lane, PIECE);
    if (rows[0]?.state === 'dead' && run.terms.onExhausted === 'park_lane') return;
    const parked = rows.filter(({ state }) => state === 'parked');
    if (parked.length > 0) {
      run.takeUp(parked);
      follower.stir(run);
      return;
    }
    // Whatever came meanwhile was parked too, and is seen in the next round.
    if (run.parkedIn(lane) !== before) continue;
    run.unpark(lane);
    released(run, lane);
    return;
  }
}
