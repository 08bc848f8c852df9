// One trace from the citizen's request to the receiver: with nothing but the header, and with spans where OpenTelemetry is started.
import { context, ROOT_CONTEXT, type Span, type SpanOptions, trace } from '@opentelemetry/api';
import { afterEach, expect, it } from 'vitest';
import { loadSettings } from '../../src/config.ts';
import { openHouse } from '../../src/main.ts';
import { quiet, receiver, until } from '../feed/house.ts';
import { ADMIN, ask, envOf, newHome } from './house.ts';

const ID = '0af7651916cd43dd8448eb211c80319c';
const TRACE = `00-${ID}-b7ad6b7169203331-01`;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function house(answer: (n: number) => number = () => 204) {
  const hook = await receiver((n, response) => void response.writeHead(answer(n)).end());
  const env = envOf(newHome({ store: { url: 'memory:' } }), {
    ...{ PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN, CIVICLINE_ALLOWED_NETWORKS: '127.0.0.1/32' },
  });
  const open = await openHouse(loadSettings(env), quiet, (error) => {
    throw error;
  });
  closing.push(
    () => hook.close(),
    () => open.close(),
  );
  const body = { url: hook.url, types: ['case.opened', 'case.followed_up'] };
  await ask(open.url, 'POST', '/v1/endpoints', { token: ADMIN, body });
  const post = (path: string, sent: string, type: string) =>
    fetch(`${open.url}${path}`, {
      ...{ method: 'POST', body: sent, redirect: 'manual' as const },
      headers: { 'content-type': type, traceparent: TRACE },
    });
  const say = async (content: string) =>
    (await (await post('/in/web', JSON.stringify({ content }), 'application/json')).json()) as Record<string, string>;
  const form = (path: string, fields: Record<string, string>) =>
    post(path, String(new URLSearchParams(fields)), 'application/x-www-form-urlencoded');
  return { hook, say, form };
}

interface Kept {
  readonly name: string;
  readonly id: string;
  readonly parent: string | undefined;
  readonly attributes: Record<string, unknown>;
  status?: number;
  ended?: true;
}

/** What an SDK does as far as we call it: keeps spans, names them in order. */
function startSdk(): Kept[] {
  const spans: Kept[] = [];
  const startSpan = (name: string, { attributes = {} }: SpanOptions = {}, above = ROOT_CONTEXT) => {
    const id = String(spans.length + 1).padStart(16, '0');
    const kept: Kept = { name, id, parent: trace.getSpanContext(above)?.spanId, attributes: { ...attributes } };
    spans.push(kept);
    const traceId = trace.getSpanContext(above)?.traceId ?? 'f'.repeat(32);
    return {
      spanContext: () => ({ traceId, spanId: id, traceFlags: 1 }),
      setAttribute(key: string, value: unknown) {
        kept.attributes[key] = value;
      },
      setStatus({ code }: { code: number }) {
        kept.status = code;
      },
      end() {
        kept.ended = true;
      },
    } as unknown as Span;
  };
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) } as unknown as Parameters<
    typeof trace.setGlobalTracerProvider
  >[0]);
  closing.push(
    () => trace.disable(),
    () => context.disable(),
  );
  return spans;
}

it('goes from a form to the receiver as it came, also through the pages', async () => {
  const { hook, say, form } = await house();
  const { caseNo = '', queryCode = '' } = await say('和平公园的长椅断了两条，请派人来修');
  const page = await (await form('/case', { caseNo, queryCode })).text();
  const [, claim = ''] = /name="claim" value="([^"]+)"/.exec(page) ?? [];
  expect((await form('/case/more', { claim, more: '旁边的垃圾桶也倒了' })).status).toBe(303);
  await until(() => hook.heard.length === 2);
  for (const { headers, body } of hook.heard) {
    expect(headers.traceparent).toBe(TRACE);
    expect(JSON.parse(body.toString()).traceparent).toBe(TRACE);
  }
});

it('has a span for the request and one for each attempt, each under the one before it, and no words in any', async () => {
  const spans = startSdk();
  const { hook, say } = await house((n) => (n === 1 ? 500 : 204));
  await say('朝阳小区3幢门口的路灯坏了三天了，电话13800001234');
  await until(() => hook.heard.length === 1 && spans.some(({ name, ended }) => name.startsWith('deliver') && ended));
  const door = spans.find(({ name }) => name === 'POST /in/web');
  expect(door).toMatchObject({ parent: 'b7ad6b7169203331', ended: true, attributes: { 'http.route': '/in/web' } });
  const attempt = spans.find(({ name }) => name === 'deliver case.opened');
  expect(attempt).toMatchObject({ parent: door?.id, status: 2, attributes: { 'http.response.status_code': 500 } });
  expect(hook.heard[0]?.headers.traceparent).toBe(`00-${ID}-${attempt?.id}-01`);
  expect(JSON.parse(hook.heard[0]?.body.toString() ?? '').traceparent).toBe(`00-${ID}-${door?.id}-01`);
  expect(JSON.stringify(spans)).not.toMatch(/13800001234|路灯|\/hook/);
});
