// Rebinding: a name that first points to a receiver and then into the inner network, told by a real resolver on this machine.
import { afterEach, expect, it } from 'vitest';
import { openGuard } from '../../src/feed/guard.ts';
import { asking, openNames } from '../../src/feed/names.ts';
import { ok, receiver } from './house.ts';
import { nameServer } from './name-server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

it('a name that turns to an inner address between two deliveries is refused, and nothing connects there', async () => {
  const allowed = await receiver(ok, '127.0.0.2');
  closing.push(() => allowed.close());
  const inner = await receiver(ok, '127.0.0.3');
  closing.push(() => inner.close());
  let points = '127.0.0.2';
  let now = 0;
  const { server, asked, close } = await nameServer(() => points);
  closing.push(close);
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
