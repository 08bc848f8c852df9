// Resend: one event to one endpoint once more, at once, or never again, because a person asked for it.
import { GatewayError } from '../core/errors.ts';
import type { Delivery, Store } from '../core/store.ts';
import type { Follower } from './follow.ts';
import type { Ledger } from './ledger.ts';
import { notEnabled } from './refusals.ts';

export interface ResendDeps {
  readonly store: Pick<Store, 'deliveries' | 'haltedIn'>;
  readonly ledger: Ledger;
  readonly follower: Follower;
  readonly now: number;
  /** Writes down who asked for it: once it is sure that it can be done, and before it is. */
  witness(): Promise<void>;
}

/** False when there is no such delivery. Throws `endpoint_not_enabled` or `parked` (409). Durable when it resolves. */
export async function resend(
  { store, ledger, follower, now, witness }: ResendDeps,
  id: string,
  seq: number,
): Promise<boolean> {
  await ledger.flush();
  const [row] = await store.deliveries({ endpoint: id, before: seq + 1, limit: 1 });
  if (row?.seq !== seq) return false;
  const run = follower.runs.get(id);
  if (!run || run.stopped) throw notEnabled();
  if (row.state === 'parked') {
    const [first] = await store.haltedIn(id, row.lane, 1);
    if (first && first.seq < seq) throw behind(first.seq);
  }
  await witness();
  if (row.state !== 'pending') {
    const { endpoint, eventId, type, lane } = row;
    ledger.put(run, { endpoint, seq, eventId, type, lane, state: 'pending', attempts: 0, nextAt: now }, false);
    await ledger.flush();
  }
  run.again(row, { dead: row.state === 'dead' });
  follower.stir(run);
  return true;
}

/** Gives up a dead letter for good. False when there is no such delivery; throws `not_dead` (409). Durable when it resolves. */
export async function skip(
  {
    store,
    ledger,
    now,
    witness,
  }: Omit<ResendDeps, 'follower'> & { readonly store: Pick<Store, 'deliveries' | 'settle'> },
  id: string,
  seq: number,
  reason: string,
): Promise<Delivery | undefined> {
  await ledger.flush();
  return await ledger.exclusive(async () => {
    const [row] = await store.deliveries({ endpoint: id, before: seq + 1, limit: 1 });
    if (row?.seq !== seq) return undefined;
    if (row.state === 'skipped') return row;
    if (row.state !== 'dead') throw notDead(row.state);
    await witness();
    const { passed: _dead, ...rest } = row;
    const skipped: Delivery = { ...rest, state: 'skipped', lastAt: now, lastError: `skipped: ${reason}` };
    await store.settle([skipped], []);
    return skipped;
  });
}

const behind = (seq: number) =>
  new GatewayError({
    code: 'parked',
    message: `This event is parked behind event ${seq} of its case; sent now it would overtake that one.`,
    retryable: false,
    status: 409,
    advice: `Send …/deliveries/${seq} again, or skip it with a reason; what is parked behind it then follows by itself.`,
  });

const notDead = (state: string) =>
  new GatewayError({
    code: 'not_dead',
    message: `This delivery is ${state}; only a dead letter can be skipped.`,
    retryable: false,
    status: 409,
    advice: 'GET …/deliveries?state=dead lists the dead letters.',
  });
