// A name server on this machine, for what must be shown with a real resolver.
import { createSocket } from 'node:dgram';

/** Answers every A question with what `address` says at that moment, with no time to live; NXDOMAIN for undefined. Has no AAAA. */
export async function nameServer(address: () => string | undefined) {
  const asked: (string | undefined)[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const end = query.indexOf(0, 12) + 5;
    const question = query.subarray(12, end);
    const wantsV4 = question.readUInt16BE(question.length - 4) === 1;
    const now = address();
    if (wantsV4) asked.push(now);
    const known = wantsV4 && now !== undefined;
    const header = Buffer.concat([
      query.subarray(0, 2),
      Buffer.from([0x81, now === undefined ? 0x83 : 0x80, 0, 1, 0, known ? 1 : 0, 0, 0, 0, 0]),
    ]);
    const bytes = (now ?? '0.0.0.0').split('.').map(Number);
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...bytes]);
    socket.send(Buffer.concat([header, question, ...(known ? [answer] : [])]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { server: `127.0.0.1:${socket.address().port}`, asked, close: () => socket.close() };
}
