// Shared bytes: many megabytes laid into memory that a thread can read too, a piece a turn, so that nobody waits for the copying.
import { setImmediate as nextTurn } from 'node:timers/promises';

const PIECE = 2 ** 20;

/** All of `chunks` one after the other, in shared memory: posting them to a thread copies nothing. The chunks must not change meanwhile. */
export async function sharedBytes(chunks: readonly Uint8Array[]): Promise<Uint8Array> {
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(new SharedArrayBuffer(size));
  let at = 0;
  let copied = 0;
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += PIECE) {
      const piece = chunk.subarray(from, from + PIECE);
      bytes.set(piece, at);
      at += piece.length;
      copied += piece.length;
      if (copied < PIECE) continue;
      copied = 0;
      await nextTurn();
    }
  }
  return bytes;
}

/** The same bytes where they are shared already, else a shared copy. */
export async function asShared(bytes: Uint8Array): Promise<Uint8Array> {
  return bytes.buffer instanceof SharedArrayBuffer ? bytes : sharedBytes([bytes]);
}
