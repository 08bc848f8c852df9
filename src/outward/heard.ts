// Heard: the last word of each citizen on each account, whatever became of it: it opens the platform's window anew.
import type { Message, SenderKey } from '../core/message.ts';

/** Remembered in memory alone: after a restart the case's own messages tell, and the next word corrects them. */
const MOST = 10_000;

export class Heard {
  readonly #last = new Map<string, Message>();

  note(message: Message): void {
    const { raw: _raw, ...light } = message;
    for (const name of namesOf(message)) {
      this.#last.delete(name);
      this.#last.set(name, light);
    }
    for (const name of this.#last.keys()) {
      if (this.#last.size <= MOST) break;
      this.#last.delete(name);
    }
  }

  /** What whoever has this key said last on this account. */
  last(account: string, key: Pick<SenderKey, 'kind' | 'scope' | 'value'>): Message | undefined {
    return this.#last.get(nameOf(account, key));
  }

  /** The same citizen's later message on the same account, when there was one. */
  after(message: Message): Message | undefined {
    return namesOf(message)
      .flatMap((name) => this.#last.get(name) ?? [])
      .find((one) => Date.parse(one.receivedAt) > Date.parse(message.receivedAt));
  }
}

const namesOf = ({ account, sender }: Message): string[] =>
  sender.keys.filter((key) => key.proved).map((key) => nameOf(account, key));

const nameOf = (account: string, { kind, scope, value }: Pick<SenderKey, 'kind' | 'scope' | 'value'>): string =>
  JSON.stringify([account, kind, scope, value]);
