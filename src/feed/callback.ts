// Callback: who signed a report that comes without a key. The secret is that of an endpoint, as Standard Webhooks has it.
import { GatewayError } from '../core/errors.ts';
import type { Endpoint } from '../core/store.ts';
import type { Feed } from './feed.ts';
import { liveOf, newSecret } from './secrets.ts';
import { provenBy } from './sign.ts';

/** `madeBy` is the key that had the secret made: whoever changes the secret of an endpoint is not always who made it. */
export type Signatory = Endpoint & { readonly madeBy: string };

/**
 * The endpoint whose live secret signed the raw bytes. Throws `signature_invalid` (401), also for an endpoint nobody has or
 * has confirmed, in the same words; `own_event` (422) for an event of ours that is sent back: it has a signature, too.
 */
export function callerOf(
  { roster, clock }: Pick<Feed, 'roster' | 'clock'>,
  id: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: Uint8Array,
): Signatory {
  const found = roster.find(id);
  const endpoint = found?.state === 'pending' ? undefined : found;
  const secrets = endpoint ? liveOf(endpoint.secrets, 'hmac', clock.now()) : [newSecret()];
  const { secret } = provenBy({ secrets, headers, body, now: Math.floor(clock.now() / 1000) });
  if (!endpoint) throw new Error('nobody has this secret');
  if (!headers['webhook-id']?.startsWith('evt_')) {
    const { by } = endpoint.secrets.find((one) => one.secret === secret) ?? {};
    return { ...endpoint, madeBy: by ?? endpoint.createdBy };
  }
  throw new GatewayError({
    code: 'own_event',
    message: 'webhook-id is that of an event of this gateway; a report has an id of its own',
    retryable: false,
    status: 422,
    field: 'webhook-id',
    advice: 'Give every report a webhook-id of your own; keep it only to send the same report again.',
  });
}
