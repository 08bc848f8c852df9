// Stream: the log as server-sent events, from any place in it; as slow as its reader, who never loses that place.
import type { LogEntry } from '../core/event.ts';
import type { Clock } from './clock.ts';
import { encodeCursor, expired } from './cursor.ts';
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
  /** Everything up to here was let go of by retention. */
  readonly floor: () => Promise<number>;
  /** Whether the reader may still read. */
  readonly allowed: () => Promise<boolean>;
}

const HEARTBEAT_MS = 15_000;
/** A reader that takes longer over one piece is let go; it comes back with Last-Event-ID and misses nothing. */
const SLOWEST_MS = 30_000;
/** Small pieces, so that a slow reader holds little. */
const PIECE = 64;

/**
 * The next piece is read from the log only when the last one was taken. Ends with `event: reset` when retention has passed the
 * reader's place: nobody misses events without hearing of it; and without a word when its key was revoked.
 */
export async function* stream({
  window,
  clock,
  epoch,
  after,
  view,
  choice,
  signal,
  floor,
  allowed,
}: StreamFrom): AsyncGenerator<string> {
  const matches = matcher(view);
  const changes = watchChanges(window, clock, signal);
  let at = after;
  let sent = clock.now();
  let asked = sent;
  // A reader that breaks off before its first event has its place, too.
  const place = () => `id: ${encodeCursor(epoch, at, choice)}\n`;
  try {
    yield `retry: ${2_500 + Math.floor(clock.random() * 2_000)}\n${place()}\n`;
    while (!signal.aborted) {
      const entries = await window.read(at, PIECE);
      const lost = entries[0] !== undefined && entries[0].seq > at + 1 ? await floor() : 0;
      if (at < lost) yield reset(epoch, lost);
      if (at < lost) return;
      at = entries.at(-1)?.seq ?? at;
      const shown = entries.filter(matches);
      const now = clock.now();
      if (now - asked >= HEARTBEAT_MS) {
        asked = now;
        if (!(await allowed())) return;
      }
      if (shown.length > 0 || now - sent >= HEARTBEAT_MS) {
        sent = now;
        yield shown.length > 0 ? shown.map((entry) => frame(entry, epoch, choice)).join('') : `: hb\n${place()}\n`;
        if (clock.now() - now > SLOWEST_MS) return;
      }
      if (entries.length === 0) await changes.wait(Math.max(0, sent + HEARTBEAT_MS - clock.now()));
    }
  } finally {
    changes.close();
  }
}

function reset(epoch: string, floor: number): string {
  const { code, message, advice } = expired(epoch, floor);
  return `event: reset\ndata: ${JSON.stringify({ code, detail: message, advice })}\n\n`;
}

function frame(entry: LogEntry, epoch: string, choice: string | undefined): string {
  const data = entry.body.replaceAll('\n', '\ndata: ');
  return `id: ${encodeCursor(epoch, entry.seq, choice)}\nevent: ${entry.type}\ndata: ${data}\n\n`;
}
