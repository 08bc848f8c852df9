// Alone: a photo or voice that got no words within the minutes of a conversation goes to a person, as a case of its own.
import type { Log } from './core/channel.ts';
import { GatewayError } from './core/errors.ts';
import type { Intake } from './core/intake.ts';
import type { Store } from './core/store.ts';
import type { After } from './retention.ts';

export interface AloneDeps {
  readonly store: Pick<Store, 'overdue'>;
  readonly intake: Pick<Intake, 'takeAlone'>;
  readonly now: () => number;
  readonly log: Log;
}

const EVERY_MS = 60_000;
const AT_ONCE = 50;

/** Opens a case for everything that waited long enough; answers how many. One that cannot be taken holds up no other. */
export async function openForLonely({ store, intake, now, log }: AloneDeps): Promise<number> {
  let taken = 0;
  for (const message of await store.overdue(now(), AT_ONCE)) {
    try {
      await intake.takeAlone(message);
      taken += 1;
    } catch (error) {
      if (error instanceof GatewayError && error.retryable) throw error;
      const told = { message: message.id, account: message.account, err: error };
      log.error(told, 'files without words could not be given to a person: open their case by hand');
    }
  }
  return taken;
}

export function watchLonely(deps: AloneDeps, after: After): { close(): Promise<void> } {
  let ending = false;
  let running: Promise<void> | undefined;
  let cancel = after(EVERY_MS, turn);

  async function run(): Promise<void> {
    try {
      for (let some = AT_ONCE; some === AT_ONCE && !ending; ) some = await openForLonely(deps);
    } catch (error) {
      const code = error instanceof GatewayError ? error.code : 'failed';
      deps.log.warn(
        { code, err: error },
        'files without words could not be given to a person; trying again in a minute',
      );
    }
    if (!ending) cancel = after(EVERY_MS, turn);
  }

  function turn(): void {
    running = run();
  }

  return {
    async close() {
      ending = true;
      cancel();
      await running;
    },
  };
}
