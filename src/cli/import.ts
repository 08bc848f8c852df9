// civicline import: reads files through the real channel into the store; safe to run twice, one answer an item in input order.
import type { FileItem } from '../core/archive.ts';
import type { CallFact } from '../core/call-record.ts';
import type { Accepted } from '../core/channel.ts';
import { GatewayError } from '../core/errors.ts';
import type { Receipt } from '../core/receipt.ts';
import { jsonRecords } from './json-records.ts';

export interface ImportAnswer {
  readonly file: string;
  readonly row?: number;
  readonly outcome: 'accepted' | 'repeated' | 'automatic' | 'refused';
  readonly caseNo?: string;
  readonly reason?: string;
}

export interface ImportDeps {
  /** One record as the channel's own payload, taken in through the door. Rejects with GatewayError. */
  readonly accept: (payload: unknown) => Promise<Accepted[]>;
  /** What is told of calls; whether each changed anything. */
  readonly tally: (facts: readonly CallFact[]) => Promise<boolean[]>;
  /** What one file holds, in the channel's own kind of file; JSON Lines when left out. */
  readonly items?: (file: string) => AsyncIterable<FileItem> | undefined;
  readonly answer: (answer: ImportAnswer) => void;
  readonly progress: (done: number) => void;
}

export interface ImportSummary {
  readonly counts: Readonly<Record<ImportAnswer['outcome'], number>>;
  /** How often each field was ignored because no mapping knows it. */
  readonly ignored: Readonly<Record<string, number>>;
}

/** Records under way at once: enough to fill a group commit, little enough to keep memory flat. */
const WINDOW = 256;

export async function importFiles(files: readonly string[], deps: ImportDeps): Promise<ImportSummary> {
  const counts = { accepted: 0, repeated: 0, automatic: 0, refused: 0 };
  const ignored: Record<string, number> = {};
  const waiting: Promise<ImportAnswer[]>[] = [];
  let done = 0;

  const settle = async () => {
    for (const answer of (await waiting.shift()) ?? []) {
      counts[answer.outcome] += 1;
      deps.answer(answer);
    }
    done += 1;
    deps.progress(done);
  };

  for (const file of files) {
    for await (const item of deps.items?.(file) ?? jsonRecords(file, ignored)) {
      const answers = answerTo(file, item, deps);
      answers.catch(() => {}); // heard in its turn, or the run has ended with an earlier one
      waiting.push(answers);
      if (waiting.length >= WINDOW) await settle();
    }
  }
  while (waiting.length > 0) await settle();
  return { counts, ignored };
}

async function answerTo(file: string, item: FileItem, deps: ImportDeps): Promise<ImportAnswer[]> {
  const at = { file, ...(item.row === undefined ? {} : { row: item.row }) };
  if ('refused' in item) return [{ ...at, outcome: 'refused', reason: item.refused }];
  if ('automatic' in item) return [{ ...at, outcome: 'automatic', reason: item.automatic }];
  try {
    const changed = item.calls && item.calls.length > 0 ? await deps.tally(item.calls) : [];
    if (item.payload === undefined) return [{ ...at, ...counted(changed) }];
    const accepted = await deps.accept(item.payload);
    if (accepted.length === 0) return [{ ...at, outcome: 'automatic', reason: 'no message of a citizen' }];
    return accepted.map(({ receipt }) => ({ ...at, ...told(receipt) }));
  } catch (error) {
    if (error instanceof GatewayError && error.retryable) throw error; // the store is in trouble: stop, the run can be repeated
    return [{ ...at, outcome: 'refused', reason: error instanceof Error ? error.message : String(error) }];
  }
}

/** A call of the house's own, between two of its lines, is nobody's. */
function counted(changed: readonly boolean[]): Omit<ImportAnswer, 'file' | 'row'> {
  if (changed.length === 0) return { outcome: 'automatic', reason: 'no call of a citizen' };
  return { outcome: changed.includes(true) ? 'accepted' : 'repeated' };
}

/** Thanks and greetings open no case, and are accepted all the same: `automatic` is what no person said. */
function told(receipt: Receipt): Omit<ImportAnswer, 'file' | 'row'> {
  return {
    outcome: receipt.outcome === 'repeated' ? 'repeated' : 'accepted',
    ...(receipt.caseNo ? { caseNo: receipt.caseNo } : {}),
    ...(receipt.note ? { reason: receipt.note } : {}),
  };
}
