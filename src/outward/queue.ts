// The outward queue: follows the log, writes down what must go out before it goes, and has it sent; it may be late, it cannot lose.
import type { Message } from '../core/message.ts';
import type { Receipt } from '../core/receipt.ts';
import type { OutgoingRow } from '../core/store.ts';
import type { OutwardDeps } from './deps.ts';
import { Heard } from './heard.ts';
import { rowsOf, TELLING } from './rows.ts';
import { type Counts, Sender } from './sender.ts';

export interface Outward {
  /** There may be something new in the log. */
  nudge(): void;
  /** A message was taken in: what waits for this citizen's next word may go now, and a note is answered. */
  heard(message: Message, receipt: Receipt): void;
  /** Since the start. */
  readonly counts: Readonly<Counts>;
  /** Resolves when the attempt under way has been written down. */
  close(): Promise<void>;
}

const IDLE_MS = 5_000;
/** A flood of commits wakes the queue ten times a second, not at each. */
const GATHER_MS = 100;
const PAGE = 200;
const AT_ONCE = 8;

/** What was logged before this gateway could send is history: nobody is written to about it. */
async function beginning({ store }: OutwardDeps): Promise<number> {
  const kept = await store.outgoingCursor();
  if (kept !== undefined) return kept;
  const head = await store.head();
  await store.queueOutgoing([], head);
  return head;
}

/** Reads the log from `after` to its head, writes rows down, and answers how far it came. */
async function follow(after: number, deps: OutwardDeps): Promise<number> {
  const { store } = deps;
  let cursor = after;
  for (;;) {
    const head = await store.head();
    const entries = await store.readLog({ after: cursor, upTo: head, limit: PAGE, types: TELLING });
    const rows = (await Promise.all(entries.map((entry) => rowsOf(entry, deps)))).flat();
    const last = entries.length < PAGE ? head : (entries.at(-1)?.seq ?? head);
    if (rows.length > 0 || last - cursor > PAGE) await store.queueOutgoing(rows, last);
    cursor = Math.max(cursor, last);
    if (entries.length < PAGE) return cursor;
  }
}

function byCase(rows: readonly OutgoingRow[]): OutgoingRow[][] {
  const groups = new Map<string, OutgoingRow[]>();
  for (const row of rows) groups.set(row.caseNo, [...(groups.get(row.caseNo) ?? []), row]);
  return [...groups.values()];
}

/** Messages of one case go out in their order; several cases at once. */
async function sendDue(sender: Sender, { store, now }: OutwardDeps, isEnding: () => boolean): Promise<void> {
  for (;;) {
    const due = await store.dueOutgoing(now(), AT_ONCE * 4);
    if (due.length === 0 || isEnding()) return;
    await Promise.all(
      byCase(due)
        .slice(0, AT_ONCE)
        .map(async (rows) => {
          for (const row of rows) if (!isEnding()) await sender.send(row);
        }),
    );
  }
}

export async function openOutward(deps: OutwardDeps): Promise<Outward> {
  const { store, now, log } = deps;
  const heard = new Heard();
  const sender = new Sender(deps, heard);
  let cursor = await beginning(deps);
  for (const row of await store.interruptedOutgoing()) await sender.interrupted(row);
  let ending = false;
  let running: Promise<void> | undefined;
  let again = false;
  let gathering = false;
  let cancel = () => {};

  async function run(): Promise<void> {
    again = false;
    try {
      cursor = await follow(cursor, deps);
      await sendDue(sender, deps, () => ending);
    } catch (error) {
      log.warn({ err: error }, 'the outward queue stopped for a moment and goes on in a few seconds');
    }
    if (!ending && !gathering) cancel = deps.after(IDLE_MS, nudge);
  }

  function start(): void {
    gathering = false;
    if (ending) return;
    running ??= run().finally(() => {
      running = undefined;
      if (again) nudge();
    });
  }

  function nudge(): void {
    again = true;
    if (ending || gathering) return;
    gathering = true;
    cancel();
    cancel = deps.after(GATHER_MS, start);
  }

  async function wake({ sender: { keys } }: Message): Promise<void> {
    const woken = await store.wakeOutgoing(
      keys.filter((key) => key.proved),
      now(),
    );
    if (woken > 0) nudge();
  }

  nudge();
  return {
    nudge,
    heard(message, receipt) {
      heard.note(message);
      void sender.note(message, receipt);
      wake(message).catch((err: unknown) => log.warn({ err }, 'what waits for a citizen could not be woken'));
    },
    counts: sender.counts,
    async close() {
      ending = true;
      cancel();
      await running;
    },
  };
}
