// Places: where else a citizen can be reached when nobody may write to them where they wrote: keys they proved, nothing they only stated.
import type { Case } from '../core/case.ts';
import type { Opened } from '../core/channel.ts';
import type { Message, SenderKey } from '../core/message.ts';
import type { PartyView } from '../core/party.ts';
import type { OutgoingRow, Store } from '../core/store.ts';
import type { Place } from './attempt.ts';
import type { Heard } from './heard.ts';

export interface PlacesDeps {
  readonly store: Pick<Store, 'messagesOf' | 'partyOf'>;
  readonly channels: ReadonlyMap<string, Opened>;
  readonly heard: Heard;
}

/** `cases`: those whose messages out may have used up what the platform allows there. */
export interface OtherPlace extends Place {
  readonly cases: readonly string[];
}

type Key = Pick<SenderKey, 'kind' | 'scope' | 'value'>;
const NOBODY: PartyView = { cases: [], stated: [] };

/**
 * Places other than the row's own account, where the citizen spoke last first, then addresses an account reaches unasked.
 * Whoever is hidden (secret, anonymous, informing) is looked for in this case's own messages alone: their other keys may
 * belong to somebody who reads along, and an answer there would tie the case to them.
 */
export async function otherPlaces(
  c: Case,
  row: Pick<OutgoingRow, 'account'>,
  messages: readonly Message[],
  deps: PlacesDeps,
): Promise<OtherPlace[]> {
  const hidden = c.secret || c.anonymous || c.kind === 'report';
  const { party, cases } = hidden ? NOBODY : await deps.store.partyOf(c.no);
  const keys: readonly Key[] = party?.keys ?? [];
  const others = cases.filter((no) => no !== c.no);
  const theirs = await Promise.all(others.map((no) => deps.store.messagesOf(no)));
  const words = [
    ...messages.filter((m) => m.sender.keys.some((key) => key.proved)),
    ...theirs.flat().filter((m) => spokenBy(keys, m)),
    ...[...deps.channels.keys()].flatMap((account) => keys.flatMap((key) => deps.heard.last(account, key) ?? [])),
  ];
  const own = messages.flatMap((m) => (m.direction === 'in' ? m.sender.keys.filter((key) => key.proved) : []));
  const all = { account: row.account, cases: [c.no, ...others] };
  return [...spoken(words, all, deps), ...addresses([...keys, ...own], all, deps)];
}

interface Home {
  readonly account: string;
  readonly cases: readonly string[];
}

/** The last word on each account, the latest first; what was said in a group opens no way to one person. */
function spoken(words: readonly Message[], { account: home, cases }: Home, deps: PlacesDeps): OtherPlace[] {
  const last = new Map<string, Message>();
  for (const word of words) {
    const { account, direction, group, receivedAt } = word;
    if (account === home || direction !== 'in' || group) continue;
    const before = last.get(account);
    if (!before || Date.parse(before.receivedAt) < Date.parse(receivedAt)) last.set(account, word);
  }
  return [...last.values()]
    .sort((a, b) => Date.parse(b.receivedAt) - Date.parse(a.receivedAt))
    .flatMap((word) => {
      const channel = deps.channels.get(word.account);
      // An address is written to anew: an answer in the thread of another matter would be read as one to that.
      if (!channel?.send || channel.outward?.reaches !== undefined) return [];
      const inReply = deps.heard.after(word) ?? word;
      return [{ account: word.account, channel, to: word.sender, inReply, earlier: 0, cases }];
    });
}

/** The one that was proved last first. */
function addresses(keys: readonly Key[], { account: home, cases }: Home, { channels }: PlacesDeps): OtherPlace[] {
  return [...channels].flatMap(([account, channel]) => {
    const kind = channel.outward?.reaches;
    const key = keys.findLast((one) => one.kind === kind);
    if (account === home || !channel.send || kind === undefined || key === undefined) return [];
    const { scope, value } = key;
    const to = { keys: [{ kind, scope, value, proved: true }], [kind]: value, anonymous: false, secret: false };
    return [{ account, channel, to, earlier: 0, cases }];
  });
}

const spokenBy = (keys: readonly Key[], { sender }: Message): boolean =>
  sender.keys.some((own) => own.proved && keys.some((key) => isSame(key, own)));

const isSame = (a: Key, b: Key): boolean => a.kind === b.kind && a.scope === b.scope && a.value === b.value;
