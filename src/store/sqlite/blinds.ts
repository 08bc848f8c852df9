// Blinds: the blind indexes of one ask, and the tokens by which two messages are rivals of each other.
import type { SenderKey } from '../../core/message.ts';
import type { Ask } from '../../core/store.ts';
import { postingsOf } from '../candidates.ts';
import type { Keyring } from '../vault.ts';

export interface Blinds {
  readonly delivery: Buffer;
  readonly content: Buffer;
  readonly proved: readonly Buffer[];
  readonly stated: readonly Buffer[];
  readonly postings: readonly number[];
}

/** `direction` keeps what the city sends apart from what it receives, where a platform numbers both alike. */
export function deliveryBlind(keyring: Keyring, account: string, externalId: string, direction = 'in'): Buffer {
  return direction === 'in'
    ? keyring.blind('delivery', account, externalId)
    : keyring.blind('delivery', account, externalId, direction);
}

export const senderBlind = (keyring: Keyring, key: SenderKey): Buffer =>
  keyring.blind('sender', key.kind, key.scope, key.value);

export const queryHash = (keyring: Keyring, no: string, queryCode: string): Buffer =>
  keyring.blind('query_code', no, queryCode);

function make(keyring: Keyring, ask: Ask): Blinds {
  return {
    delivery: deliveryBlind(keyring, ask.account, ask.externalId),
    content: keyring.blind('content', ask.contentHash),
    proved: ask.proved.map((k) => senderBlind(keyring, k)),
    stated: ask.stated.map((k) => senderBlind(keyring, k)),
    postings: ask.fingerprint ? postingsOf(ask.fingerprint, ask.tenant) : [],
  };
}

/** Remembers blinds from the recall of an ask to its write; each costs some microseconds of HMAC. */
export function blindsMemory(keyring: Keyring, room = 1024): (ask: Ask) => Blinds {
  const memory = new Map<string, Blinds>();
  return (ask) => {
    const name = nameOf(ask);
    const known = memory.get(name);
    if (known) {
      memory.delete(name);
      return known;
    }
    const made = make(keyring, ask);
    if (memory.size >= room) memory.clear();
    memory.set(name, made);
    return made;
  };
}

/** All that `make` reads, with nothing that could be read two ways. Written by hand: JSON of it took a tenth of a recall. */
function nameOf({ tenant, account, externalId, contentHash, fingerprint, proved, stated }: Ask): string {
  const words = fingerprint ? `${fingerprint.exact} ${fingerprint.sketch.join()}` : '';
  let name = `${externalId.length} ${account.length} ${tenant.length} ${proved.length} ${contentHash} ${words}\n`;
  for (const { kind, scope, value } of [...proved, ...stated])
    name += `${kind.length} ${scope.length} ${value.length} ${kind}${scope}${value}`;
  return name + externalId + account + tenant;
}

/** The same as strings, by which rivals are told. */
export const namesOf = (blinds: Blinds) => ({
  delivery: blinds.delivery.toString('base64'),
  proved: blinds.proved.map((b) => b.toString('base64')),
  postings: blinds.postings,
});
