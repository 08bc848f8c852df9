// Tracing: which trace a request belongs to, and spans through OpenTelemetry where a city started its SDK in this process.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { traceOf } from './core/event.ts';
import type { Route } from './core/route.ts';
import type { Sender } from './feed/deliver.ts';

/** The part of @opentelemetry/api (1.x) we use, as its documentation gives it. */
interface Span {
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
  setAttribute(name: string, value: string | number): unknown;
  setStatus(status: { readonly code: number }): unknown;
  end(): void;
}
interface Api {
  readonly ROOT_CONTEXT: object;
  readonly context: { with<T>(context: object, work: () => T): T };
  readonly trace: {
    getTracer(
      name: string,
      version: string,
    ): {
      startSpan(name: string, options: { readonly kind: number; readonly attributes: object }, context: object): Span;
    };
    setSpan(context: object, span: Span): object;
    setSpanContext(context: object, remote: object): object;
  };
}

const [SERVER, CLIENT] = [1, 2] as const;
const ERROR = 2;

interface Work {
  readonly name: string;
  readonly kind: typeof SERVER | typeof CLIENT;
  readonly parent: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Does the work, given the trace context it is to hand on. */
type Spans = <T extends { readonly status: number }>(
  work: Work,
  does: (own: string | undefined) => Promise<T>,
) => Promise<T>;

export interface Tracing {
  /** What the route brings about carries the trace of its request, or of the span that stands for it. */
  route(route: Route): Route;
  /** A span for each attempt to deliver; the receiver is told of it. */
  sender(send: Sender): Sender;
}

const current = new AsyncLocalStorage<string>();

/** The trace context (W3C) of the request that is being answered. */
export const traceNow = (): string | undefined => current.getStore();

/** `version` is the gateway's. Without an SDK nothing is loaded, and trace contexts pass through as they came. */
export function openTracing(version: string): Tracing {
  const spans = isSdkThere() ? spansOf(loadApi(), version) : undefined;
  return {
    route: (route) => ({
      ...route,
      handle(request) {
        const parent = traceOf(request.headers.traceparent);
        if (!spans)
          return parent === undefined ? route.handle(request) : current.run(parent, () => route.handle(request));
        const { method, path } = route;
        const attributes = { 'http.request.method': method, 'http.route': path };
        return spans({ name: `${method} ${path}`, kind: SERVER, parent, attributes }, async (own) => {
          if (own === undefined) return await route.handle(request);
          const headers = { ...request.headers, traceparent: own };
          return await current.run(own, async () => await route.handle({ ...request, headers }));
        });
      },
    }),
    sender(send) {
      if (!spans) return send;
      return async (out) => {
        const { headers, url } = out;
        const type = headers['webhook-event-type'] ?? '';
        // Never the path: it is often the receiver's secret.
        const attributes = {
          'server.address': url.hostname,
          ...chosen(headers, ['webhook-id', 'webhook-endpoint-id', 'webhook-attempt', 'webhook-sequence']),
        };
        const parent = traceOf(headers.traceparent);
        return await spans({ name: `deliver ${type}`, kind: CLIENT, parent, attributes }, (own) =>
          send(own === undefined ? out : { ...out, headers: { ...headers, traceparent: own } }),
        );
      };
    },
  };
}

/** An SDK that was started registers itself under this symbol, whatever its version of the API. */
function isSdkThere(): boolean {
  const registered: unknown = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1'));
  return typeof registered === 'object' && registered !== null && 'trace' in registered;
}

/** By its name at run time: it comes with another package or with the SDK, and nobody has to have it. */
const loadApi = (): Api => createRequire(import.meta.url)('@opentelemetry/api') as Api;

function spansOf({ ROOT_CONTEXT, context, trace }: Api, version: string): Spans {
  const tracer = trace.getTracer('civicline', version);
  return async ({ name, kind, parent, attributes }, does) => {
    const above = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote(parent));
    const span = tracer.startSpan(name, { kind, attributes }, above);
    const { traceId, spanId, traceFlags } = span.spanContext();
    const own = traceOf(`00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`);
    try {
      const answer = await context.with(trace.setSpan(above, span), () => does(own ?? parent));
      span.setAttribute('http.response.status_code', answer.status);
      if (answer.status >= (kind === SERVER ? 500 : 300)) span.setStatus({ code: ERROR });
      return answer;
    } catch (error) {
      // The code alone: a message may hold what a citizen wrote.
      span.setAttribute('error.type', error instanceof Error && 'code' in error ? String(error.code) : 'error');
      span.setStatus({ code: ERROR });
      throw error;
    } finally {
      span.end();
    }
  };
}

function remote(traceparent: string): object {
  const [, traceId, spanId, flags = '00'] = traceparent.split('-');
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

function chosen(headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}
