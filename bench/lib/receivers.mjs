// Receivers: good and bad integrators' endpoints in a process of their own. Good ones keep what came, and check order and
// bytes; of bad ones it is counted how often each was asked, and how often at once.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** A member of a gzip stream that unpacks to 64 MiB; any number of them in a row is one valid stream. */
const bomb = gzipSync(Buffer.alloc(64 << 20));

const pouring = (status, headers, piece) => (response) => {
  response.writeHead(status, headers);
  const pour = () => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', pour);
  };
  pour();
};

const BAD = {
  slow: (response) => void setTimeout(() => response.writeHead(200).end('ok'), 4_000).unref(),
  hang: () => undefined,
  error: (response) => void response.writeHead(500).end('no'),
  reset: (response) => void response.socket?.resetAndDestroy(),
  redirect: (response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
  huge: pouring(500, {}, Buffer.alloc(65_536, 120)),
  bomb: pouring(500, { 'content-encoding': 'gzip' }, bomb),
};
export const KINDS = Object.keys(BAD);

function listen() {
  const seen = new Map();
  const last = new Map();
  const faults = [];
  let times = [];
  let arrivals = 0;
  let first;
  /** What each bad one was asked: `{asked, atOnce, open}`. */
  const shares = new Map();
  const count = (endpoint, response) => {
    const share = shares.get(endpoint) ?? { asked: 0, atOnce: 0, open: 0 };
    shares.set(endpoint, share);
    share.asked++;
    share.atOnce = Math.max(share.atOnce, ++share.open);
    response.once('close', () => share.open--);
  };
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
      if (bad) {
        count(endpoint, response);
        return bad(response);
      }
      good(endpoint, request, Buffer.concat(chunks));
      response.writeHead(204).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  process.on('message', (ask) => {
    const answer = {
      shares: [...shares],
      arrivals,
      distinct: seen.size,
      first,
      faults: faults.slice(0, 5),
      faulty: faults.length,
      times,
    };
    times = [];
    if (ask === 'reset') {
      seen.clear();
      last.clear();
      shares.clear();
      arrivals = 0;
      first = undefined;
    }
    process.send(answer);
  });
}
if (process.argv[2] === 'receive') listen();

/** `{port, ask() → {arrivals, distinct, first, faults, faulty, times: [[endpoint, ms]…], shares}, reset(), close()}` */
export async function startReceivers() {
  const child = fork(fileURLToPath(import.meta.url), ['receive'], { serialization: 'advanced' });
  child.once('error', (error) => {
    throw error;
  });
  const next = () => new Promise((resolve) => child.once('message', resolve));
  const { port } = await next();
  const call = (what) => {
    const answer = next();
    child.send(what);
    return answer;
  };
  return { port, ask: () => call('ask'), reset: () => call('reset'), close: () => child.kill() };
}
