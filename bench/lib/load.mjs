// The load: keeps a number of connections busy, or sends at a fixed rate, and notes every answer. Plain sockets cost least.
import net from 'node:net';

export const now = () => performance.timeOrigin + performance.now();

/** Bytes of one POST, ready to write. */
export function post(url, body, headers) {
  const { host, pathname } = new URL(url);
  const lines = Object.entries({ host, 'content-length': Buffer.byteLength(body), ...headers });
  return Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n${body}`);
}

/** Where the answer in the buffer ends, or Infinity while it is not whole. */
function endOfAnswer(buffer, headEnd, head) {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length) return headEnd + 4 + Number(length[1]);
  if (/^HTTP\/1\.1 204/.test(head)) return headEnd + 4;
  const last = /\r\ntransfer-encoding: *chunked/i.test(head) ? buffer.indexOf('0\r\n\r\n', headEnd + 2) : -1;
  return last < 0 ? Number.POSITIVE_INFINITY : last + 5;
}

/** One connection that asks and waits for the answer, and connects anew after a break. */
class Line {
  #url;
  #socket;
  #buffer = Buffer.alloc(0);
  #answered;

  constructor(url) {
    this.#url = new URL(url);
  }

  async ask(bytes) {
    if (!this.#socket || this.#socket.destroyed) await this.#connect();
    return new Promise((resolve, reject) => {
      this.#answered = { resolve, reject };
      this.#socket.write(bytes);
    });
  }

  close() {
    this.#socket?.destroy();
  }

  #connect() {
    this.#buffer = Buffer.alloc(0);
    return new Promise((resolve, reject) => {
      const socket = net.connect(Number(this.#url.port), this.#url.hostname, resolve);
      socket.setNoDelay(true);
      socket.on('data', (chunk) => this.#take(chunk));
      socket.on('error', reject);
      socket.on('close', () => {
        this.#answered?.reject(new Error('connection closed'));
        this.#answered = undefined;
        reject(new Error('connection closed'));
      });
      this.#socket = socket;
    });
  }

  #take(chunk) {
    this.#buffer = this.#buffer.length > 0 ? Buffer.concat([this.#buffer, chunk]) : chunk;
    const headEnd = this.#buffer.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#buffer.latin1Slice(0, headEnd);
    const end = endOfAnswer(this.#buffer, headEnd, head);
    if (this.#buffer.length < end) return;
    const body = this.#buffer.subarray(headEnd + 4, end);
    this.#buffer = this.#buffer.subarray(end);
    if (/\r\nconnection: *close/i.test(head)) this.#socket.destroy();
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.resolve({ status: Number(head.slice(9, 12)), body });
  }
}

/**
 * Sends `requests` (`{key, bytes}` each) over `connections`, as fast as answers come or, with `rate`, so many a second:
 * then waiting counts from the moment a message was due. `onAnswer(key, status, body)` is told of each answer.
 * Answers `{began, ended, sentAt, waits, codes, accepted}`: `waits` in ms of the 2xx, `accepted` their keys.
 */
export async function load({ url, requests, connections, rate, until = () => false, capMs = 600_000, onAnswer }) {
  if (!['127.0.0.1', 'localhost'].includes(new URL(url).hostname)) throw new Error('load goes to this machine only');
  const result = { sentAt: new Map(), waits: [], codes: {}, accepted: new Set(), began: now(), ended: 0, sent: 0 };
  const stopAt = result.began + capMs;
  const count = (code) => {
    result.codes[code] = (result.codes[code] ?? 0) + 1;
  };
  const due = async (i) => {
    const at = result.began + (i * 1000) / rate;
    const early = at - now();
    if (early > 0) await new Promise((r) => setTimeout(r, early));
    return at;
  };
  const lane = async () => {
    const line = new Line(url);
    while (result.sent < requests.length && now() < stopAt && !until()) {
      const i = result.sent++;
      const { key, bytes } = requests[i];
      const at = rate ? await due(i) : now();
      if (!result.sentAt.has(key)) result.sentAt.set(key, at);
      try {
        const { status, body } = await line.ask(bytes);
        count(status);
        onAnswer?.(key, status, body);
        if (status < 200 || status > 299) continue;
        result.waits.push(now() - at);
        result.accepted.add(key);
      } catch (error) {
        count(error.code ?? error.message);
      }
    }
    line.close();
  };
  await Promise.all(Array.from({ length: connections }, lane));
  result.ended = now();
  return result;
}
