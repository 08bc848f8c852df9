// How a request ends when it is not an answer of a route: the problem document or page, the line in the log, the figure.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../core/channel.ts';
import { sendProblem } from './answer.ts';
import type { Metrics } from './metrics.ts';
import { PROBLEM_TYPE, type Problem, problemOf, refusal, toGatewayError } from './problem.ts';

export interface OutcomeDeps {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly problemPage?: (problem: Problem) => string;
}

/** For a page of our own, as the citizens' pages have it. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export function fail(thrown: unknown, request: FastifyRequest, reply: FastifyReply, deps: OutcomeDeps): void {
  const { error, expected } = toGatewayError(thrown);
  const route = request.routeOptions.url ?? 'none';
  if (!expected) deps.log.error({ err: thrown, method: request.method, route, id: request.id }, 'a route failed');
  else if (error.status >= 500)
    deps.log.warn({ err: error, method: request.method, route, id: request.id }, 'refused for now');
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  const page = deps.problemPage;
  const wantsPage = /^\s*text\/html/i.test(request.headers.accept ?? '') && !/^\/(?:v1|in)\//.test(request.url);
  if (!page || !wantsPage) {
    sendProblem(reply, error);
    return;
  }
  if (error.retryAfter !== undefined) reply.header('retry-after', String(Math.ceil(error.retryAfter)));
  reply
    .code(error.status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    .send(page(problemOf(error)));
}

/** One line a request, without its address, its sender or its words. What went well is counted; its lines are for debugging. */
export function tell(request: FastifyRequest, reply: FastifyReply, deps: OutcomeDeps): void {
  const route = request.routeOptions.url ?? 'none';
  const ms = Math.round(reply.elapsedTime * 10) / 10;
  deps.metrics.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
  const level = reply.statusCode < 400 ? 'debug' : 'info';
  deps.log[level]({ method: request.method, route, status: reply.statusCode, ms, id: request.id }, 'request');
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [number, string, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_timeout', 'the request took too long to arrive'],
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'the headers are too large'],
};

/** What cannot even be read as HTTP gets its answer by hand. */
export function rawProblem(code: string): string {
  const [status, name, message] = CLIENT_ERRORS[code] ?? [400, 'bad_request', 'this is not HTTP'];
  const problem = problemOf(refusal(status, name, message));
  const body = JSON.stringify(problem);
  return `HTTP/1.1 ${status} ${problem.title}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}
