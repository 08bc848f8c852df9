// Enclose: the body an endpoint with a grant is sent: made once, sealed until it is delivered, the same bytes in every attempt.
import type { Message } from '../core/message.ts';
import type { Store } from '../core/store.ts';
import { toRfc3339 } from '../core/time.ts';
import type { Clock } from './clock.ts';
import { grantOf, mayTell, wholeBody } from './grant.ts';
import type { EndpointRun, Item } from './run.ts';

export interface EncloseDeps {
  readonly store: Pick<Store, 'findCase' | 'messagesOf' | 'keepParcel' | 'parcel'>;
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
    const event: Thin = JSON.parse(thin);
    const caseNo = event.subject;
    // Looked at before each attempt: what was allowed at the first one may have ended meanwhile.
    const c = await store.findCase(caseNo, { said: true });
    if (!c || !mayTell(c, endpoint)) return thin;
    const kept = opened(await store.parcel(endpoint.id, seq));
    if (kept?.grantedAt === grant.at) return kept.body;
    const added = await addedBy(store, type, event);
    const body = wholeBody(thin, c, grant, added);
    if (body === thin) return thin;
    const line = {
      at: toRfc3339(clock.now(), utcOffsetMinutes),
      actor: endpoint.id,
      action: 'endpoint.enclose',
      subject: caseNo,
      detail: { endpoint: endpoint.id, seq, mask: grant.mask, ...(added ? { messageId: added.id } : {}) },
    };
    const parcel = { endpoint: endpoint.id, seq, caseNo, body: JSON.stringify({ grantedAt: grant.at, body }) };
    return (await store.keepParcel(parcel, line)) ? body : thin;
  };
}

interface Thin {
  readonly subject: string;
  readonly caseversion?: number;
  readonly data: { readonly messageId?: string };
}

/** What a citizen's later words may bring about. */
const BY_FOLLOW_UP = new Set(['case.followed_up', 'case.reopened', 'case.assigned', 'case.closed', 'case.diverted']);

/** The message of a citizen that came to the case later and brought this event about. */
async function addedBy(
  store: Pick<Store, 'messagesOf'>,
  type: string,
  { subject, caseversion, data: { messageId } }: Thin,
): Promise<Message | undefined> {
  // The words a case was opened with are its own, also where a photo came before them.
  if (messageId === undefined || caseversion === 1 || !BY_FOLLOW_UP.has(type)) return undefined;
  return (await store.messagesOf(subject)).find(({ id, direction }) => id === messageId && direction === 'in');
}

/** One made under an earlier grant, by an attempt that was still under way when it was changed, does not count. */
function opened(parcel: string | undefined): { readonly grantedAt: string; readonly body: string } | undefined {
  return parcel === undefined ? undefined : JSON.parse(parcel);
}
