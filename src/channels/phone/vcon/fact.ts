// Fact: a vCon as one call to be counted. It does not know how long the caller waited.
import type { CallFact } from '../../../core/call-record.ts';
import { textOf } from '../../../core/payload.ts';
import { timeOf } from '../told.ts';
import type { ReadVcon } from './read.ts';

/** Undefined where nobody spoke on a line: letters and chats may lie in a vCon too. */
export function vconFact({ talk, vcon, incomplete, disposition }: ReadVcon): CallFact | undefined {
  const { id, caller, durationS = 0 } = talk.told;
  const at = talk.told.start === undefined ? undefined : timeOf(talk.told.start);
  const spoken = vcon.dialog.some(({ type }) => ['recording', 'audio', 'video'].includes(textOf(type)));
  if (id === undefined || at === undefined || !(spoken || incomplete)) return undefined;
  const updated = vcon.updatedAt ?? vcon.createdAt;
  const endedAt = Math.round(at + durationS * 1000);
  const shared: CallFact = {
    call: id,
    part: 'vcon',
    rank: 1,
    direction: 'in',
    endedAt,
    ...(updated ? { revision: updated } : {}),
    ...(caller ? { party: caller } : {}),
  };
  if (!incomplete) return { ...shared, answeredAt: at, outcome: 'answered' };
  const failed = disposition === 'busy' || disposition === 'congestion' || disposition === 'failed';
  return { ...shared, offeredAt: at, outcome: failed ? 'failed' : 'abandoned' };
}
