// A reader of a stream that takes nothing any more is let go; one that only has to wait for the source is not.
import { connect } from 'node:net';
import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { sendAnswer } from '../../src/http/answer.ts';

const STALLED_MS = 200;

async function serve(source: () => AsyncGenerator<string>) {
  const app = fastify();
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  async function* watched() {
    try {
      yield* source();
    } finally {
      end();
    }
  }
  app.get('/', (_request, reply) => sendAnswer(reply, { status: 200, body: watched() }, STALLED_MS));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  return { app, socket, ended };
}

it('a reader that stops reading is let go', async () => {
  const { app, socket, ended } = await serve(async function* () {
    for (;;) yield 'x'.repeat(65_536);
  });
  socket.pause();
  await ended;
  socket.destroy();
  await app.close();
});

it('a reader is not let go because the source is silent', async () => {
  const { app, socket, ended } = await serve(async function* () {
    yield 'first';
    await new Promise((resolve) => setTimeout(resolve, 3 * STALLED_MS));
    yield 'last';
  });
  let heard = '';
  socket.on('data', (bytes) => {
    heard += String(bytes);
  });
  await ended;
  await new Promise((resolve) => {
    socket.on('close', resolve);
    socket.end();
  });
  expect(heard).toContain('last');
  await app.close();
});
