// Names: under what a delivery and a sender key are found in memory. No seal is needed: nothing outlives the process.
import type { SenderKey } from '../../core/message.ts';

/** `direction` keeps what the city sends apart from what it receives, where a platform numbers both alike. */
export const deliveryName = (account: string, externalId: string, direction = 'in'): string =>
  JSON.stringify([account, externalId, direction]);

/** One message of a delivery: what names it once it is erased. */
export const goneName = (name: string, contentHash: string): string => `${name} ${contentHash}`;

export const senderName = ({ kind, scope, value }: SenderKey): string => JSON.stringify([kind, scope, value]);
