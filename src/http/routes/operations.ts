// /healthz, /readyz, /metrics: is the process alive, can it take a message now, and how does it do.
import { statfs } from 'node:fs/promises';
import { GatewayError } from '../../core/errors.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import { HealthAnswer, UnreadyAnswer } from '../answers.ts';
import type { ApiDeps } from '../deps.ts';
import { opens } from '../keyring.ts';
import { refusal } from '../problem.ts';

export function operationRoutes(deps: ApiDeps): Route[] {
  const ready = readiness(deps);
  return [
    {
      method: 'GET',
      path: '/healthz',
      access: 'public',
      summary: 'Alive',
      tags: ['operations'],
      schema: { answers: { 200: HealthAnswer } },
      handle: () => ({ status: 200, body: { status: 'ok' } }),
    },
    {
      method: 'GET',
      path: '/readyz',
      access: 'public',
      summary: 'Ready to take a message; 503 with reasons otherwise',
      tags: ['operations'],
      schema: { answers: { 200: HealthAnswer, 503: UnreadyAnswer } },
      handle: async () => {
        const reasons = await ready();
        if (reasons.length === 0) return { status: 200, body: { status: 'ready' } };
        return { status: 503, headers: { 'retry-after': '10' }, body: { status: 'unready', reasons } };
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      access: 'public',
      summary: 'Figures for Prometheus; from loopback or with a key of scope metrics',
      tags: ['operations'],
      handle: async (request) => {
        refuseStranger(request);
        return { status: 200, headers: { 'content-type': deps.metrics.contentType }, body: await deps.metrics.text() };
      },
    },
  ];
}

interface Reason {
  readonly code: string;
  readonly detail: string;
}

/** Asking costs the disk a write: whoever asks within a second gets the answer of before. */
const FRESH_MS = 1_000;

function readiness(deps: ApiDeps): () => Promise<Reason[]> {
  let last: { readonly at: number; readonly reasons: Promise<Reason[]> } | undefined;
  return () => {
    const now = deps.now();
    if (last && now >= last.at && now - last.at < FRESH_MS) return last.reasons;
    const reasons = Promise.all([storeReason(deps), diskReason(deps)]).then((found) =>
      found.flatMap((r) => (r ? [r] : [])),
    );
    last = { at: now, reasons };
    return reasons;
  };
}

async function storeReason({ store }: ApiDeps): Promise<Reason | undefined> {
  try {
    await store.probe();
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return { code: error.code, detail: error.message };
    return { code: 'store_failed', detail: 'the store cannot commit' };
  }
}

async function diskReason({ settings, freeBytes }: ApiDeps): Promise<Reason | undefined> {
  const { dataDir, minFreeBytes, url } = settings.store;
  if (url.startsWith('memory:') && !freeBytes) return undefined;
  try {
    const free = freeBytes ? await freeBytes() : await freeUnder(dataDir);
    if (free >= minFreeBytes) return undefined;
    return { code: 'disk_low', detail: `${free} bytes free, ${minFreeBytes} wanted` };
  } catch {
    return { code: 'disk_unknown', detail: 'the data folder cannot be asked for its free space' };
  }
}

async function freeUnder(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Behind a proxy on the same machine everybody comes from loopback: what was forwarded is no neighbour. */
function refuseStranger({ key, address, headers }: RouteRequest): void {
  if (key && opens(key, ['metrics', 'operator'])) return;
  if (key) throw refusal(403, 'forbidden', 'this needs a key with scope metrics');
  const forwarded = headers['x-forwarded-for'] ?? headers.forwarded ?? headers.via ?? headers['x-real-ip'];
  if (forwarded === undefined && /^(?:127\.|::1$|::ffff:127\.)/.test(address)) return;
  throw refusal(401, 'unauthorized', 'this needs a key with scope metrics', {
    advice: 'Or ask from the machine itself.',
  });
}
