// Sends what a route answered: objects as JSON, texts and bytes as they are, async iterables as a stream with back-pressure.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyReply } from 'fastify';
import type { GatewayError } from '../core/errors.ts';
import type { RouteAnswer } from '../core/route.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';

/** On every answer unless the route says otherwise. Pages bring their own policy for scripts and styles. */
export const DEFAULT_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};
const JSON_TYPE = 'application/json; charset=utf-8';

/** Resolves when the answer is handed over; of a stream, when it has ended. */
export async function sendAnswer(reply: FastifyReply, answer: RouteAnswer, stalledMs = STALLED_MS): Promise<void> {
  const { body } = answer;
  reply.code(answer.status).headers(DEFAULT_HEADERS);
  for (const [name, value] of Object.entries(answer.headers ?? {}))
    reply.header(name, typeof value === 'string' ? value : [...value]);
  if (body === undefined) reply.send();
  else if (typeof body === 'string') reply.send(body);
  else if (body instanceof Uint8Array) sendBytes(reply, body);
  else if (isStream(body)) await sendStream(reply, body, stalledMs);
  else {
    if (!reply.hasHeader('content-type')) reply.header('content-type', JSON_TYPE);
    reply.send(JSON.stringify(body));
  }
}

export function sendProblem(reply: FastifyReply, error: GatewayError): void {
  reply.code(error.status).headers(DEFAULT_HEADERS).header('content-type', PROBLEM_TYPE);
  const after = error.retryAfter ?? (error.status === 503 ? 5 : undefined);
  if (after !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(after))));
  if (error.status === 401) reply.header('www-authenticate', 'Bearer');
  reply.send(JSON.stringify(problemOf(error)));
}

function sendBytes(reply: FastifyReply, bytes: Uint8Array): void {
  if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/octet-stream');
  reply.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function isStream(body: object): body is AsyncIterable<string> {
  return Symbol.asyncIterator in body;
}

/** A reader that takes nothing for so long is let go; streams of events say something every 15 s. */
const STALLED_MS = 45_000;

/** The head goes out at once: a reader of events must see that it is connected before the first event. */
async function sendStream(reply: FastifyReply, body: AsyncIterable<string>, stalledMs: number): Promise<void> {
  const { raw } = reply;
  const headers = reply.getHeaders();
  const head = raw.req.method === 'HEAD';
  reply.hijack();
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(reply.statusCode);
  if (head) {
    raw.end();
    return;
  }
  raw.flushHeaders();
  // Every byte that gets through begins the time anew; a source that has nothing to say is no fault of the reader.
  raw.setTimeout(stalledMs, () => {
    if (raw.writableNeedDrain) raw.destroy();
  });
  try {
    await pipeline(Readable.from(body, { objectMode: true, highWaterMark: 1 }), raw);
  } catch (error) {
    // The reader went away, or the source failed after the head was sent: nothing can be said any more but the end.
    raw.destroy();
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const name = error instanceof Error ? error.name : '';
  return name === 'AbortError' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'EPIPE';
}
