// The sink: an integrator's endpoint in a thread of its own. Answers 200 and notes what came when.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { now } from './load.mjs';
import { KEY_PATTERN } from './messages.mjs';

function listen() {
  let news = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const at = now();
      const body = Buffer.concat(chunks).toString();
      const [key] = KEY_PATTERN.exec(body) ?? [];
      const [, caseNo] = /"caseNo":"([^"]+)"/.exec(body) ?? [];
      news.push({ at, key, caseNo, id: request.headers['webhook-id'] });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 11 });
      response.end('{"ok":true}');
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(workerData.port, '127.0.0.1', () => parentPort.postMessage('up'));
  parentPort.on('message', () => {
    parentPort.postMessage(news);
    news = [];
  });
}
if (!isMainThread) listen();

/** `{url, poll() → [{at, key?, caseNo?, id?}…] since the last poll, close()}` */
export async function startSink(port) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { port } });
  worker.on('error', (error) => {
    throw error;
  });
  const next = () => new Promise((resolve) => worker.once('message', resolve));
  await next();
  const poll = () => {
    const answer = next();
    worker.postMessage('poll');
    return answer;
  };
  return { url: `http://127.0.0.1:${port}/hook`, poll, close: () => worker.terminate() };
}

/** Collects until every key of `wanted` came or nothing has come for `idleMs`. First arrival of each key, and each arrival. */
export async function collect(sink, wanted, { idleMs = 10_000, from = [] } = {}) {
  const arrivals = [...from];
  const first = new Map(from.filter((a) => a.key).map((a) => [a.key, a]));
  const open = new Set([...wanted].filter((key) => !first.has(key)));
  for (let last = now(); open.size > 0 && now() - last < idleMs; ) {
    const news = await sink.poll();
    for (const arrival of news) {
      arrivals.push(arrival);
      if (!arrival.key || first.has(arrival.key)) continue;
      first.set(arrival.key, arrival);
      open.delete(arrival.key);
    }
    if (news.length > 0) last = now();
    else await new Promise((r) => setTimeout(r, 20));
  }
  return { first, arrivals, missing: [...open] };
}
