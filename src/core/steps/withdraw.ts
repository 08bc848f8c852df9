// Step withdraw: the citizen wants nothing any more: their own open case closes by their wish, unless a person must look.

import type { Draft, Given } from '../draft.ts';
import { fill, numbers } from '../replies.ts';
import { OPEN_STATUS } from '../status.ts';
import { withdraws } from '../text/withdrawal.ts';

/** Dangers, reports and secret cases are closed by people only. */
export function withdraw(draft: Draft, { city, known, now }: Given): Draft {
  if (draft.enquiry !== undefined || !withdraws(draft.words.full)) return draft;
  const window = city.relate.windowDays * 86_400_000;
  const other =
    known.cited ?? (known.mine.length === 1 ? known.mine[0] : known.mine.find((c) => now - c.lastAt <= window));
  if (
    !other ||
    !OPEN_STATUS.includes(other.status) ||
    other.status === 'diverted' ||
    other.kind === 'report' ||
    other.secret
  )
    return draft;
  const { noted: _noted, ...rest } = draft;
  return {
    ...rest,
    relation: { to: 'same', other, score: 1, rule: 'withdrawn', evidence: ['the citizen wants nothing any more'] },
    withdrawn: fill(city.replies.withdrawn, numbers(other.no)),
  };
}
