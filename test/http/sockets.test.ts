// Sockets channels declare: refused before the handshake, limited, closed with the house; and nothing else is an upgrade.
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { type CloseEvent, WebSocket } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { Route } from '../../src/core/route.ts';
import type { SocketRoute } from '../../src/core/socket.ts';
import { openHouse, type TestHouse } from './house.ts';

let house: TestHouse | undefined;
afterEach(async () => {
  await house?.front.close();
  house = undefined;
});

const echo: Route = {
  method: 'POST',
  path: '/echo',
  access: 'public',
  body: 'raw',
  handle: ({ body }) => ({ status: 200, body: body as Uint8Array }),
};
const start = async (more: Partial<SocketRoute> = {}, pingEvery = 30_000) => {
  const socket: SocketRoute = {
    ...{ path: '/in/line', access: 'public', most: 2, maxBytes: 100 },
    admit({ query }) {
      if (query.who !== 'friend')
        throw new GatewayError({ code: 'no_proof', message: 'who?', retryable: false, status: 401 });
    },
    open: (one) => one.onMessage((text) => void one.send(text)),
    ...more,
  };
  house = await openHouse({ routes: [echo], sockets: [socket], listen: true, pingEvery });
  return house.front;
};
const dial = (port: number, path = '/in/line?who=friend') => new WebSocket(`ws://127.0.0.1:${port}${path}`);
const opened = async (port: number) => {
  const socket = dial(port);
  await once(socket, 'open');
  return socket;
};
/** The status a handshake is answered with. */
const answered = (port: number, path: string, upgrade = 'websocket', body = ''): Promise<[number, string]> =>
  new Promise((resolve, reject) => {
    const headers = {
      ...{ connection: 'Upgrade', upgrade, 'sec-websocket-version': '13' },
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const asked = request({ port, path, headers, method: body ? 'POST' : 'GET' }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve([response.statusCode ?? 0, text]);
    });
    asked.on('error', reject);
    asked.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve([101, '']);
    });
    asked.end(body);
  });

describe('a socket', () => {
  test('carries words both ways for who proved themselves, and nobody else gets one', async () => {
    const { port } = await start();
    const friend = await opened(port);
    friend.send('你好');
    const [said] = (await once(friend, 'message')) as [MessageEvent];
    expect(said.data).toBe('你好');
    const [status, text] = await answered(port, '/in/line');
    expect([status, JSON.parse(text).code]).toEqual([401, 'no_proof']);
  });

  test('is opened only where one is declared, and a plain request for it is told so', async () => {
    const { port } = await start();
    expect((await answered(port, '/healthz'))[0]).toBe(400);
    expect((await fetch(`http://127.0.0.1:${port}/in/line`)).status).toBe(426);
  });

  test('more than are allowed are told to come later', async () => {
    const { port } = await start();
    await opened(port);
    await opened(port);
    expect((await answered(port, '/in/line?who=friend'))[0]).toBe(429);
  });

  test('ends where a message is too large, and when the house closes', async () => {
    const front = await start();
    const large = await opened(front.port);
    large.send('x'.repeat(101));
    expect(((await once(large, 'close')) as [CloseEvent])[0].code).not.toBe(1000);
    const idle = await opened(front.port);
    const closed = once(idle, 'close') as Promise<[CloseEvent]>;
    await front.close();
    house = undefined;
    expect((await closed)[0].code).toBe(1001);
  });

  test('whose other end fell silent is given up', async () => {
    let left = () => {};
    const gone = new Promise<void>((resolve) => {
      left = resolve;
    });
    const { port } = await start({ open: (socket) => socket.onClose(left) }, 50);
    const silent = connect(port, '127.0.0.1');
    const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    silent.write(
      `GET /in/line?who=friend HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n`,
    );
    await gone;
    silent.destroy();
  });
});

test('a unit whose client offers HTTP/2 with each request is answered as before, body and all', async () => {
  const { port } = await start();
  expect(await answered(port, '/echo', 'h2c', 'report')).toEqual([200, 'report']);
});
