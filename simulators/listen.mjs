// A platform's API on 127.0.0.1: every request to one function that answers with JSON or bytes.
import { createServer } from 'node:http';

/** `answer({method, path, query, headers, body})` → `{status?, type?, body}` (an object becomes JSON). */
export function listen(port, answer) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url, 'http://localhost');
    const asked = {
      method: request.method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: Buffer.concat(chunks),
    };
    const { status = 200, type, body } = (await answer(asked)) ?? { status: 404, body: { error: 'not here' } };
    const isBytes = typeof body === 'string' || body instanceof Uint8Array;
    response.writeHead(status, { 'content-type': type ?? (isBytes ? 'text/plain' : 'application/json') });
    response.end(isBytes ? body : JSON.stringify(body));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        close: () =>
          new Promise((done) => {
            server.close(done);
            server.closeAllConnections();
          }),
      }),
    );
  });
}
