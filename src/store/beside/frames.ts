// Frames: values on a stream, each behind its length in four bytes; structured clone's own format, so that bytes stay bytes.
import { deserialize, serialize } from 'node:v8';

const HEAD = 4;
/** Larger than any attachment or batch; a peer that announces more is no peer. */
const MOST = 256 << 20;

export function frame(value: unknown): Buffer {
  const body = serialize(value);
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** Takes the chunks of a stream and calls `each` with every whole value. Throws on a frame that is too large or unreadable. */
export function frames(each: (value: unknown) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let have = 0;
  return (chunk) => {
    parts.push(chunk);
    have += chunk.length;
    while (have >= HEAD) {
      const whole = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
      parts = [whole];
      const need = whole.readUInt32BE();
      if (need > MOST) throw new Error(`a frame of ${need} bytes`);
      if (have < HEAD + need) return;
      each(deserialize(whole.subarray(HEAD, HEAD + need)));
      parts = [whole.subarray(HEAD + need)];
      have -= HEAD + need;
    }
  };
}
