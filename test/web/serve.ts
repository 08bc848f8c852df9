// Serves declared routes on 127.0.0.1 with node:http alone, so that pages and channels are tried without the real server.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayError } from '../../src/core/errors.ts';
import type { FormPart, Route, RouteAnswer, RouteRequest } from '../../src/core/route.ts';

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

export async function serve(routes: readonly Route[], maxBytes = 20 * 1_048_576): Promise<Served> {
  const server = createServer(async (message, response) => {
    const url = new URL(message.url ?? '/', 'http://localhost');
    const route = routes.find((r) => r.method === message.method && r.path === url.pathname);
    const answer = route
      ? await handled(route, message, url, maxBytes)
      : { status: 404, headers: { 'content-type': 'text/plain' }, body: 'no such route' };
    const { body } = answer;
    const bytes =
      body === undefined || typeof body === 'string' || body instanceof Uint8Array
        ? (body ?? '')
        : JSON.stringify(body);
    const type = typeof bytes === 'string' && body !== bytes ? { 'content-type': 'application/json' } : {};
    response.writeHead(answer.status, { ...type, ...answer.headers } as Record<string, string | string[]>);
    response.end(bytes);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function handled(route: Route, message: IncomingMessage, url: URL, maxBytes: number): Promise<RouteAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(Object.entries(message.headers).map(([k, v]) => [k, String(v)]));
  try {
    return await route.handle(requestOf(Buffer.concat(chunks), headers, url, maxBytes, route.body));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { status: error.status, body: { code: error.code, detail: error.message, field: error.field } };
  }
}

export function requestOf(
  raw: Uint8Array,
  headers: Record<string, string>,
  url: URL,
  maxBytes = 20 * 1_048_576,
  wanted: Route['body'] = 'json',
): RouteRequest {
  const isJson = headers['content-type']?.startsWith('application/json');
  return {
    params: {},
    query: Object.fromEntries(url.searchParams),
    url: url.pathname + url.search,
    headers,
    cookies: Object.fromEntries(
      (headers.cookie ?? '')
        .split('; ')
        .filter((pair) => pair.includes('='))
        .map((pair) => [pair.slice(0, pair.indexOf('=')), decodeURIComponent(pair.slice(pair.indexOf('=') + 1))]),
    ),
    body: wanted === 'raw' ? raw : isJson ? JSON.parse(Buffer.from(raw).toString('utf8')) : undefined,
    parts: () => parts(raw, headers['content-type'] ?? '', maxBytes),
    address: '127.0.0.1',
    signal: new AbortController().signal,
  };
}

async function* parts(raw: Uint8Array, contentType: string, maxBytes: number): AsyncIterable<FormPart> {
  if (raw.length === 0) return;
  const form = await new Response(Uint8Array.from(raw), { headers: { 'content-type': contentType } }).formData();
  for (const [name, value] of form as unknown as Iterable<[string, string | File]>) {
    if (typeof value === 'string') yield { name, value, bytes: async () => new Uint8Array() };
    else {
      yield {
        name,
        filename: value.name,
        mediaType: value.type,
        async bytes() {
          if (value.size > maxBytes) {
            throw new GatewayError({ code: 'too_large', message: 'too large', retryable: false, status: 413 });
          }
          return new Uint8Array(await value.arrayBuffer());
        },
      };
    }
  }
}
