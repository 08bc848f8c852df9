// Resend: one event to one endpoint once more, at once, because a person asked for it.
import { GatewayError } from '../core/errors.ts';
import type { Store } from '../core/store.ts';
import type { Follower } from './follow.ts';
import type { Ledger } from './ledger.ts';

export interface ResendDeps {
  readonly store: Pick<Store, 'deliveries'>;
  readonly ledger: Ledger;
  readonly follower: Follower;
  readonly now: number;
}

/** False when there is no such delivery. Throws `endpoint_not_enabled` (409). Durable when it resolves. */
export async function resend({ store, ledger, follower, now }: ResendDeps, id: string, seq: number): Promise<boolean> {
  await ledger.flush();
  const [row] = await store.deliveries({ endpoint: id, before: seq + 1, limit: 1 });
  if (row?.seq !== seq) return false;
  const run = follower.runs.get(id);
  if (!run || run.stopped) {
    throw new GatewayError({
      code: 'endpoint_not_enabled',
      message: 'This endpoint is not enabled, so nothing is sent to it.',
      retryable: false,
      status: 409,
      advice: 'Enable it first; what waits for it is then sent by itself.',
    });
  }
  if (row.state !== 'pending') {
    const { endpoint, eventId, type, lane } = row;
    ledger.put(run, { endpoint, seq, eventId, type, lane, state: 'pending', attempts: 0, nextAt: now }, false);
    await ledger.flush();
  }
  run.again(row);
  follower.stir(run);
  return true;
}
