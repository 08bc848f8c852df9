// From the log to what must go out: an event that owes the citizen words becomes one row of the outward queue, the same at every reading.
import type { Opened, Purpose } from '../core/channel.ts';
import type { LogEntry } from '../core/event.ts';
import type { Message } from '../core/message.ts';
import type { OutgoingRow, Store } from '../core/store.ts';

/** Types that may owe the citizen words; the follower reads no others. */
export const TELLING = [
  'case.opened',
  'case.joined',
  'case.answered',
  'case.diverted',
  'case.followed_up',
  'case.progressed',
  'case.contacted',
  'case.resolved',
  'case.returned',
  'case.closed',
  'message.noted',
] as const;

const PURPOSES: Readonly<Record<string, Purpose>> = {
  'case.answered': 'answer',
  'case.progressed': 'answer',
  'case.contacted': 'more',
  'case.returned': 'more',
  'case.resolved': 'result',
  'case.closed': 'answer',
};

interface Told {
  readonly caseversion?: number;
  readonly data: {
    readonly messageId?: unknown;
    readonly channel?: unknown;
    readonly resolved?: unknown;
    readonly claim?: unknown;
    readonly alone?: unknown;
    /** The state a case was closed from, by the desk. */
    readonly from?: unknown;
  };
}

export interface RowsDeps {
  readonly store: Pick<Store, 'messagesOf'>;
  readonly channels: ReadonlyMap<string, Opened>;
  readonly now: () => number;
}

/** A receipt that comes a day later only startles. */
const RECEIPT_MS = 86_400_000;

/** Rows are named after what they carry, so that an event read twice queues nothing twice. */
export async function rowsOf(entry: LogEntry, deps: RowsDeps): Promise<OutgoingRow[]> {
  const { caseversion = 1, data }: Told = JSON.parse(entry.body);
  const messageId = typeof data.messageId === 'string' ? data.messageId : undefined;
  if (entry.type === 'message.noted') return codeRows(entry, data.claim, deps);
  const isReceipt = caseversion === 1 || entry.type === 'case.followed_up';
  if (isReceipt && (!(queuesReceipts(deps) || data.alone === true) || deps.now() - entry.time > RECEIPT_MS)) return [];
  const ends = entry.type === 'case.resolved' || (entry.type === 'case.closed' && !isTold(data.from));
  if (!isReceipt && messageId === undefined && !ends) return [];
  const messages = await deps.store.messagesOf(entry.subject);
  const said = messages.filter((m) => m.direction === 'in');
  const first = said[0];
  if (!first) return []; // erased meanwhile
  const row = (id: string, purpose: Purpose, about: Message, account: string): OutgoingRow[] => [
    {
      ...{ id: `out_${id.slice(id.indexOf('_') + 1)}`, caseNo: entry.subject, purpose, messageId: about.id, account },
      ...{ state: 'pending', attempts: 0, at: entry.time, nextAt: entry.time },
    },
  ];
  if (isReceipt) {
    const about = messageId === undefined ? first : said.find((m) => m.id === messageId);
    const by = about && deps.channels.get(about.account);
    // Nobody waits for an answer to a file that found no words: there the receipt is written like anything else.
    const isQueued = by?.outward?.receipts === 'queue' || data.alone === true;
    if (!about || about.quiet || about.group || !by?.send || !isQueued) return [];
    return row(entry.id, 'receipt', about, about.account);
  }
  const purpose = PURPOSES[entry.type];
  const about = messages.find((m) => m.id === messageId && m.direction === 'out');
  // The citizen reads it where they last wrote.
  const account = (said.at(-1) ?? first).account;
  if (!reachable(account, deps)) return []; // they read it on the city's page
  if (about && purpose) return row(about.id, purpose, about, account);
  return ends ? row(entry.id, entry.type === 'case.resolved' ? 'result' : 'closed', first, account) : [];
}

/** What was done is told already: when it was done, or before it was rated and somebody called. Citizens close without a state. */
const isTold = (from: unknown): boolean => from === undefined || from === 'done' || from === 'follow_up';

/** A code goes by the first account that reaches addresses of its kind. */
function codeRows({ id, subject, time }: LogEntry, kind: unknown, { channels }: RowsDeps): OutgoingRow[] {
  const account = [...channels].find(([, one]) => kind !== undefined && one.send && one.outward?.reaches === kind)?.[0];
  if (account === undefined) return [];
  const row = { id: `out_${id.slice(id.indexOf('_') + 1)}`, caseNo: '', messageId: subject, account };
  return [{ ...row, purpose: 'code', state: 'pending', attempts: 0, at: time, nextAt: time }];
}

/** Where their own account cannot write, another one can once they have proved that they are at home there. */
const reachable = (account: string, { channels }: RowsDeps): boolean =>
  channels.get(account)?.outward?.byHand !== undefined || [...channels.values()].some((one) => one.send !== undefined);

const queuesReceipts = ({ channels }: RowsDeps): boolean =>
  [...channels.values()].some((one) => one.outward?.receipts === 'queue');
