// Forget: what retention asks for: which cases are over, and the end of what is kept outside any case.
import { SETTLED_STATUS } from '../../core/status.ts';
import type { Direct } from '../direct.ts';
import { FORGET_AT_ONCE } from '../forgetting.ts';
import { dropAside } from './blobs.ts';
import type { CaseRow, Ground, LooseRow } from './ground.ts';
import { forgetCodes } from './outgoing.ts';
import { forgetClaims, forgetParties } from './parties.ts';
import { ascending } from './trail.ts';
import { dropDelivered } from './write.ts';

export function openForget(ground: Ground): Pick<Direct, 'expired' | 'forgetLoose'> {
  const over = ({ open, erased, lastAt }: CaseRow, before: number): boolean =>
    !erased && SETTLED_STATUS.includes(open.status) && lastAt < before && Date.parse(open.updatedAt) < before;

  function forget(id: string, { name, blobs }: LooseRow): void {
    dropDelivered(ground, name, id);
    for (const ref of blobs) ground.blobs.delete(ref);
    ground.loose.delete(id);
    ground.waiting.delete(id);
  }

  return {
    expired: (before, limit) =>
      ground.cases
        .values()
        .filter((row) => over(row, before))
        .sort((a, b) => a.lastAt - b.lastAt || a.id - b.id)
        .slice(0, limit)
        .map((row) => row.open.no),
    forgetLoose(before) {
      const messages = ground.loose
        .entries()
        .filter(([, { at }]) => at < before)
        .sort(([, a], [, b]) => a.at - b.at)
        .slice(0, FORGET_AT_ONCE);
      const others = ground.quarantine
        .values()
        .filter((item) => Date.parse(item.receivedAt) < before)
        .sort((a, b) => ascending(a.receivedAt, b.receivedAt))
        .slice(0, FORGET_AT_ONCE - messages.length);
      const calls = ground.calls
        .entries()
        .filter(([, { at }]) => at < before)
        .slice(0, FORGET_AT_ONCE - messages.length - others.length);
      return ground.commit(() => {
        for (const [name] of calls) ground.calls.delete(name);
        for (const [id, row] of messages) forget(id, row);
        for (const item of others) {
          ground.quarantine.delete(item.id);
          dropAside(ground, item);
        }
        const rest = FORGET_AT_ONCE - messages.length - others.length - calls.length;
        const hints = forgetClaims(ground, before, rest);
        const people = forgetParties(ground, before, rest - hints);
        const codes = forgetCodes(ground, before, rest - hints - people);
        return messages.length + others.length + calls.length + hints + people + codes;
      });
    },
  };
}
