// Send: one HTTP request through a dispatcher, with a deadline and a cap on the answer; no redirects, nothing decoded.
import type { Dispatcher } from 'undici';
import { GatewayError } from '../core/errors.ts';
import type { Clock } from './clock.ts';

export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Whole time, from asking for a connection to the last byte kept. */
  readonly timeoutMs: number;
  /** Bytes of the answer kept; when there are more the connection is closed. */
  readonly maxBytes: number;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  /** There was more than `maxBytes`. */
  readonly truncated: boolean;
}

/** Rejects with GatewayError `timeout`, or with what the connection said. */
export function send(dispatcher: Dispatcher, out: Outgoing, clock: Clock): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let answer: { status: number; headers: Record<string, string> } | undefined;
    const kept: Buffer[] = [];
    let size = 0;
    let over = false;
    const finish = (settle: () => void): void => {
      if (over) return;
      over = true;
      cancel();
      settle();
    };
    const cancel = clock.after(out.timeoutMs, () => {
      const late = timedOut(out.timeoutMs);
      finish(() => reject(late));
      controller?.abort(late);
    });
    const complete = (truncated: boolean): void =>
      finish(() => {
        if (answer) resolve({ ...answer, bytes: Buffer.concat(kept), truncated });
        else reject(new GatewayError({ code: 'no_answer', message: 'The answer had no status.', retryable: true }));
      });
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        if (over) started.abort(timedOut(out.timeoutMs));
      },
      onResponseStart(_started, status, headers) {
        if (status >= 200) answer = { status, headers: flat(headers) };
        // 204 has no content (RFC 9110); what some receivers write behind it all the same says nothing about it.
        if (status === 204) complete(false);
      },
      onResponseData(started, chunk) {
        const room = out.maxBytes - size;
        kept.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
        size += chunk.length;
        if (size <= out.maxBytes) return;
        complete(true);
        started.abort(new Error('answer longer than what is kept'));
      },
      onResponseEnd: () => complete(false),
      onResponseError: (_started, error) => finish(() => reject(answer ? cut(error) : error)),
    };
    const { origin, pathname, search } = out.url;
    const method = out.method as Dispatcher.HttpMethod;
    dispatcher.dispatch(
      { origin, path: pathname + search, method, headers: { ...out.headers }, body: bodyOf(out.body) },
      handler,
    );
  });
}

/** undici's parser takes strings and Buffers; a view costs nothing. */
function bodyOf(body: Uint8Array | string | undefined): string | Buffer | null {
  if (body === undefined) return null;
  return typeof body === 'string' || Buffer.isBuffer(body)
    ? body
    : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) all[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return all;
}

/** The status came but not the whole answer: not a success, and not a connection that was stale before. */
function cut(cause: Error): GatewayError {
  return new GatewayError({
    code: 'answer_cut',
    message: 'The connection ended within the answer.',
    retryable: true,
    cause,
  });
}

function timedOut(ms: number): GatewayError {
  return new GatewayError({ code: 'timeout', message: `No complete answer within ${ms} ms.`, retryable: true });
}
