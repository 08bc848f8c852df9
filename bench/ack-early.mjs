// A gateway that promises too early, for proving that the torture would notice: it answers 201 at once, keeps the message in
// memory only, and hands it to the real gateway a little later. Killed in between, the promise is broken.
import { createServer } from 'node:http';
import { Pool } from 'undici';

const { PORT, UPSTREAM } = process.env;
const pool = new Pool(UPSTREAM, { connections: 8 });
const waiting = [];

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { authorization, 'idempotency-key': key } = request.headers;
    waiting.push({
      path: request.url,
      headers: { authorization, 'idempotency-key': key, 'content-type': 'application/json' },
      body: Buffer.concat(chunks),
    });
    const answer = '{"outcome":"opened"}';
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
  });
}).listen(Number(PORT), '127.0.0.1');

async function handOn() {
  for (;;) {
    const next = waiting.shift();
    if (!next) {
      await new Promise((r) => setTimeout(r, 5));
      continue;
    }
    try {
      const answer = await pool.request({ method: 'POST', ...next });
      await answer.body.dump();
      if (answer.statusCode >= 500) waiting.push(next);
    } catch {
      // The gateway is not there just now: keep it, in memory, as such a front does.
      waiting.push(next);
      await new Promise((r) => setTimeout(r, 50));
    }
  }
}
for (let i = 0; i < 8; i += 1) handOn();
