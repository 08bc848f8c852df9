import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Route } from '../../src/core/route.ts';
import { openHouse, settings, type TestHouse } from './house.ts';

let house: TestHouse | undefined;
afterEach(async () => {
  await house?.front.close();
  house = undefined;
});
const start = async (...routes: Route[]): Promise<TestHouse> => {
  house = await openHouse({ routes, listen: true });
  return house;
};
const gate = () => {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
};

describe('a stream', () => {
  test('shows its head before its first word, flows, and ends for good when the reader goes away', async () => {
    const ended = gate();
    const aborted = gate();
    const { front } = await start({
      method: 'GET',
      path: '/stream',
      access: 'public',
      handle: ({ signal }) => ({
        status: 200,
        headers: { 'content-type': 'text/event-stream' },
        body: (async function* () {
          try {
            const gone = once(signal, 'abort').then(aborted.open);
            yield 'data: 1\n\n';
            yield 'data: 2\n\n';
            await gone;
          } finally {
            ended.open();
          }
        })(),
      }),
    });
    const reader = request(`${front.url}/stream`).end();
    const [answer] = await once(reader, 'response');
    expect(answer.headers['content-type']).toBe('text/event-stream');
    let text = '';
    for await (const chunk of answer) {
      text += String(chunk);
      if (text.includes('2')) break;
    }
    reader.destroy();
    await aborted.passed;
    await ended.passed;
    expect(text).toBe('data: 1\n\ndata: 2\n\n');
  });

  test('does not run ahead of a reader who does not read', async () => {
    let made = 0;
    const { front } = await start({
      method: 'GET',
      path: '/stream',
      access: 'public',
      handle: () => ({
        status: 200,
        body: (async function* () {
          for (;;) {
            made += 1;
            yield 'x'.repeat(65_536);
          }
        })(),
      }),
    });
    const socket = connect(front.port, '127.0.0.1');
    socket.pause();
    socket.write('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n');
    let before = -1;
    while (made === 0 || before !== made) {
      before = made;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(made).toBeLessThan(500);
    socket.destroy();
  });
});

describe('closing', () => {
  test('lets the request under way finish, ends streams, and refuses new ones with a time to come back', async () => {
    const entered = gate();
    const leave = gate();
    const h = await start(
      {
        method: 'POST',
        path: '/slow',
        access: 'public',
        handle: async () => {
          entered.open();
          await leave.passed;
          return { status: 201 };
        },
      },
      {
        method: 'GET',
        path: '/stream',
        access: 'public',
        handle: ({ signal }) => ({
          status: 200,
          body: (async function* () {
            yield 'hello\n';
            if (!signal.aborted) await once(signal, 'abort');
          })(),
        }),
      },
    );
    const streaming = fetch(`${h.front.url}/stream`).then((r) => r.text());
    const slow = fetch(`${h.front.url}/slow`, { method: 'POST' });
    await entered.passed;
    const closed = h.front.close();
    const late = await h.call('GET', '/readyz');
    expect(late).toMatchObject({ status: 503, json: { code: 'closing' } });
    expect(late.headers['retry-after']).toBe('5');
    expect((await h.call('GET', '/healthz')).status).toBe(200);
    leave.open();
    expect((await slow).status).toBe(201);
    expect(await streaming).toBe('hello\n');
    await closed;
    await expect(fetch(h.front.url)).rejects.toThrow();
    house = undefined;
  });
});

describe('bad neighbours', () => {
  test('what is not HTTP gets a problem document and the connection is closed', async () => {
    const { front } = await start();
    const socket = connect(front.port, '127.0.0.1');
    socket.write('HELO mail.example\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 400/);
    expect(text).toContain('"code":"bad_request"');
  });

  test('who drips a request in for ever is sent away, while others are served', async () => {
    house = await openHouse({ listen: true, deadlines: { headers: 200, request: 300, checkEvery: 50 } });
    const { port, url } = house.front;
    const head = 'POST /v1/lookup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n';
    const drip = async (start: string): Promise<string> => {
      const socket = connect(port, '127.0.0.1');
      socket.write(start);
      const timer = setInterval(() => socket.write('x'), 40);
      let text = '';
      socket.on('data', (chunk) => {
        text += String(chunk);
      });
      socket.on('error', () => {});
      await once(socket, 'close');
      clearInterval(timer);
      return text;
    };
    const slow = Array.from({ length: 20 }, (_, i) => drip(i % 2 ? `${head}X-Slow: ` : `${head}\r\n{`));
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    for (const text of await Promise.all(slow)) expect(text).toMatch(/^(?:HTTP\/1\.1 408|$)/);
  });

  test.each([
    ['no Host', '', 400, 'missing_host'],
    ['an expectation nobody meets', 'Host: x\r\nExpect: 200-maybe\r\n', 417, 'expectation_failed'],
  ])('%s is told with a problem document', async (_what, head, status, code) => {
    const { front } = await start();
    const socket = connect(front.port, '127.0.0.1');
    socket.write(`GET /healthz HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text.split(' ')[1]).toBe(String(status));
    expect(text).toContain('application/problem+json');
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n{')))).toMatchObject({ code, status });
  });

  test('HTTP/1.0 without Host and an expectation of 100-continue are served', async () => {
    const { front } = await start();
    for (const head of ['HTTP/1.0\r\n', 'HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n']) {
      const socket = connect(front.port, '127.0.0.1');
      socket.write(`GET /healthz ${head}\r\n`);
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      expect(text).toMatch(/HTTP\/1\.1 200/);
    }
  });

  test('headers larger than 16 KiB are refused', async () => {
    const { front } = await start();
    const socket = connect(front.port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 431/);
  });

  test('a forwarded address counts only behind a proxy that is trusted', async () => {
    const route: Route = {
      method: 'GET',
      path: '/who',
      access: 'public',
      handle: ({ address }) => ({ status: 200, body: { address } }),
    };
    const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.5' };
    const alone = await openHouse({ routes: [route] });
    expect((await alone.call('GET', '/who', { headers })).json.address).toBe('127.0.0.1');
    const behind = await openHouse({ routes: [route], settings: { ...settings.http, trustedProxies: 1 } });
    expect((await behind.call('GET', '/who', { headers })).json.address).toBe('203.0.113.5');
  });
});
