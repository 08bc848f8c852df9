// Rebinding: a name that first points to a receiver and then into the inner network, told by a real resolver on this machine.
import { createSocket } from 'node:dgram';
import { afterEach, expect, it } from 'vitest';
import { openGuard } from '../../src/feed/guard.ts';
import { asking, openNames } from '../../src/feed/names.ts';
import { ok, receiver } from './house.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Answers every A question with what `address` says at that moment, with no time to live; has no AAAA. */
async function nameServer(address: () => string) {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const end = query.indexOf(0, 12) + 5;
    const question = query.subarray(12, end);
    const wantsV4 = question.readUInt16BE(question.length - 4) === 1;
    if (wantsV4) asked.push(address());
    const header = Buffer.concat([
      query.subarray(0, 2),
      Buffer.from([0x81, 0x80, 0, 1, 0, wantsV4 ? 1 : 0, 0, 0, 0, 0]),
    ]);
    const bytes = address().split('.').map(Number);
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...bytes]);
    socket.send(Buffer.concat([header, question, ...(wantsV4 ? [answer] : [])]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  closing.push(() => socket.close());
  return { server: `127.0.0.1:${socket.address().port}`, asked };
}

it('a name that turns to an inner address between two deliveries is refused, and nothing connects there', async () => {
  const allowed = await receiver(ok, '127.0.0.2');
  closing.push(() => allowed.close());
  const inner = await receiver(ok, '127.0.0.3');
  closing.push(() => inner.close());
  let points = '127.0.0.2';
  let now = 0;
  const { server, asked } = await nameServer(() => points);
  const resolve = openNames(() => now, asking([server]));
  const guard = openGuard({ allowedNetworks: ['127.0.0.2/32'], ownPorts: () => [], resolve });
  closing.push(() => guard.close());
  const call = (port: number) => guard.request(`http://turning.example:${port}/`);
  expect((await call(allowed.port)).status).toBe(204);
  points = '127.0.0.3';
  now += 60_000;
  await expect(call(inner.port)).rejects.toMatchObject({ code: 'address_refused' });
  expect([allowed.connections, inner.connections]).toEqual([1, 0]);
  expect(asked).toEqual(['127.0.0.2', '127.0.0.3']);
});
