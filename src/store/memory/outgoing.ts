// Outgoing: how each message to a citizen stands.
import type { OutgoingRow } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { copy, type Ground, type OutgoingKept } from './ground.ts';
import { append } from './log.ts';
import { senderName } from './names.ts';
import { kinOf } from './parties.ts';
import { ascending, witness } from './trail.ts';

type Calls = Pick<
  Direct,
  | 'queueOutgoing'
  | 'outgoingCursor'
  | 'settleOutgoing'
  | 'dueOutgoing'
  | 'interruptedOutgoing'
  | 'outgoingOf'
  | 'wakeOutgoing'
>;

export function openOutgoing(ground: Ground): Calls {
  const { outgoing } = ground;
  const all = (wanted: (row: OutgoingKept) => boolean): OutgoingKept[] =>
    outgoing
      .values()
      .filter(wanted)
      .sort((a, b) => a.at - b.at || ascending(a.id, b.id));

  return {
    queueOutgoing(rows, cursor) {
      ground.commit(() => {
        for (const row of rows) if (!outgoing.has(row.id)) outgoing.set(row.id, copy(row));
        ground.cursors.set('outgoing', cursor);
      });
    },
    outgoingCursor: () => ground.cursors.get('outgoing'),
    settleOutgoing(row, events, person, audit) {
      ground.commit(() => {
        const known = outgoing.get(row.id);
        const name = person ? senderName(person) : known?.person;
        if (known) outgoing.set(row.id, { ...copy(row), ...(name === undefined ? {} : { person: name }) });
        append(ground, events);
        if (audit) witness(ground, audit);
      });
    },
    dueOutgoing: (now, limit) =>
      all((row) => row.state === 'pending' && (row.nextAt ?? 0) <= now)
        .slice(0, limit)
        .map(shown),
    interruptedOutgoing: () => all((row) => row.state === 'sending').map(shown),
    outgoingOf: (caseNo) => all((row) => row.caseNo === caseNo).map(shown),
    wakeOutgoing(keys, now) {
      const names = kinOf(ground, keys.map(senderName));
      const woken = all((row) => row.state === 'waiting' && row.person !== undefined && names.has(row.person));
      ground.commit(() => {
        for (const { why: _why, ...row } of woken) outgoing.set(row.id, { ...row, state: 'pending', nextAt: now });
      });
      return woken.length;
    },
  };
}

function shown({ person: _person, ...row }: OutgoingKept): OutgoingRow {
  return copy(row);
}

/** Codes that proved a key: the one kind of message out that belongs to no case and so goes with none. Call inside a deed. */
export function forgetCodes({ outgoing }: Ground, before: number, limit: number): number {
  const old = outgoing
    .values()
    .filter((row) => row.caseNo === '' && row.at < before)
    .sort((a, b) => a.at - b.at)
    .slice(0, limit);
  for (const { id } of old) outgoing.delete(id);
  return old.length;
}
