// One attempt to write to a citizen: where, whether the platform allows it now, and what its answer means for the row.
import type { Log, Opened, Outgoing } from '../core/channel.ts';
import { GatewayError } from '../core/errors.ts';
import type { Message, Sender } from '../core/message.ts';

export interface Place {
  readonly account: string;
  readonly channel: Opened;
  readonly to: Sender;
  /** The citizen's last message there. */
  readonly inReply?: Message;
  readonly earlier: number;
}

export type Result =
  | { readonly state: 'sent'; readonly externalId?: string }
  | { readonly state: 'pending' | 'waiting' | 'failed' | 'unknown'; readonly why: string };

/** Why nothing may go out there now; undefined when it may. */
export function closed(place: Place, now: number): string | undefined {
  const { channel, inReply, earlier } = place;
  if (!channel.send) return channel.outward?.byHand ?? 'no_send';
  if (inReply?.group) return 'group';
  const { windowMs, perMessage } = channel.outward ?? { receipts: 'channel' };
  if (windowMs !== undefined && (!inReply || now - Date.parse(inReply.receivedAt) > windowMs)) return 'window_closed';
  return perMessage !== undefined && earlier >= perMessage ? 'rate' : undefined;
}

const LEFT_OPEN = new Set(['unknown_result', 'timeout', 'answer_cut']);
const CLOSING = new Set(['window_closed', 'group', 'rate']);

/** What the rejection of `send` means. Anything that is no GatewayError may have reached the platform. */
export function resultOf(error: unknown, takesId: boolean): Result {
  if (!(error instanceof GatewayError)) return { state: takesId ? 'pending' : 'unknown', why: 'unknown_result' };
  const why = error.code;
  if (CLOSING.has(why)) return { state: 'waiting', why };
  if (LEFT_OPEN.has(why)) return { state: takesId ? 'pending' : 'unknown', why };
  return { state: error.retryable ? 'pending' : 'failed', why };
}

/** What the platform said against it is logged: a wrong password or an address not let in is mended by who reads that. */
export async function attempt(place: Place, outgoing: Outgoing, log: Log): Promise<Result> {
  const { send, outward } = place.channel;
  if (!send) return { state: 'waiting', why: 'no_send' };
  try {
    const externalId = await send(outgoing);
    return { state: 'sent', ...(externalId === undefined ? {} : { externalId }) };
  } catch (error) {
    const result = resultOf(error, outward?.takesId === true);
    const { message, advice } = error instanceof GatewayError ? error : { message: 'it failed', advice: undefined };
    const detail = { caseNo: outgoing.caseNo, account: place.account, told: message, ...(advice ? { advice } : {}) };
    if (result.state !== 'waiting') log.warn({ ...detail, state: result.state }, 'a platform did not take a message');
    return result;
  }
}
