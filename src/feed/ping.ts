// Ping: a signed webhook.ping outside the log, for test sends and for proving that an endpoint wants to be one.
import { type EventType, renderEvent } from '../core/event.ts';
import type { Endpoint } from '../core/store.ts';
import { toRfc3339 } from '../core/time.ts';
import type { Clock } from './clock.ts';
import { ANSWER_BYTES, failureOf, type Sender, webhookHeaders } from './deliver.ts';
import { endpointSigners } from './endpoint-signing.ts';
import { exampleOf } from './type-examples.ts';

export interface PingResult {
  readonly status?: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly request: {
    readonly method: 'POST';
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly response?: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly ms: number;
}

export interface PingDeps {
  readonly send: Sender;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly instance: string;
  readonly tenant: string;
  readonly utcOffsetMinutes: number;
  readonly timeoutMs: number;
  readonly agentName: string;
}

export interface PingWhat {
  /** Asked to be returned. */
  readonly challenge?: string;
  /** An invented event of this type instead of webhook.ping; its data says `test`. */
  readonly type?: EventType;
}

/** Never rejects because of the endpoint: how it failed is the answer. */
export async function ping(deps: PingDeps, endpoint: Endpoint, what: PingWhat = {}): Promise<PingResult> {
  const { clock, agentName, timeoutMs } = deps;
  const now = clock.now();
  const id = `evt_${deps.newId()}`;
  const { type, subject, data } = contentOf(endpoint, what);
  const time = toRfc3339(now, deps.utcOffsetMinutes);
  const tenant = endpoint.tenant ?? deps.tenant;
  const body = renderEvent({ id, type, subject, time, data, tenant }, 0, deps.instance);
  const signers = endpointSigners(endpoint).flatMap(({ signer, until }) => (until > now ? [signer] : []));
  const headers = webhookHeaders({
    id,
    type,
    seq: 0,
    attempt: 1,
    endpoint: endpoint.id,
    signers,
    body,
    now,
    agentName,
  });
  const request = { method: 'POST', url: endpoint.url, headers, body } as const;
  try {
    const url = new URL(endpoint.url);
    const answer = await deps.send({ url, method: 'POST', headers, body, timeoutMs, maxBytes: ANSWER_BYTES });
    const response = { headers: answer.headers, body: Buffer.from(answer.bytes).toString('utf8') };
    return { status: answer.status, request, response, ms: clock.now() - now };
  } catch (error) {
    return { error: failureOf(error), request, ms: clock.now() - now };
  }
}

function contentOf(endpoint: Endpoint, { type = 'webhook.ping', challenge }: PingWhat) {
  if (type !== 'webhook.ping') {
    const { subject, data } = exampleOf(type);
    return { type, subject, data: { ...data, test: true } };
  }
  const data = { endpoint: endpoint.id, ...(challenge === undefined ? {} : { challenge }) };
  return { type, subject: endpoint.id, data };
}

/** Did the endpoint return the challenge, as JSON `{"challenge": …}` or as plain text? */
export function returned(result: PingResult, challenge: string): boolean {
  if (result.status === undefined || result.status < 200 || result.status > 299) return false;
  const body = result.response?.body.trim() ?? '';
  if (body === challenge) return true;
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'challenge' in parsed && parsed.challenge === challenge;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
