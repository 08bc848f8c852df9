// A desk that calls the feed's routes as the front door would, with keys of every kind.
import { Compile } from 'typebox/schema';
import type { ApiKey, Scope } from '../../src/core/access.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Route } from '../../src/core/route.ts';
import type { Feed } from '../../src/feed/feed.ts';
import { type FeedRoutesDeps, feedRoutes } from '../../src/feed/routes.ts';
import type { LogFake } from './log-fake.ts';

export function key(scopes: Scope[], over: Partial<ApiKey> = {}): ApiKey {
  return { id: `key_${scopes.join('_')}`, name: 'test', hash: '', scopes, createdAt: '2026-11-24T00:00:00Z', ...over };
}
export const ADMIN = key(['admin']);

export interface Said {
  readonly status: number;
  readonly json: Record<string, unknown> & {
    data?: Record<string, unknown>[];
    next_cursor?: string;
    has_more?: boolean;
  };
  readonly text: string;
  readonly stream?: AsyncIterable<string>;
}

/** What describes itself: other documents, and what is no JSON. */
const OWN_WORDS = ['/asyncapi.json', '/v1/schemas/:type/:version'];

/** Throws for an answer that the document does not describe, or that holds a field more. */
function asDocumented(route: Route, status: number, text: string): void {
  if (text === '' || OWN_WORDS.includes(route.path)) return;
  const schema = route.schema?.answers?.[status];
  if (!schema) throw new Error(`${route.method} ${route.path} answers ${status}, which the document does not know`);
  const [, errors] = Compile(closed(schema) as object).Errors(JSON.parse(text));
  if (errors.length > 0) throw new Error(`${route.method} ${route.path} answers otherwise: ${JSON.stringify(errors)}`);
}

/** Without leave for fields nobody declared. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return 'properties' in inner && !('additionalProperties' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}

/** Calls a route. A refusal comes back as its status and problem, as the front door would write it. */
export function desk(feed: Feed, store: LogFake, more: Pick<FeedRoutesDeps, 'knowsKey'> = {}) {
  const routes = feedRoutes({ feed, store, utcOffsetMinutes: 480, knowsUnit: (code) => code !== 'nosuch', ...more });
  return async function call(
    as: ApiKey,
    method: string,
    target: string,
    body?: unknown,
    {
      headers = {},
      signal = new AbortController().signal,
    }: { headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<Said> {
    const url = new URL(target, 'http://gateway.example');
    for (const route of routes) {
      const params = match(route.path, url.pathname);
      if (!params || route.method !== method) continue;
      const allowed =
        route.access === 'public' ||
        as.scopes.some((scope) => scope === 'admin' || (route.access !== 'public' && route.access.includes(scope)));
      if (!allowed) return { status: 403, json: { code: 'forbidden' }, text: '' };
      try {
        const answer = await route.handle({
          params,
          query: Object.fromEntries(url.searchParams),
          headers,
          url: '',
          cookies: {},
          body,
          parts: async function* () {},
          key: as,
          address: '127.0.0.1',
          signal,
        });
        const content = answer.body ?? '';
        if (typeof content === 'object' && Symbol.asyncIterator in content) {
          return { status: answer.status, json: {}, text: '', stream: content as AsyncIterable<string> };
        }
        const text = typeof content === 'string' ? content : JSON.stringify(content);
        asDocumented(route, answer.status, text);
        return { status: answer.status, json: text ? JSON.parse(text) : {}, text };
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        const { code, status, field, message } = error;
        return { status, json: { code, field, message }, text: '' };
      }
    }
    return { status: 404, json: { code: 'not_found' }, text: '' };
  };
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return params;
}
