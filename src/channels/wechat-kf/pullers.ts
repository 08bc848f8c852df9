// Pullers: one for the customer service account that is named, or for each of which a callback spoke; and where a citizen wrote last.
import type { Door } from '../../core/channel.ts';
import type { WorkApi } from '../common/work-api.ts';
import { openPuller, type Puller } from './pull.ts';

export interface Pullers {
  /** There is something at this account, says the platform. */
  wake(openKfId: string, token?: string): void;
  /** At which account this customer wrote last, as far as it was heard since the start. */
  heardAt(customer: string): string | undefined;
  /** Resolves when what runs has ended. */
  close(): Promise<void>;
}

/** Accounts heard of, so that the next start pulls what came there meanwhile. */
const CELL = 'accounts';
const MOST_ACCOUNTS = 100;
const MOST_HEARD = 10_000;

export async function openPullers(named: string | undefined, api: WorkApi, door: Door): Promise<Pullers> {
  const pullers = new Map<string, Puller>();
  const heard = new Map<string, string>();
  const hear = (openKfId: string) => (customer: string) => {
    heard.delete(customer);
    heard.set(customer, openKfId);
    const [oldest] = heard.keys();
    if (heard.size > MOST_HEARD && oldest !== undefined) heard.delete(oldest);
  };
  const pullerOf = (openKfId: string): Puller => {
    const known = pullers.get(openKfId);
    if (known) return known;
    const puller = openPuller(openKfId, api, door, hear(openKfId));
    pullers.set(openKfId, puller);
    if (named === undefined) remember([...pullers.keys()], door);
    return puller;
  };
  // What was said while the gateway was down waits there.
  for (const openKfId of named === undefined ? await accountsIn(door) : [named]) pullerOf(openKfId).wake();
  return {
    wake(openKfId, token) {
      if (named !== undefined && openKfId !== named) return;
      if (pullers.has(openKfId) || pullers.size < MOST_ACCOUNTS) pullerOf(openKfId).wake(token);
    },
    heardAt: (customer) => named ?? heard.get(customer),
    async close() {
      await Promise.all([...pullers.values()].map((puller) => puller.close()));
    },
  };
}

/** Not kept, it is kept at the next callback: nothing of what is said depends on it meanwhile. */
function remember(accounts: readonly string[], door: Door): void {
  door.cells.put(CELL, JSON.stringify(accounts)).catch((err: unknown) => {
    door.log.warn({ account: door.account, err }, 'which customer service accounts there are could not be kept');
  });
}

async function accountsIn(door: Door): Promise<string[]> {
  const kept: unknown = JSON.parse((await door.cells.get(CELL)) ?? '[]');
  return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
}
