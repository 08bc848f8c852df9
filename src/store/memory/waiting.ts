// Waiting in memory: files that came alone, until words of the same sender or a person take them.
import { type Known, waitingOf } from '../../core/draft.ts';
import type { Ask, Decision } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { copy, type Ground, type WaitingRow } from './ground.ts';
import { deliveryName, senderName } from './names.ts';

const oldestFirst = (rows: readonly WaitingRow[]): WaitingRow[] => rows.toSorted((a, b) => a.at - b.at || a.n - b.n);

export function knownWaiting(ground: Ground, { waiting, proved }: Ask): Known['waiting'] {
  if (!waiting) return undefined;
  const names = proved.map(senderName);
  const { since, until, ref } = waiting;
  const mine = ({ at, senders }: WaitingRow): boolean =>
    at >= since && at <= until && senders.some((name) => names.includes(name));
  return oldestFirst(ground.waiting.values().filter((row) => row.message.id === ref || mine(row))).map(({ message }) =>
    waitingOf(message),
  );
}

/** Call inside a deed. */
export function putWaiting(ground: Ground, { message, waits, ask, blobs }: Decision): void {
  if (!message || !waits) return;
  const n = ground.deliveredAs.size;
  const senders = ask.proved.map(senderName);
  ground.waiting.set(message.id, { message: copy(message), senders, blobs: [...blobs], n, ...waits });
}

/** Call inside a deed; false when one is gone: somebody else took it. */
export function adopt(ground: Ground, no: string, decision: Decision): boolean {
  const { adopt: refs = [], message, receipt } = decision;
  const more = decision.follow ? 1 : 0;
  for (const ref of refs) {
    const row = ground.waiting.get(ref);
    const c = ground.cases.get(no);
    if (!row || !c) return false;
    const rest = message ? c.messages.slice(0, -1) : c.messages;
    const last = message ? c.messages.slice(-1) : [];
    ground.cases.set(no, {
      ...c,
      open: { ...c.open, messages: c.open.messages + more },
      messages: [...rest, row.message, ...last],
      blobs: [...c.blobs, ...row.blobs],
    });
    ground.waiting.delete(ref);
    ground.loose.delete(ref);
    if (message) continue;
    const name = deliveryName(row.message.account, row.message.externalId);
    const told = (ground.deliveredAs.get(name) ?? []).map((one) =>
      one.messageId === ref ? { ...one, receipt: copy(receipt) } : one,
    );
    ground.deliveredAs.set(name, told);
  }
  return true;
}

export const openWaiting = (ground: Ground): Pick<Direct, 'overdue'> => ({
  overdue: (now, limit) =>
    ground.waiting
      .values()
      .filter((row) => row.due <= now)
      .sort((a, b) => a.due - b.due || a.n - b.n)
      .slice(0, limit)
      .map((row) => copy(row.message)),
});
