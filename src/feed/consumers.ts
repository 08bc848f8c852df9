// Consumers: named readers of the log whose place the gateway keeps; several processes may share one under a lease.
import { GatewayError } from '../core/errors.ts';
import type { Keeping, Store } from '../core/store.ts';
import { tooMany } from './refusals.ts';

/** `owner` tells whose it is: two integrators may use the same name. */
export interface Consumer {
  readonly name: string;
  readonly owner: string;
  readonly types?: readonly string[];
  /** As asked for, in its written form. */
  readonly filter?: unknown;
  /** Everything up to here is dealt with. */
  readonly position: number;
  readonly createdAt: string;
}

export interface Lease {
  readonly token: string;
  readonly until: number; // epoch ms
}

/** A key that makes a new one each time it reads would fill the store. */
const MOST_EACH = 100;
const LET_GO = 'DELETE /v1/consumers/{name} lets one go; a process that reads again uses the name it had.';
const KIND = 'consumer';
const keyOf = ({ owner, name }: Pick<Consumer, 'owner' | 'name'>): string => `${owner} ${name}`;

/** Leases live in memory: after a restart whoever asks first reads on from the committed place, and nothing is lost. */
export class Consumers {
  readonly #store: Pick<Store, 'keep' | 'keepings'>;
  readonly #now: () => number;
  readonly #all = new Map<string, Consumer>();
  readonly #leases = new Map<string, Lease>();
  /** The last change of each consumer, while it runs. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(store: Pick<Store, 'keep' | 'keepings'>, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async load(): Promise<void> {
    for (const { id, value } of await this.#store.keepings(KIND)) {
      this.#all.set(id, value as unknown as Consumer); // written by put below, nowhere else
    }
  }

  of(owner: string): Consumer[] {
    return [...this.#all.values()].filter((one) => one.owner === owner).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(owner: string, name: string): Consumer | undefined {
    return this.#all.get(keyOf({ owner, name }));
  }

  /** Makes it; one that is there keeps its place and its age. Throws `too_many_consumers` (409). */
  async put(wanted: Consumer): Promise<Consumer> {
    return await this.#inTurn(wanted, async (known) => {
      if (!known && this.of(wanted.owner).length >= MOST_EACH)
        throw tooMany('too_many_consumers', 'consumers', MOST_EACH, LET_GO);
      return await this.#keep(known ? { ...wanted, position: known.position, createdAt: known.createdAt } : wanted);
    });
  }

  async remove(consumer: Consumer): Promise<void> {
    await this.#inTurn(consumer, async () => {
      await this.#store.keep(KIND, keyOf(consumer), null);
      this.#all.delete(keyOf(consumer));
      this.#leases.delete(keyOf(consumer));
    });
  }

  lease(consumer: Consumer): Lease | undefined {
    const lease = this.#leases.get(keyOf(consumer));
    return lease && lease.until > this.#now() ? lease : undefined;
  }

  /** Takes or extends the lease. Throws `consumer_leased` (409) while another reader holds it. */
  take(consumer: Consumer, token: string, seconds: number): Lease {
    this.allow(consumer, token);
    const lease = { token, until: this.#now() + seconds * 1_000 };
    this.#leases.set(keyOf(consumer), lease);
    return lease;
  }

  /** Throws `consumer_leased` (409) when somebody else holds the lease. */
  allow(consumer: Consumer, token: string | undefined): void {
    const lease = this.lease(consumer);
    if (!lease || lease.token === token) return;
    throw new GatewayError({
      code: 'consumer_leased',
      message: `Another reader holds consumer ${consumer.name}.`,
      retryable: true,
      status: 409,
      retryAfter: Math.max(1, Math.ceil((lease.until - this.#now()) / 1_000)),
      advice: 'Wait until its lease ends, or send the lease token it was given.',
    });
  }

  /** Moves on; never back. Throws `consumer_leased`, `commit_behind` (409), or `consumer_unknown` (404) for one deleted meanwhile. */
  async commit(consumer: Consumer, position: number, token: string | undefined): Promise<Consumer> {
    return await this.#inTurn(consumer, async (known) => {
      if (!known) throw unknownConsumer();
      this.allow(known, token);
      if (position < known.position) throw behind();
      return await this.#keep({ ...known, position });
    });
  }

  /** Anywhere, back as well; ends the lease. Throws `consumer_unknown` (404) for one deleted meanwhile. */
  async seek(consumer: Consumer, position: number): Promise<Consumer> {
    return await this.#inTurn(consumer, async (known) => {
      if (!known) throw unknownConsumer();
      this.#leases.delete(keyOf(known));
      return await this.#keep({ ...known, position });
    });
  }

  async #keep(consumer: Consumer): Promise<Consumer> {
    await this.#store.keep(KIND, keyOf(consumer), consumer as unknown as Keeping['value']);
    this.#all.set(keyOf(consumer), consumer);
    return consumer;
  }

  /** One change of a consumer after another, each upon what the last one left. */
  async #inTurn<T>(consumer: Consumer, change: (known: Consumer | undefined) => Promise<T>): Promise<T> {
    const key = keyOf(consumer);
    const before = this.#turns.get(key);
    const turn = (async () => {
      await before?.catch(() => undefined); // told to whoever asked for it
      return await change(this.#all.get(key));
    })();
    this.#turns.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    }
  }
}

export const unknownConsumer = () =>
  new GatewayError({
    code: 'consumer_unknown',
    message: 'There is no such consumer.',
    retryable: false,
    status: 404,
    advice: 'PUT /v1/consumers/{name} makes it.',
  });

const behind = () =>
  new GatewayError({
    code: 'commit_behind',
    message: 'This cursor lies before what is committed.',
    retryable: false,
    status: 409,
    field: 'cursor',
    advice: 'Use seek to read something again.',
  });
