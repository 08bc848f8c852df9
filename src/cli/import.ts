// civicline import: reads files through the real channel into the store; safe to run twice, one answer an item in input order.
import { createHash } from 'node:crypto';
import type { Accepted } from '../core/channel.ts';
import { GatewayError } from '../core/errors.ts';
import type { Receipt } from '../core/receipt.ts';
import { jsonLines } from './lines.ts';

export interface ImportAnswer {
  readonly file: string;
  readonly row?: number;
  readonly outcome: 'accepted' | 'repeated' | 'automatic' | 'refused';
  readonly caseNo?: string;
  readonly reason?: string;
}

/** What the web channel reads. */
export interface ImportPayload {
  readonly body: Readonly<Record<string, unknown>>;
  readonly idempotencyKey?: string;
  readonly sentAt?: string;
}

export interface ImportDeps {
  /** One record as the channel's own payload, taken in through the door. Rejects with GatewayError. */
  readonly accept: (payload: unknown) => Promise<Accepted[]>;
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

const MAPPED: Readonly<Record<string, string>> = { text: 'content', content: 'content' };
const KEPT = ['title', 'name', 'phone', 'email', 'address', 'occurredAt', 'anonymous', 'secret'];

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
    const keyOf = lineKeys();
    for await (const { row, value, problem = 'unreadable' } of jsonLines(file)) {
      const answers: Promise<ImportAnswer[]> = value
        ? take(file, row, { idempotencyKey: keyOf(value), ...payloadOf(value, ignored) }, deps)
        : Promise.resolve([{ file, row, outcome: 'refused', reason: problem }]);
      answers.catch(() => {}); // heard in its turn, or the run has ended with an earlier one
      waiting.push(answers);
      if (waiting.length >= WINDOW) await settle();
    }
  }
  while (waiting.length > 0) await settle();
  return { counts, ignored };
}

/** Keys for lines without an id, the same at every run: by what the line says, and how often the file has said it. */
function lineKeys(): (record: Readonly<Record<string, unknown>>) => string {
  const counts = new Map<string, number>();
  return (record) => {
    const said = createHash('sha256').update(JSON.stringify(record)).digest('hex').slice(0, 40);
    const count = (counts.get(said) ?? 0) + 1;
    counts.set(said, count);
    return `line-${said}-${count}`;
  };
}

/** `text` → content, `id` → key, `time` → sentAt; null counts as absent; what is unknown is counted and left. */
export function payloadOf(record: Readonly<Record<string, unknown>>, ignored: Record<string, number>): ImportPayload {
  const body: Record<string, unknown> = {};
  let idempotencyKey: string | undefined;
  let sentAt: string | undefined;
  for (const [field, value] of Object.entries(record)) {
    if (value === null) continue;
    const target = MAPPED[field];
    if (target) body[target] ??= value;
    else if (KEPT.includes(field)) body[field] = value;
    else if (field === 'id') idempotencyKey = String(value);
    else if (field === 'time') sentAt = String(value);
    else ignored[field] = (ignored[field] ?? 0) + 1;
  }
  return { body, ...(idempotencyKey ? { idempotencyKey } : {}), ...(sentAt ? { sentAt } : {}) };
}

async function take(file: string, row: number, payload: unknown, deps: ImportDeps): Promise<ImportAnswer[]> {
  try {
    const accepted = await deps.accept(payload);
    if (accepted.length === 0) return [{ file, row, outcome: 'automatic', reason: 'no message of a citizen' }];
    return accepted.map(({ receipt }) => ({ file, row, ...told(receipt) }));
  } catch (error) {
    if (error instanceof GatewayError && error.retryable) throw error; // the store is in trouble: stop, the run can be repeated
    return [{ file, row, outcome: 'refused', reason: error instanceof Error ? error.message : String(error) }];
  }
}

function told(receipt: Receipt): Omit<ImportAnswer, 'file' | 'row'> {
  const outcome = receipt.outcome === 'repeated' ? 'repeated' : receipt.outcome === 'noted' ? 'automatic' : 'accepted';
  return {
    outcome,
    ...(receipt.caseNo ? { caseNo: receipt.caseNo } : {}),
    ...(receipt.note ? { reason: receipt.note } : {}),
  };
}
