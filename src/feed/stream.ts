// Stream: the log as server-sent events, from any place in it; as slow as its reader, who never loses that place.
import type { LogEntry } from '../core/event.ts';
import type { Clock } from './clock.ts';
import { encodeCursor } from './cursor.ts';
import { matcher, type View } from './match.ts';
import { watchChanges } from './pull.ts';
import type { LogWindow } from './window.ts';

export interface StreamFrom {
  readonly window: LogWindow;
  readonly clock: Clock;
  readonly epoch: string;
  readonly after: number;
  readonly view: View;
  readonly choice?: string | undefined;
  readonly signal: AbortSignal;
}

const HEARTBEAT_MS = 15_000;
/** A reader that takes longer over one piece is let go; it comes back with Last-Event-ID and misses nothing. */
const SLOWEST_MS = 30_000;
/** Small pieces, so that a slow reader holds little. */
const PIECE = 64;

/** The next piece is read from the log only when the last one was taken. */
export async function* stream({
  window,
  clock,
  epoch,
  after,
  view,
  choice,
  signal,
}: StreamFrom): AsyncGenerator<string> {
  const matches = matcher(view);
  const changes = watchChanges(window, clock, signal);
  let at = after;
  let sent = clock.now();
  try {
    yield `retry: ${2_500 + Math.floor(clock.random() * 2_000)}\n\n`;
    while (!signal.aborted) {
      const entries = await window.read(at, PIECE);
      at = entries.at(-1)?.seq ?? at;
      const shown = entries.filter(matches);
      const now = clock.now();
      if (shown.length > 0 || now - sent >= HEARTBEAT_MS) {
        sent = now;
        yield shown.length > 0 ? shown.map((entry) => frame(entry, epoch, choice)).join('') : ': hb\n\n';
        if (clock.now() - now > SLOWEST_MS) return;
      }
      if (entries.length === 0) await changes.wait(Math.max(0, sent + HEARTBEAT_MS - clock.now()));
    }
  } finally {
    changes.close();
  }
}

function frame(entry: LogEntry, epoch: string, choice: string | undefined): string {
  const data = entry.body.replaceAll('\n', '\ndata: ');
  return `id: ${encodeCursor(epoch, entry.seq, choice)}\nevent: ${entry.type}\ndata: ${data}\n\n`;
}
