// Returns: which rows of the table of duties were wrong: how often units gave back what it sent them, and whom they named instead.
import type { LogEntry } from './core/event.ts';
import type { Store } from './core/store.ts';

/** One line: what was sent to a unit and came back. */
export interface ReturnCount {
  readonly category: string;
  readonly division?: string;
  readonly unit: string;
  /** Whom the unit named. */
  readonly suggested?: string;
  readonly count: number;
  /** Of the last one, RFC 3339. */
  readonly last: string;
}

const KIND = 'returns';
const PAGE = 500;

interface Told {
  readonly time: string;
  readonly data: {
    readonly category?: { readonly code?: string };
    readonly division?: string;
    readonly reportedBy?: string;
    readonly suggestedUnit?: { readonly code?: string };
  };
}

/**
 * Counts what the log has told since the last time, then answers; most returned first. Each line remembers the place of the
 * log it was counted to, so that a crash in between counts nothing twice.
 */
export function openReturns(store: Pick<Store, 'readLog' | 'head' | 'keep' | 'keepings'>) {
  let running: Promise<ReturnCount[]> | undefined;

  async function count(): Promise<ReturnCount[]> {
    const lines = new Map((await store.keepings(KIND)).map(({ id, value }) => [id, value]));
    let cursor = Number(lines.get('cursor')?.seq ?? 0);
    lines.delete('cursor');
    const head = await store.head();
    while (cursor < head) {
      const entries = await store.readLog({ after: cursor, upTo: head, limit: PAGE, types: ['case.returned'] });
      for (const entry of entries) await add(entry);
      cursor = entries.length < PAGE ? head : (entries.at(-1)?.seq ?? head);
      await store.keep(KIND, 'cursor', { seq: cursor });
    }
    return [...lines]
      .map(([id, value]) => lineOf(id, value))
      .sort((a, b) => b.count - a.count || (a.unit < b.unit ? -1 : 1));

    async function add({ seq, body }: LogEntry): Promise<void> {
      const { time, data }: Told = JSON.parse(body);
      const { category, division = '', reportedBy = '', suggestedUnit } = data;
      const id = [category?.code ?? '', division, reportedBy, suggestedUnit?.code ?? ''].join(' ');
      const before = lines.get(id);
      if (Number(before?.seq ?? 0) >= seq) return;
      const value = { n: Number(before?.n ?? 0) + 1, seq, last: time };
      lines.set(id, value);
      await store.keep(KIND, id, value);
    }
  }

  return (): Promise<ReturnCount[]> => {
    running ??= count().finally(() => {
      running = undefined;
    });
    return running;
  };
}

function lineOf(id: string, { n, last }: Readonly<Record<string, unknown>>): ReturnCount {
  const [category = '', division = '', unit = '', suggested = ''] = id.split(' ');
  return {
    category,
    ...(division === '' ? {} : { division }),
    unit,
    ...(suggested === '' ? {} : { suggested }),
    count: Number(n),
    last: String(last),
  };
}
