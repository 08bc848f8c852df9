// The callback of an account at its one address: mounted once, and shut for good when the account is closed.
import type { Door } from '../../core/channel.ts';
import { accountClosed } from '../../core/proof.ts';
import type { Route } from '../../core/route.ts';

export type Callback = Pick<Route, 'method' | 'summary'> & Partial<Route>;

export interface Callbacks {
  /** From now on whoever calls hears that they may come again, and nothing is taken in. */
  close(): Promise<void>;
}

/** The platform's calls at `/in/{account}`; each proves itself, so none needs a key. */
export function openCallbacks(door: Door, callbacks: readonly (Callback & Pick<Route, 'handle'>)[]): Callbacks {
  let open = true;
  for (const callback of callbacks)
    door.route({
      ...{ path: `/in/${door.account}`, access: 'public', tags: ['intake'] },
      ...callback,
      handle: (request) => {
        if (!open) throw accountClosed();
        return callback.handle(request);
      },
    });
  return {
    async close() {
      open = false;
    },
  };
}
