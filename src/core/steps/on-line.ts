// Step on-line: a call that was answered before it came to us opens as answered: counted and related, but not dispatched.
import { unitNamed } from '../city.ts';
import { dateOf } from '../clock.ts';
import type { Draft, Given } from '../draft.ts';

/** After the route: the unit that spoke stands in the place of the one that would have been asked. */
export function onLine(draft: Draft, { city, now }: Given): Draft {
  const said = draft.message.answered;
  if (said === undefined || draft.noted !== undefined || draft.relation.to === 'same') return draft;
  const spoke = said.unit === undefined ? undefined : unitNamed(said.unit, city);
  // A name the configuration does not know may be a person's: it lies sealed with the message.
  const named = spoke?.name ?? (said.by === 'department' ? '承办单位' : city.name);
  // What complains about a unit is not its own to answer: a person looks at it.
  if (spoke && draft.barred.includes(spoke.code)) return { ...draft, flags: [...draft.flags, 'answered_by_barred'] };
  const source = `${named}，通话中答复`;
  return {
    ...draft,
    answer: { text: said.text, source, validUntil: dateOf(now, city.utcOffsetMinutes) },
    ...(spoke ? { unit: { code: spoke.code, name: spoke.name } } : {}),
    flags: [...draft.flags, `answered_on_line:${said.by}`],
  };
}
