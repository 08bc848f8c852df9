// Enclose: the body an endpoint with a grant is sent: made once, sealed until it is delivered, the same bytes in every attempt.
import type { Store } from '../core/store.ts';
import { toRfc3339 } from '../core/time.ts';
import type { Clock } from './clock.ts';
import { grantOf, mayTell, wholeBody } from './grant.ts';
import type { EndpointRun, Item } from './run.ts';

export interface EncloseDeps {
  readonly store: Pick<Store, 'findCase' | 'keepParcel' | 'parcel'>;
  readonly clock: Clock;
  readonly utcOffsetMinutes: number;
}

/** Answers the thin body itself where nothing may be told besides. Rejects when the store cannot be read. */
export type Enclose = (
  run: Pick<EndpointRun, 'endpoint'>,
  item: Pick<Item, 'seq' | 'type'>,
  thin: string,
) => Promise<string>;

export function enclosing({ store, clock, utcOffsetMinutes }: EncloseDeps): Enclose {
  return async ({ endpoint }, { seq, type }, thin) => {
    const grant = grantOf(endpoint);
    if (!grant || !type.startsWith('case.') || type === 'case.redacted') return thin;
    const { subject: caseNo }: { readonly subject: string } = JSON.parse(thin);
    // Looked at before each attempt: what was allowed at the first one may have ended meanwhile.
    const c = await store.findCase(caseNo, { said: true });
    if (!c || !mayTell(c, endpoint)) return thin;
    const kept = opened(await store.parcel(endpoint.id, seq));
    if (kept?.grantedAt === grant.at) return kept.body;
    const body = wholeBody(thin, c, grant);
    if (body === thin) return thin;
    const line = {
      at: toRfc3339(clock.now(), utcOffsetMinutes),
      actor: endpoint.id,
      action: 'endpoint.enclose',
      subject: caseNo,
      detail: { endpoint: endpoint.id, seq, mask: grant.mask },
    };
    const parcel = { endpoint: endpoint.id, seq, caseNo, body: JSON.stringify({ grantedAt: grant.at, body }) };
    return (await store.keepParcel(parcel, line)) ? body : thin;
  };
}

/** One made under an earlier grant, by an attempt that was still under way when it was changed, does not count. */
function opened(parcel: string | undefined): { readonly grantedAt: string; readonly body: string } | undefined {
  return parcel === undefined ? undefined : JSON.parse(parcel);
}
