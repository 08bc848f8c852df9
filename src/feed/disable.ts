// Disable: the end of an endpoint that is gone or has failed too long: stopped, told and written, unless its owner was quicker.
import type { Log } from '../core/channel.ts';
import type { EventType, NewEvent } from '../core/event.ts';
import type { Endpoint } from '../core/store.ts';
import type { Clock } from './clock.ts';
import type { Follower } from './follow.ts';
import type { Ledger } from './ledger.ts';
import type { Roster } from './roster.ts';
import type { EndpointRun } from './run.ts';

export interface DisableDeps {
  readonly follower: Pick<Follower, 'stop' | 'runs'>;
  readonly ledger: Pick<Ledger, 'flush'>;
  readonly roster: Pick<Roster, 'change'>;
  readonly clock: Clock;
  readonly log: Log;
  announce(endpoint: Endpoint, type: EventType, data: NewEvent['data']): void;
  closing(): boolean;
}

const AGAIN_MS = 1_000;

/** First the notice, then the state: a crash in between says it twice rather than never. Sends nothing from now on. */
export function disabling(deps: DisableDeps) {
  const { follower, ledger, roster, clock, log, announce, closing } = deps;
  /** What its owner did since it was stopped (another URL, enabled anew, the challenge due) is newer than our verdict. */
  const stillSo = (run: EndpointRun, now: Endpoint): boolean =>
    now.state === 'enabled' && now.url === run.endpoint.url && follower.runs.get(now.id) === run;
  const write = async (run: EndpointRun, reason: string): Promise<void> => {
    try {
      await ledger.flush();
      await roster.change(run.endpoint.id, (now) =>
        stillSo(run, now) ? { ...now, state: 'disabled', disabledReason: reason } : now,
      );
    } catch (error) {
      log.error(
        { endpoint: run.endpoint.id, error: String(error) },
        'the end of an endpoint could not be written; trying again',
      );
      if (!closing()) clock.after(AGAIN_MS, () => void write(run, reason));
    }
  };
  return (run: EndpointRun, reason: string): void => {
    if (run.stopped) return;
    follower.stop(run);
    log.warn({ endpoint: run.endpoint.id, reason }, 'an endpoint is disabled');
    announce(run.endpoint, 'endpoint.disabled', { reason });
    void write(run, reason);
  };
}
