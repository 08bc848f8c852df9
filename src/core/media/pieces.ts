// Pieces: counts what a file is made of and puts together what is kept of it, with bounded work however it was made.

/** The bytes could not be followed to their end, so nobody can promise that no position is left in them. */
export class Damaged extends Error {}

/** Segments, chunks, boxes and entries of one file. Real files have some thousands; millions of empty ones only stop the house. */
export const MOST_PIECES = 20_000;

/** To be called for each piece that is met. */
export function counter(): () => void {
  let met = 0;
  return () => {
    met += 1;
    if (met > MOST_PIECES) throw new Damaged(`the file is made of more than ${MOST_PIECES} pieces`);
  };
}

/** Bytes from which it is felt by everybody else when a file is copied, or gone through and handed on in one turn. */
export const LARGE = 2 ** 20;

export interface Keeper {
  /** Keeps `[from, to)`; must be called in rising order. Returns where it will lie behind the head. */
  keep(from: number, to: number): number;
  /** The head, then all that was kept, in one copy. */
  whole(head: Uint8Array): Uint8Array;
}

/** What lies side by side and is kept stays one stretch. */
export function keeper(bytes: Uint8Array): Keeper {
  const stretches: { from: number; to: number }[] = [];
  let length = 0;
  return {
    keep(from, to) {
      const at = length;
      const last = stretches[stretches.length - 1];
      if (last?.to === from) last.to = to;
      else stretches.push({ from, to });
      length += to - from;
      return at;
    },
    whole(head) {
      const size = head.length + length;
      // Shared where it is large: handing it to the store's thread copies nothing.
      const copy = new Uint8Array(size > LARGE ? new SharedArrayBuffer(size) : new ArrayBuffer(size));
      copy.set(head);
      let at = head.length;
      for (const { from, to } of stretches) {
        copy.set(bytes.subarray(from, to), at);
        at += to - from;
      }
      return copy;
    },
  };
}
