// The door of one account: reads a payload with the channel's own `read`, makes Messages of it and hands them to the intake.
import type { Account } from './channels/index.ts';
import type { Door, Log } from './core/channel.ts';
import type { City } from './core/city.ts';
import type { Intake } from './core/intake.ts';
import type { Mint } from './core/mint.ts';
import type { Route } from './core/route.ts';
import type { Store } from './core/store.ts';
import { takeIn } from './core/take-in.ts';
import type { Guard } from './feed/guard.ts';

export interface DoorDeps {
  readonly intake: Intake;
  readonly store: Pick<Store, 'putBlob'>;
  readonly city: () => City;
  readonly mint: Mint;
  readonly guard: Guard;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Throws a retryable GatewayError while there is no room for new work. */
  readonly room: () => void;
  readonly admit: NonNullable<Door['admit']>;
  readonly mount: (route: Route) => void;
}

export function doorOf(account: Account, deps: DoorDeps): Door {
  const { channel, settings, name } = account;
  return {
    account: name,
    async accept(payload) {
      deps.room();
      const said = await channel.read(payload, settings);
      const city = deps.city();
      const mouth = {
        channel: channel.name,
        account: name,
        tenant: account.block.tenant ?? city.tenant,
        level: city.level,
        utcOffsetMinutes: city.utcOffsetMinutes,
      };
      return Promise.all(said.map((one) => deps.intake.accept(takeIn(one, mouth, deps.mint, deps.now()))));
    },
    route: deps.mount,
    fetch: (url, options = {}) => deps.guard.request(url, options),
    async blob(bytes, info) {
      deps.room();
      return deps.store.putBlob(bytes, info);
    },
    admit: deps.admit,
    log: deps.log,
    now: deps.now,
    signal: deps.signal,
  };
}
