// Late: tells of events that an endpoint has not taken by the time their type allows. They stay due; nothing is dropped.
import type { EventType, NewEvent } from '../core/event.ts';
import type { Endpoint } from '../core/store.ts';
import type { Clock } from './clock.ts';
import type { Follower } from './follow.ts';

const LOOK_EVERY_MS = 15_000;

export interface LateDeps {
  readonly clock: Clock;
  readonly follower: Pick<Follower, 'runs'>;
  /** Seconds an event of a type may take; types not named have no limit. */
  readonly lateAfterSeconds: Readonly<Record<string, number>>;
  announce(endpoint: Endpoint, type: EventType, data: NewEvent['data']): void;
}

/** Looks every quarter of a minute until the answer is called. */
export function watchLate({ clock, follower, lateAfterSeconds, announce }: LateDeps): () => void {
  const limits = new Map(Object.entries(lateAfterSeconds).map(([type, seconds]) => [type, seconds * 1_000]));
  if (limits.size === 0) return () => undefined;
  let cancel = (): void => undefined;
  const look = (): void => {
    const now = clock.now();
    for (const run of follower.runs.values()) {
      for (const item of run.overdue(now, (type) => limits.get(type))) {
        item.late = true;
        const { seq, eventId, type, attempts, lane } = item;
        announce(run.endpoint, 'delivery.late', { seq, eventId, type, attempts, lane });
      }
    }
    cancel = clock.after(LOOK_EVERY_MS, look);
  };
  cancel = clock.after(LOOK_EVERY_MS, look);
  return () => cancel();
}
