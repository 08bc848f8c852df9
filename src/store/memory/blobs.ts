// Blobs: attachments, pending until a message that names them is committed.
import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import type { Quarantined } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { KEYS_KEPT_MS } from '../forgetting.ts';
import { noBlob } from '../refusals.ts';
import type { Ground } from './ground.ts';

/** Gives blobs that are pending or in quarantine into the keeping of a message; call inside a deed. */
export function keepBlobs({ blobs }: Ground, refs: readonly string[]): void {
  for (const ref of refs) {
    const row = blobs.get(ref);
    if (!row?.pending && row?.aside === undefined) throw noBlob(ref);
    const { aside: _aside, ...rest } = row;
    blobs.set(ref, { ...rest, pending: false });
  }
}

/** Keeps what is pending of a message in quarantine; call inside a deed. */
export function layAside({ blobs }: Ground, { id, message }: Quarantined): void {
  for (const { blob } of message.parts) {
    const row = blobs.get(blob);
    if (row?.pending) blobs.set(blob, { ...row, pending: false, aside: id });
  }
}

/** Ends what is still held by a message in quarantine; call inside a deed. */
export function dropAside({ blobs }: Ground, { id, message }: Quarantined): void {
  for (const { blob } of message.parts) if (blobs.get(blob)?.aside === id) blobs.delete(blob);
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
      const oldKeys = ground.done.entries().filter(([, { at }]) => at < ground.now() - KEYS_KEPT_MS);
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
