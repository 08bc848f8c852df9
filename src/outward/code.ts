// The code that proves a key: goes to the address somebody said is theirs, belongs to no case, and is worth nothing after its minutes.

import { formatQueryCode } from '../core/case-no.ts';
import type { Outgoing } from '../core/channel.ts';
import type { Claim } from '../core/party.ts';
import { CLAIM_MINUTES } from '../core/party.ts';
import { fill } from '../core/replies.ts';
import type { OutgoingRow } from '../core/store.ts';
import { toRfc3339 } from '../core/time.ts';
import type { Place } from './attempt.ts';
import type { OutwardDeps } from './deps.ts';

/** Undefined when the claim is over, or no account reaches its target any more. */
export async function codeFor(row: OutgoingRow, deps: OutwardDeps) {
  const claim = await deps.store.findClaim(row.messageId);
  const channel = deps.channels.get(row.account);
  if (!claim || !channel?.send || channel.outward?.reaches !== claim.target.kind) return undefined;
  const { kind, value } = claim.target;
  const to = { keys: [claim.target], [kind]: value, anonymous: false, secret: false };
  const place: Place = { account: row.account, channel, to, earlier: 0 };
  return { place, outgoing: outgoingOf(row, claim, place, deps) };
}

function outgoingOf({ id }: OutgoingRow, claim: Claim, { account, to }: Place, deps: OutwardDeps): Outgoing {
  const { replies, utcOffsetMinutes, level } = deps.city();
  const at = toRfc3339(deps.now(), utcOffsetMinutes);
  const text = fill(replies.bind.code, { code: formatQueryCode(claim.code), minutes: String(CLAIM_MINUTES) });
  return {
    ...{ id, caseNo: '', to, purpose: 'code', earlier: 0 },
    message: {
      ...{ id: claim.id, tenant: claim.tenant, level, channel: account, account, direction: 'out' },
      ...{ externalId: id, externalIdGiven: false, contentHash: '', receivedAt: at, sentAt: at },
      ...{ sender: to, title: replies.bind.codeTitle, text, parts: [], verified: 'none' },
    },
  };
}
