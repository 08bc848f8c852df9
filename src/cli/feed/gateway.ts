// Gateway: what the integrators' commands ask of a running gateway over its public API: events by pull and as a stream.
import { GatewayError } from '../../core/errors.ts';
import { usage } from '../fail.ts';

export interface Asked {
  /** Address of the gateway. */
  readonly gateway?: string;
  readonly after?: string;
  readonly types?: string;
  readonly filter?: string;
}

/** One event as it lies in the log: `body` is its bytes, `cursor` where to go on. */
export interface Heard {
  readonly body: string;
  readonly cursor: string;
}

export interface Gateway {
  /** Events as they happen, for ever; goes on where the connection broke. Ends when `signal` does. */
  stream(asked: Asked, signal: AbortSignal): AsyncGenerator<Heard>;
  /** Events up to the end of the log, then ends. */
  pull(asked: Asked): AsyncGenerator<Heard>;
  /** Any other question; answers the body. Throws the gateway's refusal. */
  call(method: 'GET' | 'POST', path: string, body?: object): Promise<Readonly<Record<string, unknown>>>;
}

const AGAIN_MS = 2_000;
/** A gateway that starts anew, or a proxy before one, is asked again. */
const PASSING: readonly number[] = [429, 502, 503, 504];

/** Throws `usage` without a key or with an address that is none. */
export function openGateway(asked: Asked, env: NodeJS.ProcessEnv, told: (problem: string) => void): Gateway {
  const key = env.CIVICLINE_FEED_KEY || env.CIVICLINE_ADMIN_KEY;
  if (!key) throw usage('there is no key', 'Set CIVICLINE_FEED_KEY to a key with scope integrator.');
  const base = addressOf(asked.gateway ?? `http://127.0.0.1:${env.PORT || '8345'}`);
  const ask = async (path: string, query: Readonly<Record<string, string | undefined>>, more: RequestInit = {}) => {
    const url = new URL(path, base);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    const headers = { authorization: `Bearer ${key}`, ...more.headers };
    const answer = await fetch(url, { ...more, headers });
    if (!answer.ok) throw await refusalOf(answer);
    return answer;
  };
  return {
    async call(method, path, body) {
      const json = { 'content-type': 'application/json' };
      const sent = body === undefined ? {} : { headers: json, body: JSON.stringify(body) };
      const answer: unknown = await (await ask(path, {}, { method, ...sent })).json();
      return { ...(answer as object) };
    },
    async *pull({ after = 'earliest', types, filter }) {
      for (let from = after, more = true; more; ) {
        const page: unknown = await (await ask('/v1/events', { after: from, limit: '1000', types, filter })).json();
        const { data, next_cursor, has_more } = pageOf(page);
        for (const event of data) yield { body: JSON.stringify(event), cursor: next_cursor };
        from = next_cursor;
        more = has_more;
      }
    },
    async *stream({ after = 'now', types, filter }, signal) {
      let last: string | undefined;
      while (!signal.aborted) {
        try {
          const resume = last === undefined ? {} : { headers: { 'last-event-id': last } };
          const answer = await ask('/v1/events/stream', { after, types, filter }, { signal, ...resume });
          for await (const { cursor, body } of frames(answer)) {
            last = cursor || last;
            if (body !== undefined) yield { cursor, body };
          }
        } catch (error) {
          if (signal.aborted) return;
          if (error instanceof GatewayError && !PASSING.includes(error.status)) throw error;
          told(`the connection broke (${reasonOf(error)}); trying again`);
        }
        await pause(AGAIN_MS, signal);
      }
    },
  };
}

/** A frame may be a place alone: then there is no body. Throws what an `event: reset` tells. */
async function* frames(answer: Response): AsyncGenerator<{ readonly cursor: string; readonly body?: string }> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const lines = rest.slice(0, end).split('\n');
      rest = rest.slice(end + 2);
      const field = (name: string) =>
        lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length));
      const data = field('data: ').join('\n');
      if (field('event: ')[0] === 'reset') throw refusalIn(JSON.parse(data), 410);
      const cursor = field('id: ')[0] ?? '';
      if (data !== '' || cursor !== '') yield { cursor, ...(data === '' ? {} : { body: data }) };
    }
  }
}

function addressOf(text: string): URL {
  if (URL.canParse(text) && /^https?:/.test(text)) return new URL(text);
  throw usage(`${text} is no address of a gateway`, 'Write it like http://127.0.0.1:8345.');
}

function pageOf(page: unknown): { data: readonly unknown[]; next_cursor: string; has_more: boolean } {
  const { data, next_cursor, has_more }: Readonly<Record<string, unknown>> = { ...(page as object) };
  if (Array.isArray(data) && typeof next_cursor === 'string') return { data, next_cursor, has_more: has_more === true };
  throw new GatewayError({ code: 'no_gateway', message: 'What answers there is no civicline.', retryable: false });
}

/** The gateway's own words, with its advice; what answers otherwise is named by its status. */
async function refusalOf(answer: Response): Promise<GatewayError> {
  return refusalIn(await answer.json().catch(() => undefined), answer.status);
}

function refusalIn(problem: unknown, status: number): GatewayError {
  const { code, detail, advice }: Readonly<Record<string, unknown>> = { ...(problem as object | undefined) };
  return new GatewayError({
    code: typeof code === 'string' ? code : 'refused',
    message: typeof detail === 'string' ? detail : `the gateway answered ${status}`,
    retryable: false,
    status,
    ...(typeof advice === 'string' ? { advice } : {}),
  });
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
