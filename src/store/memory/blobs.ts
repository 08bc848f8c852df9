// Blobs: attachments, pending until a message that names them is committed.
import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import type { Direct } from '../direct.ts';
import { KEYS_KEPT_MS } from '../forgetting.ts';
import { noBlob } from '../refusals.ts';
import type { Ground } from './ground.ts';

/** Gives pending blobs into the keeping of a message; call inside a deed. */
export function keepBlobs({ blobs }: Ground, refs: readonly string[]): void {
  for (const ref of refs) {
    const row = blobs.get(ref);
    if (!row?.pending) throw noBlob(ref);
    blobs.set(ref, { ...row, pending: false });
  }
}

export function openBlobs(ground: Ground): Pick<Direct, 'putBlob' | 'getBlob' | 'sweepBlobs'> {
  const { blobs } = ground;
  const waiting = new Set<string>();
  return {
    putBlob(bytes, { mediaType, name }) {
      const at = ground.now();
      const ref = `blob_${ulid(at)}`;
      const named = name === undefined ? {} : { name };
      ground.commit(() => blobs.set(ref, { bytes: Uint8Array.from(bytes), mediaType, ...named, at, pending: true }));
      waiting.add(ref);
      return { ref, hash: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, size: bytes.length };
    },
    getBlob(ref) {
      const row = blobs.get(ref);
      if (!row) return undefined;
      const { mediaType, name } = row;
      return { bytes: Uint8Array.from(row.bytes), mediaType, ...(name === undefined ? {} : { name }) };
    },
    sweepBlobs(olderThan) {
      const old = [...waiting].filter((ref) => (blobs.get(ref)?.at ?? 0) < olderThan);
      const oldKeys = ground.done.entries().filter(([, at]) => at < ground.now() - KEYS_KEPT_MS);
      return ground.commit(() => {
        for (const [key] of oldKeys) ground.done.delete(key);
        let swept = 0;
        for (const ref of old) {
          waiting.delete(ref); // kept by a message, or swept now: it waits no longer
          if (!blobs.get(ref)?.pending) continue;
          blobs.delete(ref);
          swept += 1;
        }
        return swept;
      });
    },
  };
}
