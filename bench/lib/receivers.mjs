// Receivers: good and bad integrators' endpoints in a thread of their own. Good ones keep what came, and check order and bytes.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const BAD = {
  slow: (response) => void setTimeout(() => response.writeHead(200).end('ok'), 4_000).unref(),
  hang: () => undefined,
  error: (response) => void response.writeHead(500).end('no'),
  reset: (response) => void response.socket?.resetAndDestroy(),
  redirect: (response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
  huge(response) {
    response.writeHead(500);
    const piece = Buffer.alloc(65_536, 120);
    const pour = () => {
      while (!response.destroyed && response.write(piece));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  },
};
export const KINDS = Object.keys(BAD);

function listen() {
  const seen = new Map();
  const last = new Map();
  const faults = [];
  let times = [];
  let arrivals = 0;
  let first;
  const good = (endpoint, request, body) => {
    const text = body.toString();
    const id = request.headers['webhook-id'];
    const [, subject] = /"subject":"([^"]+)"/.exec(text) ?? [];
    const sequence = String(request.headers['webhook-sequence']);
    const bytes = createHash('sha256').update(body).digest('base64');
    const key = `${endpoint} ${id}`;
    arrivals++;
    first ??= Date.now();
    const [, at] = /"at":(\d+)/.exec(text) ?? [];
    if (at) times.push([endpoint, Date.now() - Number(at)]);
    if (seen.has(key)) {
      if (seen.get(key) !== bytes) faults.push(`${id} changed its bytes`);
      return;
    }
    seen.set(key, bytes);
    const lane = `${endpoint} ${subject}`;
    if (subject?.startsWith('case') && sequence < (last.get(lane) ?? '')) faults.push(`${id} out of order`);
    last.set(lane, sequence);
  };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const [, kind, endpoint] = request.url.split('/');
      const bad = BAD[kind];
      if (bad) return bad(response);
      good(endpoint, request, Buffer.concat(chunks));
      response.writeHead(204).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
  parentPort.on('message', (ask) => {
    const answer = { arrivals, distinct: seen.size, first, faults: faults.slice(0, 5), faulty: faults.length, times };
    times = [];
    if (ask === 'reset') {
      seen.clear();
      last.clear();
      arrivals = 0;
      first = undefined;
    }
    parentPort.postMessage(answer);
  });
}
if (!isMainThread && workerData?.role === 'receivers') listen();

/** `{port, ask() → {arrivals, distinct, first, faults, faulty, times: [[endpoint, ms]…]}, reset(), close()}` */
export async function startReceivers() {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { role: 'receivers' } });
  worker.on('error', (error) => {
    throw error;
  });
  const next = () => new Promise((resolve) => worker.once('message', resolve));
  const { port } = await next();
  const call = (what) => {
    const answer = next();
    worker.postMessage(what);
    return answer;
  };
  return { port, ask: () => call('ask'), reset: () => call('reset'), close: () => worker.terminate() };
}
