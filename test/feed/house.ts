// What feed tests share: a receiver on 127.0.0.1, a quiet log, an endpoint, a feed over the fake log.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from '../../src/core/store.ts';
import { type FeedDeps, openFeed } from '../../src/feed/feed.ts';
import type { FeedSettings } from '../../src/settings.ts';
import type { LogFake } from './log-fake.ts';

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
/** The delays of the published schedule, in seconds. */
export const SCHEDULE = [0, 5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200, 72000, 86400];

export const quiet = { debug() {}, info() {}, warn() {}, error() {} };

export interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly path: string;
}

/** Keeps every request; `answer` writes the response of the n-th (from 1). */
export async function receiver(
  answer: (n: number, response: ServerResponse, heard: Heard) => void,
  host = '127.0.0.1',
) {
  const heard: Heard[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks), path: request.url ?? '' };
      heard.push(one);
      answer(heard.length, response, one);
    });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    heard,
    port,
    url: `http://${host}:${port}/hook`,
    get connections() {
      return connections;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const ok = (_n: number, response: ServerResponse) => void response.writeHead(204).end();

export function endpoint(over: Partial<Endpoint> = {}): Endpoint {
  return {
    id: 'ep_1',
    url: 'https://receiver.example/hook',
    state: 'enabled',
    secrets: [{ secret: SECRET }],
    createdBy: 'key_admin',
    createdAt: '2026-11-24T09:00:00.000+08:00',
    cursor: 0,
    options: {},
    ...over,
  };
}

export const settings = (over: Partial<FeedSettings> = {}): FeedSettings => ({
  allowedNetworks: ['127.0.0.1/32'],
  concurrency: 16,
  timeoutMs: 15_000,
  schedule: SCHEDULE,
  lateAfterSeconds: {},
  ...over,
});

export async function feedOver(store: LogFake | FeedDeps['store'], over: Partial<FeedDeps> = {}) {
  return await openFeed({
    store,
    settings: settings(),
    log: quiet,
    instance: 'test',
    tenant: '330200',
    utcOffsetMinutes: 480,
    version: '0.1.0',
    ownPorts: () => [],
    ...over,
  });
}

/** Waits for something that happens outside this process's control; fails by the test's own time limit. */
export async function until(happened: () => boolean | Promise<boolean>) {
  while (!(await happened())) await new Promise((resolve) => setTimeout(resolve, 5));
}
