// Interim: passes over an unasked `100 Continue` before an answer, as RFC 9110 (15.2) wants of every client; undici ends the connection at one.
import type { Socket } from 'node:net';

const CONTINUE = 'HTTP/1.1 100';
const END = '\r\n\r\n';

/** What is read from this socket comes without it. Only where an answer may begin, that is after something was sent: never within one. */
export function passOverContinue(socket: Socket): void {
  const read = socket.read.bind(socket);
  let answered = -1;
  socket.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!Buffer.isBuffer(chunk) || socket.bytesWritten === answered) return chunk;
    const rest = withoutContinue(chunk);
    if (rest.length === 0) return socket.read(size); // the answer itself is still to come, or has come as well
    answered = socket.bytesWritten;
    return rest;
  };
}

function withoutContinue(chunk: Buffer): Buffer {
  if (chunk.toString('latin1', 0, CONTINUE.length) !== CONTINUE) return chunk;
  const end = chunk.indexOf(END);
  return end < 0 ? chunk : withoutContinue(chunk.subarray(end + END.length));
}
