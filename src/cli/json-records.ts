// JSON records: each line of a JSON Lines file as the web channel's payload, with a key that is the same at every run.
import { createHash } from 'node:crypto';
import type { FileItem } from '../core/archive.ts';
import { jsonLines } from './lines.ts';

/** What the web channel reads. */
interface ImportPayload {
  readonly body: Readonly<Record<string, unknown>>;
  readonly idempotencyKey?: string;
  readonly sentAt?: string;
}

const MAPPED: Readonly<Record<string, string>> = { text: 'content', content: 'content' };
const KEPT = ['title', 'name', 'phone', 'email', 'address', 'occurredAt', 'anonymous', 'secret'];

/** Counts in `ignored` how often a field was left because no mapping knows it. */
export async function* jsonRecords(file: string, ignored: Record<string, number>): AsyncGenerator<FileItem> {
  const keyOf = lineKeys();
  for await (const { row, value, problem = 'unreadable' } of jsonLines(file)) {
    if (value === undefined) yield { row, refused: problem };
    else yield { row, payload: { idempotencyKey: keyOf(value), ...payloadOf(value, ignored) } };
  }
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
function payloadOf(record: Readonly<Record<string, unknown>>, ignored: Record<string, number>): ImportPayload {
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
